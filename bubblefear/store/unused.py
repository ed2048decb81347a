"""Bytes of the database's file that no row uses any more, and giving them back to the disk."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from bubblefear.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_MB: Final = 1e6


def sizes(conn: sqlite3.Connection) -> tuple[int, int]:
    """Bytes of the file, and how many of them are unused."""
    page, pages, free = (
        int(conn.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return page * pages, page * free


def needed(size: int, free: int) -> int:
    """Disk that VACUUM takes for a while: the new file, once beside the old and once in the WAL."""
    return 2 * (size - free)


def write_through(conn: sqlite3.Connection) -> None:
    """Carry what lies in the WAL into the file, as far as no reader holds it."""
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def give_back(conn: sqlite3.Connection, path: Path, *, there: int | None = None) -> None:
    """Give unused bytes of the file back to the disk.

    Args:
        conn: The database.
        path: Its file.
        there: Free bytes of the disk; None = to be asked.

    Raises:
        StoreError: the disk has too little room for the new file.
    """
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
    write_through(conn)
    size, free = sizes(conn)
    there = shutil.disk_usage(path.parent).free if there is None else there
    if there < needed(size, free):
        raise StoreError(
            f"--vacuum needs {needed(size, free) / _MB:,.1f} MB beside {path}, and "
            f"{there / _MB:,.1f} MB are free; what was moved is moved"
        )
    conn.execute("VACUUM")
    write_through(conn)
