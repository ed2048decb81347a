"""``bubblefear test declare``: write hypotheses down before any return is read."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear test declare
  bubblefear test declare my_hypotheses.toml
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def declare(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Hypotheses (TOML); default: the shipped ones."),
    ] = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Store a file of hypotheses with its hash and the time.

    What is declared before the first test or claim audit on this database is later called
    declared; what comes after it is exploratory, unless its sample lies in the future.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.working import working
    from bubblefear.pipeline.declare import declare as write

    with working("test declare", db, config, create=True) as work:
        found = write(work.conn, file, now=now())
        early = found.returns_read_at is None
        work.run.say(f"{found.name} declared at {found.declared_at}")
    if json_:
        import json
        from dataclasses import asdict

        plain = {name: value for name, value in asdict(found).items() if name != "text"}
        typer.echo(json.dumps(plain))
    else:
        when = "before any return was read" if early else _late(found.returns_read_at)
        typer.echo(f"{found.name}: declared at {found.declared_at}, {when}")
        typer.echo(f"sha256 {found.sha256}")
    return work.exit_code


def _late(since: str | None) -> str:
    return f"after returns were first read ({since}): its results are exploratory"
