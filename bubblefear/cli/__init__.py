"""The command ``bubblefear``: a group that imports only the command that is asked for.

``main`` is the one place where errors are caught: one line on stderr and an exit code
(0 done, 1 failed, 2 wrong usage, 3 done in part, 4 an alert fired).
"""

from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.main import get_command

from bubblefear import __version__
from bubblefear.cli.lean import LazyGroup
from bubblefear.errors import FAILED, INTERRUPTED, BubblefearError

# Command -> module of this package that holds its ``app``, in the order of the help.
COMMANDS: Final[dict[str, str]] = {
    "init": "init",
    "feeds": "feeds",
    "ingest": "ingest",
    "import": "importing",
    "score": "score",
    "prices": "prices",
    "index": "index",
    "explain": "explain",
    "test": "test",
    "claims": "claims",
    "daily": "daily",
    "review": "review",
    "report": "report",
    "doctor": "doctor",
    "publish": "publish",
    "archive": "archive",
    "backup": "backup",
    "restore": "restore",
    "evaluate": "evaluate",
    "audit": "audit",
}


class Commands(LazyGroup):
    """Every command, each imported only when it is called or listed."""

    modules = COMMANDS


EPILOG = """\b
Examples:
  bubblefear init             a database with the default feeds
  bubblefear daily            everything, once a day
  bubblefear index --json     the numbers
  bubblefear daily --sample   the same on the shipped sample, without network
"""

app = typer.Typer(
    cls=Commands,
    epilog=EPILOG,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"bubblefear {__version__}")
        raise typer.Exit


@app.callback(no_args_is_help=True)
def bubblefear(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Measure how much of the news fears that the AI boom is a bubble, and test what it moves."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    command: Any = get_command(app)
    try:
        result = command.main(arguments, prog_name="bubblefear", standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        return _line("stopped", FAILED)
    except BubblefearError as error:
        return _line(str(error), error.exit_code)
    except _foreign_errors() as error:
        from bubblefear.store.failures import told

        return _line(told(error), FAILED)
    if result == INTERRUPTED:  # Typer's answer to Ctrl-C
        return _line("interrupted; what was done is kept", INTERRUPTED)
    return result if isinstance(result, int) else 0


def _foreign_errors() -> tuple[type[Exception], ...]:
    """What else may end a command; asked only when something was raised, so imported only then."""
    import sqlite3

    from ingest.errors import IngestError
    from models.errors import ModelError
    from nlp.errors import NlpError

    return (IngestError, NlpError, ModelError, sqlite3.DatabaseError, OSError)


def _usage(error: Any) -> int:  # noqa: ANN401 - Click's ClickException is not exported by Typer
    error.show()
    return int(error.exit_code)


def _line(text: str, code: int) -> int:
    typer.echo(f"bubblefear: {' '.join(text.split())}", err=True)
    return code
