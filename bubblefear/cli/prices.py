"""``bubblefear prices``: daily bars of the market."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Db, Json

IMPORT_EPILOG = """\b
Examples:
  bubblefear prices import market/
  bubblefear prices import hourly/ --intraday
"""

app = lean_app("Fetch or import daily prices.")
app.info.cls = LeanGroup


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear prices update")
def update(db: Db = None, config: Config = None, json_: Json = False) -> int:
    """Fetch the settings' symbols up to yesterday (UTC) from Yahoo Finance.

    Exit code 3 where some symbols could not be had.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.update_prices import update_prices

    with (
        working("prices update", db, config, create=True) as work,
        work.run.stage("prices"),
        bar("symbols") as progress,
    ):
        updated = update_prices(work.conn, work.settings, work.run, now=now, progress=progress)
    show(updated, json_)
    return work.exit_code


@app.command("import", cls=LeanCommand, epilog=IMPORT_EPILOG)
def import_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Files SYMBOL.csv: date, close and more.")
    ],
    intraday: Annotated[
        bool,
        typer.Option(
            "--intraday", help="Bars within the day: time (their end, with zone) and close."
        ),
    ] = False,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Store the bars of a folder of SYMBOL.csv.

    Columns date, open, high, low, close, adj_close, volume; only date and close are needed.
    With --intraday, time and close: where they tell Bitcoin's price at New York's close, the tests
    use that and not the daily bar, which ends hours later.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.import_prices import import_intraday, import_prices

    store = import_intraday if intraday else import_prices
    with working("prices import", db, config, create=True) as work, work.run.stage("prices"):
        done = store(work.conn, work.run, folder, now=now)
    show(done, json_)
    return work.exit_code
