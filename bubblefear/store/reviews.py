"""What a person says of an article; rows are only added."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def add(
    conn: sqlite3.Connection,
    *,
    article_id: str,
    reviewer: str,
    now: str,
    fear: int | None = None,
    stance: str | None = None,
    kind: str | None = None,
    channel: str | None = None,
    note: str | None = None,
) -> int:
    """Store one review; returns its number.

    Raises:
        sqlite3.IntegrityError: no such article, or fear outside 0-3.
    """
    cursor = conn.execute(
        "INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
        (article_id, reviewer, fear, stance, kind, channel, note, now),
    )
    return int(cursor.lastrowid or 0)


def of_article(conn: sqlite3.Connection, article_id: str) -> list[sqlite3.Row]:
    """Reviews of an article, oldest first."""
    return conn.execute(
        "SELECT * FROM reviews WHERE article_id = ? ORDER BY id", (article_id,)
    ).fetchall()
