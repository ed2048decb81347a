"""A folder of ``SYMBOL.csv`` -> daily bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store import intraday, prices, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.pipeline.recording import Run


@dataclass
class ImportedPrices:
    """What a folder gave."""

    folder: str
    symbols: int
    bars: int
    changed: int
    refused: int

    def __str__(self) -> str:
        """One line for the terminal."""
        refused = f", {self.refused:,} refused (see `bubblefear doctor`)" if self.refused else ""
        return (
            f"{self.folder}: {self.symbols} symbols, {self.bars:,} bars, "
            f"{self.changed:,} new or changed{refused}"
        )


def import_prices(
    conn: sqlite3.Connection,
    run: Run,
    folder: Path,
    *,
    now: Callable[[], str],
    origin: str = "import",
) -> ImportedPrices:
    """Store every bar of a folder, in one transaction.

    A row that is no bar becomes a problem and makes the run partial.

    Raises:
        FileError: no such folder, or no CSV file in it.
    """
    from ingest.prices.files import read_market_folder
    from ingest.records import PriceBar, Problem

    found = list(read_market_folder(folder, now))
    bars = [item for item in found if isinstance(item, PriceBar)]
    bad = [item for item in found if isinstance(item, Problem)]
    with transaction(conn):
        changed = prices.write(conn, bars, origin=origin, now=now())
        problems.record(conn, bad, now(), run.started_at)
    symbols = len({bar.symbol for bar in bars})
    return _told(run, ImportedPrices(str(folder), symbols, len(bars), changed, len(bad)))


def import_intraday(
    conn: sqlite3.Connection, run: Run, folder: Path, *, now: Callable[[], str]
) -> ImportedPrices:
    """Store every bar within the day of a folder, in one transaction.

    A row that is no bar becomes a problem and makes the run partial.

    Raises:
        FileError: no such folder, or no CSV file in it.
    """
    from ingest.prices.intraday import read_intraday_folder
    from ingest.records import IntradayBar, Problem

    found = list(read_intraday_folder(folder, now))
    bars = [item for item in found if isinstance(item, IntradayBar)]
    bad = [item for item in found if isinstance(item, Problem)]
    with transaction(conn):
        changed = intraday.write(conn, bars, origin="import", now=now())
        problems.record(conn, bad, now(), run.started_at)
    symbols = len({bar.symbol for bar in bars})
    return _told(run, ImportedPrices(str(folder), symbols, len(bars), changed, len(bad)))


def _told(run: Run, done: ImportedPrices) -> ImportedPrices:
    run.partial = run.partial or bool(done.refused)
    run.say(str(done))
    return done
