"""Bad input and why: the same problem met again is the same row, counted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ingest.records import Problem


def identity(code: str, subject: str, reason: str, raw_sha256: str | None) -> str:
    """The row's id: 16 hex digits of the hash of its four parts."""
    parts = "\x1f".join((code, subject, reason, raw_sha256 or ""))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def record(
    conn: sqlite3.Connection, problems: Iterable[Problem], now: str, run_started: str
) -> int:
    """Store each problem, or count it once more where an earlier run met it.

    A run that is taken up again after a kill may meet a problem twice: that counts once.

    Returns:
        How many were given.
    """
    rows = [
        (
            identity(p.code, p.subject, p.reason, p.raw_sha256),
            p.code,
            p.subject,
            p.reason,
            p.raw_sha256,
            now,
            now,
        )
        for p in problems
    ]
    conn.executemany(
        "INSERT INTO problems VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) "
        "ON CONFLICT(id) DO UPDATE SET last_at = excluded.last_at, "
        "times = times + (last_at < ?8)",
        [(*row, run_started) for row in rows],
    )
    return len(rows)


def listed(conn: sqlite3.Connection, limit: int = 20) -> list[sqlite3.Row]:
    """The problems met last, newest first."""
    return conn.execute(
        "SELECT * FROM problems ORDER BY last_at DESC, id LIMIT ?", (limit,)
    ).fetchall()


def count(conn: sqlite3.Connection) -> int:
    """How many different problems there are."""
    return int(conn.execute("SELECT count(*) FROM problems").fetchone()[0])
