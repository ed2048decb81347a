"""Counts of changes, so that whether the index is out of date costs one look-up and no scan."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class LastBuild:
    """The last build of a version: the inputs as they were counted, its settings, its instant."""

    count: int
    specification: str
    instant: str


def mark_built(conn: sqlite3.Connection, version: str, built: LastBuild) -> None:
    """Note a build of the index ``version``."""
    conn.execute(
        "INSERT INTO counters VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (f"built:{version}", f"{built.count} {built.specification} {built.instant}"),
    )


def last_build(conn: sqlite3.Connection, version: str) -> LastBuild | None:
    """The last build of a version."""
    row = conn.execute(
        "SELECT value FROM counters WHERE name = ?", (f"built:{version}",)
    ).fetchone()
    # Before accounts were kept, a mark had no instant: such a build counts as none.
    parts = row[0].split() if row else []
    return LastBuild(int(parts[0]), parts[1], parts[2]) if len(parts) == 3 else None


def is_built(conn: sqlite3.Connection, version: str, specification: str) -> bool:
    """Whether the last build of ``version`` had the present inputs and this specification."""
    last = last_build(conn, version)
    return last is not None and (last.count, last.specification) == (inputs(conn), specification)
