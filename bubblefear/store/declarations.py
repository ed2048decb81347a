"""Hypotheses that were declared: the file's text, its hash, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = "sha256, text, name, declared_at, returns_read_at"


@dataclass(frozen=True)
class Declaration:
    """A declared file.

    Attributes:
        sha256: Of its text.
        text: The whole file.
        name: The file's name.
        declared_at: When, UTC.
        returns_read_at: When returns had first been read on this database before; None = never.
    """

    sha256: str
    text: str
    name: str
    declared_at: str
    returns_read_at: str | None


def declare(conn: sqlite3.Connection, sha256: str, text: str, name: str, now: str) -> Declaration:
    """Write a declaration; a file declared before keeps its first time."""
    conn.execute(
        "INSERT INTO declarations VALUES (?, ?, ?, ?, ?) ON CONFLICT(sha256) DO NOTHING",
        (sha256, text, name, now, returns_read_at(conn)),
    )
    found = of(conn, sha256)
    assert found is not None  # it was written, or was there
    return found


def of(conn: sqlite3.Connection, sha256: str) -> Declaration | None:
    """The declaration of a text, by its hash."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM declarations WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return None if row is None else Declaration(*row)


def latest(conn: sqlite3.Connection) -> Declaration | None:
    """What was declared last."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM declarations ORDER BY declared_at DESC, rowid DESC LIMIT 1"
    ).fetchone()
    return None if row is None else Declaration(*row)


def returns_read_at(conn: sqlite3.Connection) -> str | None:
    """When a test or a claim audit first read returns on this database; None = never.

    Both tell it by their stage: an interrupted one has read them as well, once it has a result.
    """
    row = conn.execute(
        "SELECT min(started_at) FROM runs WHERE command IN ('test', 'claims') "
        "OR id IN (SELECT run_id FROM test_results) "
        "OR json_extract(timings, '$.test') IS NOT NULL"
    ).fetchone()
    return None if row is None or row[0] is None else str(row[0])
