"""Files that were published: parts of a database, to be read and never written to or built from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bubblefear.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


def is_published(conn: sqlite3.Connection) -> bool:
    """Whether the open file was made by ``bubblefear publish``."""
    row = conn.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'published'"
    ).fetchone()
    return row is not None


def is_whole_database(path: Path) -> bool:
    """Whether a file is a database of ours that was not published."""
    sql = "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        try:
            return conn.execute(sql).fetchone() is not None and not is_published(conn)
        except sqlite3.DatabaseError:
            return False


def about(conn: sqlite3.Connection) -> dict[str, str | None]:
    """What a published file says of itself; empty where it is none."""
    if not is_published(conn):
        return {}
    return dict(conn.execute("SELECT name, value FROM published ORDER BY name").fetchall())


def need_all_articles(conn: sqlite3.Connection) -> None:
    """Refuse what a part of the articles would answer wrongly.

    Raises:
        StoreError: the file was published: most of the news that the index counts is not in it.
    """
    if is_published(conn):
        raise StoreError(
            "this file was published: it holds the vintages that were built and not all the news "
            "to build one from; give --db of the database that it was made from"
        )


def need_writable(conn: sqlite3.Connection) -> None:
    """Refuse to write into a published file.

    Raises:
        StoreError: it is one.
    """
    if is_published(conn):
        raise StoreError(
            "this file was published and is read-only; give --db of the database that it was "
            "made from"
        )


def left_out(
    conn: sqlite3.Connection, span: tuple[str, str]
) -> list[tuple[str, str | None, int, int]]:
    """Entries of sessions that close in ``(after, until]`` and are not in this file.

    Each row is source, language, how many were read, how many of them could not be scored. The
    span is that of a session or of several: it begins and ends with a close.
    """
    if not is_published(conn):
        return []
    rows = conn.execute(
        "SELECT source, language, sum(entries), sum(abstained) FROM left_out "
        "WHERE closes_at > ? AND closes_at <= ? GROUP BY source, language",
        span,
    )
    return [tuple(row) for row in rows]


def facet_counts(
    conn: sqlite3.Connection, name: str, facet: str, most: int
) -> list[tuple[str, int]] | None:
    """Values of a table's column with how many rows have each, most first.

    ``None`` where they were not counted beforehand.
    """
    if not is_published(conn):
        return None
    rows = conn.execute(
        "SELECT value, rows FROM facet_counts WHERE name = ? AND facet = ? "
        "ORDER BY rows DESC, value LIMIT ?",
        (name, facet, most),
    ).fetchall()
    return [(row[0], row[1]) for row in rows] or None
