"""``bubblefear report``: the one-file HTML report, or the files of a site."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear report --out reports/
  bubblefear report --site /srv/www/fear
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def report(
    out: Annotated[
        Path | None, typer.Option(help="Folder; default: of the settings.", metavar="DIR")
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(help="Write a static site for a web server instead.", metavar="DIR"),
    ] = None,
    db: Db = None,
    config: Config = None,
) -> int:
    """Write the report of the index and the tests; print its path.

    With --site: index.html with the value, the chart, stories and peaks, and the figures as
    JSON, CSV, Parquet and Atom with their metadata. The folder is replaced in one step and must
    hold nothing else; the page names publishers' headlines and links to them.
    """
    from bubblefear.cli.working import working
    from bubblefear.errors import UsageError

    if site is not None and out is not None:
        raise UsageError("--out and --site: one of the two")
    with working("report", db, config) as work:
        if site is not None:
            from bubblefear.pipeline.site import write as write_site

            path = write_site(work.conn, work.settings, work.run, site)
        else:
            from bubblefear.pipeline.report import write

            path = write(work.conn, work.settings, work.run, out=out)
    typer.echo(str(path))
    return work.exit_code
