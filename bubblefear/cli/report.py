"""``bubblefear report``: the one-file HTML report."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db

app = lean_app()


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear report --out reports/")
def report(
    out: Annotated[
        Path | None, typer.Option(help="Folder; default: of the settings.", metavar="DIR")
    ] = None,
    db: Db = None,
    config: Config = None,
) -> int:
    """Write the report of the index and the tests; print its path."""
    from bubblefear.cli.working import working
    from bubblefear.pipeline.report import write

    with working("report", db, config) as work:
        path = write(work.conn, work.settings, work.run, out=out)
    typer.echo(str(path))
    return work.exit_code
