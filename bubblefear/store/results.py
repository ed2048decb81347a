"""Test results, one run after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

COLUMNS = (
    "hypothesis",
    "family",
    "status",
    "estimate",
    "lo",
    "hi",
    "p",
    "q",
    "size",
    "mde",
    "n",
    "verdict",
    "detail",
)


def write(conn: sqlite3.Connection, run_id: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Store a run's results, each a row of ``COLUMNS``; those of the same run are replaced."""
    conn.execute("DELETE FROM test_results WHERE run_id = ?", (run_id,))
    conn.executemany(
        f"INSERT INTO test_results VALUES (?, ?, {', '.join('?' * len(COLUMNS))})",
        [(run_id, position, *row) for position, row in enumerate(rows)],
    )
