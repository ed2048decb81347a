"""Seals: each vintage's hash covers the one before, so that no vintage can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Broken:
    """A vintage whose content, or whose link to the one before, is no more what was sealed."""

    version: str
    vintage: str
    reason: str


def seal(conn: sqlite3.Connection, version: str, vintage: str) -> str:
    """Seal the newest vintage of a version, inside a transaction of the caller."""
    row = conn.execute(
        "SELECT sha256 FROM seals WHERE version = ? ORDER BY vintage DESC LIMIT 1", (version,)
    ).fetchone()
    previous = row[0] if row else None
    digest = _digest(conn, version, vintage, previous)
    conn.execute("INSERT INTO seals VALUES (?, ?, ?, ?)", (version, vintage, previous, digest))
    return digest


def count(conn: sqlite3.Connection) -> int:
    """How many vintages are sealed."""
    return int(conn.execute("SELECT count(*) FROM seals").fetchone()[0])


def verify(conn: sqlite3.Connection) -> list[Broken]:
    """Every vintage that was changed, removed or put in after it was sealed.

    A vintage older than the first seal of its version was built before seals were kept.
    """
    found: list[Broken] = []
    versions = conn.execute("SELECT DISTINCT version FROM seals ORDER BY version").fetchall()
    for (version,) in versions:
        found += _broken(conn, version)
    return found


def _broken(conn: sqlite3.Connection, version: str) -> Iterator[Broken]:
    rows = conn.execute(
        "SELECT vintage, previous, sha256 FROM seals WHERE version = ? ORDER BY vintage", (version,)
    ).fetchall()
    sealed = {row[0] for row in rows}
    before = None
    for vintage, previous, digest in rows:
        if previous != before:
            yield Broken(version, vintage, "the seal before it is another")
        elif _digest(conn, version, vintage, previous) != digest:
            yield Broken(version, vintage, "its content is another than was sealed")
        before = digest
    later = conn.execute(
        "SELECT vintage FROM vintages WHERE version = ? AND vintage >= ? ORDER BY vintage",
        (version, min(sealed)),
    ).fetchall()
    for (vintage,) in later:
        if vintage not in sealed:
            yield Broken(version, vintage, "it has no seal")


def _digest(conn: sqlite3.Connection, version: str, vintage: str, previous: str | None) -> str:
    found = hashlib.sha256((previous or "").encode())
    key = (version, vintage)
    for sql in (
        "SELECT * FROM vintages WHERE version = ? AND vintage = ?",
        "SELECT * FROM index_points WHERE version = ? AND vintage = ? ORDER BY series, date",
        "SELECT * FROM accounts WHERE version = ? AND vintage = ? ORDER BY date",
        "SELECT * FROM coverage WHERE version = ? AND vintage = ? ORDER BY source, language",
    ):
        for row in conn.execute(sql, key):
            found.update(json.dumps(list(row), ensure_ascii=False).encode() + b"\n")
    return found.hexdigest()
