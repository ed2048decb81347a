"""``bubblefear report``: the one-file HTML report, that of the lab, or the files of a site."""

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
  bubblefear report --transmission --out reports/
  bubblefear report --transmission --claims claims/seed.toml
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
    transmission: Annotated[
        bool, typer.Option("--transmission", help="Write the tests in full: page, CSV, LaTeX.")
    ] = False,
    claims: Annotated[
        Path | None,
        typer.Option(help="With --transmission: audit these claims as well.", metavar="FILE"),
    ] = None,
    db: Db = None,
    config: Config = None,
) -> int:
    """Write the report of the index and the tests; print its path.

    With --site: index.html with the value, the chart, stories and peaks, and the figures as
    JSON, CSV, Parquet and Atom with their metadata. The folder is replaced in one step and must
    hold nothing else; the page names publishers' headlines and links to them.

    With --transmission: transmission.html with every hypothesis of the last `bubblefear test`, its
    size, power and plots, and the same as tests.csv and tests.tex; prints the three paths.
    """
    from bubblefear.cli.working import working
    from bubblefear.errors import UsageError

    if site is not None and (out is not None or transmission):
        raise UsageError("--site goes neither with --out nor with --transmission")
    if claims is not None and not transmission:
        raise UsageError("--claims goes with --transmission")
    with working("report", db, config) as work:
        if site is not None:
            from bubblefear.pipeline.site import write as write_site

            paths = [write_site(work.conn, work.settings, work.run, site)]
        elif transmission:
            from bubblefear.pipeline.transmission_report import write as write_tests

            paths = write_tests(work.conn, work.settings, work.run, out=out, claims=claims)
        else:
            from bubblefear.pipeline.report import write

            paths = [write(work.conn, work.settings, work.run, out=out)]
    typer.echo("\n".join(str(path) for path in paths))
    return work.exit_code
