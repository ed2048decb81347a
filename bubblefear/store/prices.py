"""Daily bars."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from ingest.records import PriceBar


def write(conn: sqlite3.Connection, bars: Iterable[PriceBar], *, origin: str, now: str) -> int:
    """Add bars and correct those that the market data changed since; returns how many changed.

    A bar that is the same in every figure is left alone. ``first_seen_at`` stays the first.
    Inside a transaction of the caller.
    """
    cursor = conn.executemany(
        "INSERT INTO prices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT(symbol, date) DO UPDATE SET open = excluded.open, high = excluded.high, "
        "low = excluded.low, close = excluded.close, adj_close = excluded.adj_close, "
        "volume = excluded.volume, origin = excluded.origin "
        "WHERE (open, high, low, close, adj_close, volume) IS NOT (excluded.open, "
        "excluded.high, excluded.low, excluded.close, excluded.adj_close, excluded.volume)",
        (
            (b.symbol, b.date, b.open, b.high, b.low, b.close, b.adj_close, b.volume, origin, now)
            for b in bars
        ),
    )
    return max(cursor.rowcount, 0)


def last_dates(conn: sqlite3.Connection) -> dict[str, str]:
    """Last day stored of each symbol."""
    rows = conn.execute("SELECT symbol, max(date) FROM prices GROUP BY symbol")
    return {row[0]: row[1] for row in rows}


def closes(
    conn: sqlite3.Connection, symbols: Sequence[str]
) -> list[tuple[str, str, float | None, float | None]]:
    """Symbol, date, close and adjusted close of every bar of the symbols, in that order."""
    rows = conn.execute(
        "SELECT symbol, date, close, adj_close FROM prices "
        "WHERE symbol IN (SELECT value FROM json_each(?)) ORDER BY symbol, date",
        (json.dumps(list(symbols)),),
    )
    return [tuple(row) for row in rows]


def bars(
    conn: sqlite3.Connection, symbols: Sequence[str]
) -> list[tuple[str, str, float | None, float | None, float | None, float | None, float | None]]:
    """Symbol, date, open, high, low, close and adjusted close of every bar of the symbols."""
    rows = conn.execute(
        "SELECT symbol, date, open, high, low, close, adj_close FROM prices "
        "WHERE symbol IN (SELECT value FROM json_each(?)) ORDER BY symbol, date",
        (json.dumps(list(symbols)),),
    )
    return [tuple(row) for row in rows]


def adjusted(conn: sqlite3.Connection, symbol: str, since: str) -> dict[str, float | None]:
    """Adjusted closes of a symbol from a day on, by day."""
    rows = conn.execute(
        "SELECT date, adj_close FROM prices WHERE symbol = ? AND date >= ?", (symbol, since)
    )
    return {row[0]: row[1] for row in rows}
