"""Counts of changes, so that whether the index is out of date costs one look-up and no scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

INPUTS: Final = "inputs"


def bump(conn: sqlite3.Connection, by: int = 1) -> None:
    """Note that ``by`` articles, stories or scores changed, inside the change's transaction."""
    if by:
        conn.execute(
            "INSERT INTO counters VALUES (?, ?) "
            "ON CONFLICT(name) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value",
            (INPUTS, str(by)),
        )


def inputs(conn: sqlite3.Connection) -> int:
    """How many changes there were since the file was made."""
    row = conn.execute("SELECT value FROM counters WHERE name = ?", (INPUTS,)).fetchone()
    return int(row[0]) if row else 0


def mark_built(conn: sqlite3.Connection, version: str, count: int, specification: str) -> None:
    """Note that the index ``version`` was built from the inputs as they were at ``count``."""
    conn.execute(
        "INSERT INTO counters VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (f"built:{version}", f"{count} {specification}"),
    )


def is_built(conn: sqlite3.Connection, version: str, specification: str) -> bool:
    """Whether the last build of ``version`` had the present inputs and this specification."""
    row = conn.execute(
        "SELECT value FROM counters WHERE name = ?", (f"built:{version}",)
    ).fetchone()
    return row is not None and row[0] == f"{inputs(conn)} {specification}"
