"""Market data -> daily bars, from the last stored day on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bubblefear.store import prices, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import PriceBar

    Fetch = Callable[[str, str, str], list[PriceBar]]

OVERLAP_DAYS: Final = 7
# A split or dividend changes every adjusted close before it, and by more than rounding.
SAME: Final = 1e-4


@dataclass
class Updated:
    """What an update gave."""

    symbols: int = 0
    changed: int = 0
    failed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for the terminal."""
        failed = f"; failed: {', '.join(self.failed)}" if self.failed else ""
        return f"{self.symbols} symbols, {self.changed:,} bars new or changed{failed}"


def update_prices(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    fetch: Fetch | None = None,
) -> Updated:
    """Bring the settings' symbols up to the last finished UTC day.

    A symbol that cannot be had leaves a problem, makes the run partial and is tried again by the
    next run; the others are stored.

    Args:
        conn: The database.
        settings: Symbols and the first day of their history.
        run: The run that this belongs to.
        now: The clock.
        progress: Gets symbols done and symbols in all.
        fetch: Symbol, first and last day -> bars; default: Yahoo Finance.
    """
    from ingest.errors import IngestError
    from ingest.prices.yahoo import fetch_history
    from ingest.records import Problem

    get = fetch or fetch_history
    done = Updated()
    last = prices.last_dates(conn)
    end = (date.fromisoformat(now()[:10]) - timedelta(days=1)).isoformat()
    for place, symbol in enumerate(settings.symbols, 1):
        try:
            bars = _bars(conn, settings, symbol, (last.get(symbol), end), get)
        except IngestError as error:
            done.failed.append(symbol)
            found = Problem(error.code, symbol, str(error), None)
            with transaction(conn):
                problems.record(conn, [found], now(), run.started_at)
        else:
            with transaction(conn):
                done.changed += prices.write(conn, bars, origin="yahoo", now=now())
        done.symbols += 1
        if progress:
            progress(place, len(settings.symbols))
    run.partial = run.partial or bool(done.failed)
    run.say(str(done))
    return done


def _bars(
    conn: sqlite3.Connection,
    settings: Settings,
    symbol: str,
    span: tuple[str | None, str],
    fetch: Fetch,
) -> list[PriceBar]:
    """New bars with some days before them; the whole history where those do not fit any more."""
    last, end = span
    if last is not None and last > end:
        # An imported bar of today, or of a day that never came, says nothing of those before it.
        known = prices.adjusted(conn, symbol, settings.prices_start)
        last = max((day for day in known if day <= end), default=None)
    if last is None:
        return fetch(symbol, settings.prices_start, end)
    if last >= end:
        return []
    start = (date.fromisoformat(last) - timedelta(days=OVERLAP_DAYS)).isoformat()
    bars = fetch(symbol, start, end)
    if _fit(bars, prices.adjusted(conn, symbol, start)):
        return bars
    return fetch(symbol, settings.prices_start, end)


def _fit(bars: list[PriceBar], stored: dict[str, float | None]) -> bool:
    for bar in bars:
        before = stored.get(bar.date)
        if before and bar.adj_close and abs(bar.adj_close / before - 1) > SAME:
            return False
    return True
