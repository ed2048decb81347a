"""What every command that changes something does: open, record a run, print, give an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bubblefear.errors import DONE, PARTIAL

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run


@dataclass(frozen=True)
class Work:
    """An open database with the settings in force and the run that is recorded."""

    conn: "sqlite3.Connection"
    settings: "Settings"
    run: "Run"

    @property
    def exit_code(self) -> int:
        """3 where a part failed and the rest was done, else 0."""
        return PARTIAL if self.run.partial else DONE


@contextmanager
def working(
    command: str,
    db: Path | None,
    config: Path | None,
    *,
    scorer: str | None = None,
    create: bool = False,
) -> Iterator[Work]:
    """Open the database for one recorded command."""
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.pipeline.recording import recorded
    from bubblefear.store import database

    settings = configuration.load(config, scorer=scorer)
    path = configuration.database_path(db)
    with database(path, create=create) as conn, recorded(conn, command, settings, now) as run:
        yield Work(conn, settings, run)


def show(result: Any, as_json: bool) -> None:  # noqa: ANN401 - any stage's result
    """Print a stage's result: one line of text, or its fields as JSON."""
    if not as_json:
        typer.echo(str(result))
        return
    import json

    plain = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    typer.echo(json.dumps(plain, ensure_ascii=False, default=str))
