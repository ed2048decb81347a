"""The usual share of relevant entries of each source, append-only as the index is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Rate:
    """A source in one language.

    Attributes:
        source: Publisher.
        language: In which it publishes.
        rate: Relevant entries of an entry in ordinary times; None = no more in the index.
        entered: Session from which it counts; None = from the base window.
    """

    source: str
    language: str
    rate: float | None
    entered: str | None


def read(conn: sqlite3.Connection, version: str, vintage: str) -> list[Rate]:
    """The rates in force at a vintage, by source and language."""
    # SQLite takes the other columns of a group from the row that max() chose.
    rows = conn.execute(
        "SELECT source, language, rate, entered, max(vintage) FROM coverage "
        "WHERE version = ? AND vintage <= ? GROUP BY source, language ORDER BY source, language",
        (version, vintage),
    )
    return [Rate(*row[:4]) for row in rows if row[2] is not None]


def changed(
    conn: sqlite3.Connection, version: str, before: str | None, found: Sequence[Rate]
) -> list[Rate]:
    """Those rates that differ from the ones of a vintage; one that is gone has the rate None."""
    old = {(r.source, r.language): r for r in (read(conn, version, before) if before else [])}
    new = {(r.source, r.language): r for r in found}
    gone = [Rate(*key, None, None) for key in old.keys() - new.keys()]
    return [r for key, r in new.items() if old.get(key) != r] + gone


def write(conn: sqlite3.Connection, version: str, vintage: str, rates: Sequence[Rate]) -> None:
    """Append rates, inside a transaction of the caller."""
    conn.executemany(
        "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?)",
        [(version, vintage, r.source, r.language, r.rate, r.entered) for r in rates],
    )
