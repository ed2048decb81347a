"""What lies in the archive, as the database itself knows it: no file is opened for that."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import ArchiveBroken
from bubblefear.store.database import database_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

ENTRIES: Final = "entries"
# What the rows of a file are counted as.
ROWS: Final = "rows"
ABSTAINED: Final = "abstained"
_COLUMNS: Final = (
    "month, part, name, file, rows, bytes, sha256, first_number, last_number, first_seen_at, "
    "last_seen_at, counts, archived_at"
)


@dataclass(frozen=True, slots=True)
class File:
    """A row of ``archives``; its fields are the columns, ``counts`` being JSON."""

    month: str
    part: int
    name: str
    file: str
    rows: int
    bytes: int
    sha256: str
    first_number: int
    last_number: int
    first_seen_at: str
    last_seen_at: str
    counts: str
    archived_at: str


def folder(conn: sqlite3.Connection) -> Path:
    """Where the files lie: beside the database, under its name.

    Raises:
        ArchiveBroken: the database is in memory.
    """
    path = database_file(conn)
    if not path.name:
        raise ArchiveBroken("a database in memory has no archive")
    return folder_of(path)


def folder_of(path: Path) -> Path:
    """The archive's folder of a database file: ``news.db`` -> ``news.db.archive``."""
    return path.with_name(f"{path.name}.archive")


def anything(conn: sqlite3.Connection) -> bool:
    """Whether rows of this database lie in the archive."""
    return conn.execute("SELECT 1 FROM archives LIMIT 1").fetchone() is not None


def files(conn: sqlite3.Connection, months: Iterable[str] | None = None) -> list[File]:
    """The files of some months, or of all, by month, part and table."""
    chosen = None if months is None else json.dumps(list(months))
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM archives WHERE ?1 IS NULL "
        "OR month IN (SELECT value FROM json_each(?1)) ORDER BY month, part, name",
        (chosen,),
    )
    return [File(*row) for row in rows]


def months(conn: sqlite3.Connection, after: str = "", until: str = "~") -> list[str]:
    """Months with an archived entry that may have been first seen in ``(after, until]``."""
    rows = conn.execute(
        "SELECT DISTINCT month FROM archives WHERE name = ? AND last_seen_at > ? "
        "AND first_seen_at <= ? ORDER BY month",
        (ENTRIES, after, until),
    )
    return [row[0] for row in rows]


def holding(conn: sqlite3.Connection, name: str) -> list[str]:
    """Months with archived rows of a table."""
    rows = conn.execute(
        "SELECT DISTINCT month FROM archives WHERE name = ? ORDER BY month", (name,)
    )
    return [row[0] for row in rows]


def months_of(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """Id -> month of those entries that lie in the archive."""
    if not ids:
        return {}
    rows = conn.execute(
        "SELECT id, month FROM archived_entries WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: row[1] for row in rows}


def count(conn: sqlite3.Connection, name: str) -> int:
    """How many rows of a table lie in the archive."""
    row = conn.execute("SELECT sum(rows) FROM archives WHERE name = ?", (name,)).fetchone()
    return int(row[0] or 0)


def counts(conn: sqlite3.Connection, name: str, of: str = ROWS) -> Counter[str]:
    """A table's archived rows by origin (entries), language (articles) or scorer (scores).

    ``of``: ``ROWS``, or ``ABSTAINED`` for those of ``scores`` that say why there is no score.
    """
    found: Counter[str] = Counter()
    for row in conn.execute("SELECT counts FROM archives WHERE name = ?", (name,)):
        found.update(json.loads(row[0]).get(of, {}))
    return found


def unread(conn: sqlite3.Connection, scorer: str) -> int:
    """How many archived articles this scorer has not read."""
    return count(conn, "articles") - counts(conn, "scores")[scorer]


def last_number(conn: sqlite3.Connection) -> int:
    """The largest ``entries.number`` in the archive; 0 = nothing lies there."""
    return int(conn.execute("SELECT max(last_number) FROM archives").fetchone()[0] or 0)


def span(conn: sqlite3.Connection) -> tuple[str | None, str | None]:
    """First and last ``first_seen_at`` in the archive."""
    row = conn.execute("SELECT min(first_seen_at), max(last_seen_at) FROM archives").fetchone()
    return row[0], row[1]


def next_part(conn: sqlite3.Connection, month: str) -> int:
    """The number of a month's next part.

    No file of the folder has it either: one of another state of the database is not replaced.
    """
    row = conn.execute("SELECT max(part) FROM archives WHERE month = ?", (month,)).fetchone()
    names = (place.name.split(".") for place in (folder(conn) / f"month={month}").glob("*.parquet"))
    there = [int(name[1]) for name in names if name[1].isdecimal()]
    return 1 + max([row[0] or 0, *there])


def add(conn: sqlite3.Connection, written: Iterable[File]) -> None:
    """Note files, inside the transaction that deletes their rows."""
    places = ", ".join("?" * 13)
    conn.executemany(
        f"INSERT INTO archives({_COLUMNS}) VALUES ({places})", [astuple(file) for file in written]
    )


def forget(conn: sqlite3.Connection, month: str) -> None:
    """Drop a month, inside the transaction that puts its rows back."""
    conn.execute("DELETE FROM archives WHERE month = ?", (month,))
    conn.execute("DELETE FROM archived_entries WHERE month = ?", (month,))


def as_counts(found: Mapping[str, Mapping[str, int]]) -> str:
    """As ``File.counts`` is kept."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
