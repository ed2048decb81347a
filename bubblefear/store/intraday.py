"""Bars within the day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from ingest.records import IntradayBar


def write(conn: sqlite3.Connection, bars: Iterable[IntradayBar], *, origin: str, now: str) -> int:
    """Add bars and correct those whose close is another now; returns how many changed.

    Inside a transaction of the caller.
    """
    cursor = conn.executemany(
        "INSERT INTO intraday_prices VALUES (?, ?, ?, ?, ?) ON CONFLICT(symbol, at) DO UPDATE "
        "SET close = excluded.close, origin = excluded.origin WHERE close <> excluded.close",
        ((bar.symbol, bar.at, bar.close, origin, now) for bar in bars),
    )
    return max(cursor.rowcount, 0)


def closes(conn: sqlite3.Connection, symbols: Sequence[str]) -> list[tuple[str, str, float]]:
    """Symbol, end (UTC text) and close of every bar of the symbols, in that order."""
    rows = conn.execute(
        "SELECT symbol, at, close FROM intraday_prices "
        "WHERE symbol IN (SELECT value FROM json_each(?)) ORDER BY symbol, at",
        (json.dumps(list(symbols)),),
    )
    return [tuple(row) for row in rows]
