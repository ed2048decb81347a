"""One month's rows from SQLite into files, and back: each in one transaction.

The order survives a kill at any instant. Moving: files are written under a temporary name, read
back and compared, renamed, and only then the rows are deleted and the files noted, in one commit.
Restoring: the rows are put back and the files forgotten in one commit, and only then deleted. What
a kill leaves are files that no row of ``archives`` names: ``leftovers`` clears them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import ArchiveBroken
from bubblefear.store import search
from bubblefear.store.archive import choosing, ledger, parquet
from bubblefear.store.archive.reading import checked
from bubblefear.store.database import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

UNFINISHED: Final = ".unfinished"

# Table -> column that holds the entry's id; in the order in which rows are put back.
TABLES: Final[dict[str, str]] = {
    "entries": "id",
    "articles": "id",
    "scores": "article_id",
    "score_history": "article_id",
    "mentions": "article_id",
    "story_links": "article_id",
    "story_marks": "article_id",
}
# What the counts of a file are by.
_COUNTED: Final = {"entries": "origin", "articles": "language", "scores": "scorer"}


@dataclass(frozen=True)
class Moved:
    """What became of a month: rows and files moved, or why none was.

    Attributes:
        month: ``YYYY-MM``.
        entries: Moved now.
        stayed: Entries of the month that stay in SQLite.
        bytes: Size of the new files.
        reason: Why nothing was moved; None = something was.
    """

    month: str
    entries: int
    stayed: int
    bytes: int
    reason: str | None = None


def move_month(
    conn: sqlite3.Connection,
    month: str,
    *,
    before: str,
    scorer: str | None,
    now: Callable[[], str],
    step: Callable[[str], None] = lambda _: None,
) -> Moved:
    """Move what may be moved of a month.

    The transaction is open from the choice to the end, so that nobody refers meanwhile to what is
    on its way; readers are not held up.

    Args:
        conn: The database, ``choosing.note_accounted`` done.
        month: ``YYYY-MM``.
        before: The month from which on everything stays.
        scorer: Must have read every article of the month.
        now: The clock.
        step: Gets the name of each step before it is taken.

    Raises:
        ArchiveBroken: a file does not read as it was written.
        OSError: the disk is full, or the folder may not be written to.
    """
    with transaction(conn):
        missing = choosing.unready(conn, month, scorer)
        if missing:
            return Moved(month, 0, _count(conn, month), 0, str(missing))
        if not choosing.choose(conn, month, before):
            return Moved(month, 0, _count(conn, month), 0, "everything left of it is in use")
        step("write")
        folder = ledger.folder(conn) / f"month={month}"
        written = _write(conn, month, folder, now())
        for file in written:
            step(f"rename {file.name}")
            place = ledger.folder(conn) / file.file
            place.with_name(place.name + UNFINISHED).rename(place)
        parquet.flush(folder)
        step("delete")
        _delete(conn)
        ledger.add(conn, written)
        conn.execute(
            "INSERT INTO archived_entries SELECT id, ? FROM temp.moving ORDER BY id", (month,)
        )
        step("commit")
    moved = written[0].rows
    return Moved(month, moved, _count(conn, month), sum(file.bytes for file in written))


def restore_month(
    conn: sqlite3.Connection, month: str, step: Callable[[str], None] = lambda _: None
) -> int:
    """Put every row of a month back where it was and delete its files.

    Returns:
        Number of entries.

    Raises:
        ArchiveBroken: a file is missing or damaged; nothing is changed then.
    """
    files = ledger.files(conn, [month])
    places = checked(conn, files)
    with transaction(conn):
        # Rows that come back are no news: no session is to be read again for them.
        conn.execute("CREATE TEMP TABLE untouched AS SELECT * FROM main.touched")
        for name in TABLES:
            step(name)
            for file in files:
                if file.name == name:
                    _put_back(conn, file, places[file.file])
        conn.execute("DELETE FROM touched")
        conn.execute("INSERT INTO touched SELECT * FROM temp.untouched")
        conn.execute("DROP TABLE temp.untouched")
        ledger.forget(conn, month)
        step("commit")
    # Entries last: what a kill leaves can then be told from another database's files.
    for file in sorted(files, key=lambda file: file.name == ledger.ENTRIES):
        step(f"remove {file.name}")
        places[file.file].unlink()
    if not any((ledger.folder(conn) / f"month={month}").iterdir()):
        (ledger.folder(conn) / f"month={month}").rmdir()
    return sum(file.rows for file in files if file.name == ledger.ENTRIES)


def _write(conn: sqlite3.Connection, month: str, folder: Path, now: str) -> list[ledger.File]:
    """The files of a month's next part, under their temporary names; entries first."""
    folder.mkdir(parents=True, exist_ok=True)
    parquet.flush(folder.parent)
    part = ledger.next_part(conn, month)
    first, last, since, until = conn.execute(
        "SELECT min(e.number), max(e.number), min(e.first_seen_at), max(e.first_seen_at) "
        "FROM temp.moving m JOIN entries e ON e.number = m.number"
    ).fetchone()
    found = []
    for name, key in TABLES.items():
        if not conn.execute(
            f"SELECT EXISTS (SELECT 1 FROM temp.moving m JOIN {name} t ON t.{key} = m.id)"
        ).fetchone()[0]:
            continue
        relative = f"month={month}/{name}.{part}.parquet"
        place = ledger.folder(conn) / f"{relative}{UNFINISHED}"
        columns = parquet.table_columns(conn, name)
        done = parquet.write(place, columns, _rows(conn, name, key))
        found.append(
            ledger.File(
                month, part, name, relative, done.rows, done.bytes, done.sha256,
                first, last, since, until, _counts(conn, name, key), now,
            )
        )  # fmt: skip
    return found


def _rows(conn: sqlite3.Connection, name: str, key: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows that are on their way, by source and time; a source's lie together."""
    # CROSS JOIN keeps the order of the loops: the month is a small part of each table.
    rows = conn.execute(
        f"SELECT t.* FROM temp.moving m CROSS JOIN entries e ON e.number = m.number "
        f"CROSS JOIN {name} t ON t.{key} = m.id ORDER BY e.source, e.first_seen_at, e.number, "
        f"t.rowid"
    )
    rows.row_factory = None
    while batch := rows.fetchmany(parquet.GROUP):
        yield batch


def _counts(conn: sqlite3.Connection, name: str, key: str) -> str:
    by = _COUNTED.get(name)
    if by is None:
        return "{}"
    abstained = "count(t.abstained)" if name == "scores" else "0"
    rows = conn.execute(
        f"SELECT t.{by}, count(*), {abstained} FROM temp.moving m "
        f"CROSS JOIN {name} t ON t.{key} = m.id GROUP BY 1"
    ).fetchall()
    found = {ledger.ROWS: {row[0]: row[1] for row in rows}}
    if name == "scores":
        found[ledger.ABSTAINED] = {row[0]: row[2] for row in rows}
    return ledger.as_counts(found)


def _delete(conn: sqlite3.Connection) -> None:
    """What refers to others goes before them."""
    conn.execute(
        "DELETE FROM articles_fts WHERE rowid IN (SELECT m.number FROM temp.moving m "
        "JOIN articles a ON a.id = m.id)"
    )
    for name, key in reversed(TABLES.items()):
        conn.execute(f"DELETE FROM {name} WHERE {key} IN (SELECT id FROM temp.moving)")


def _put_back(conn: sqlite3.Connection, file: ledger.File, place: Path) -> None:
    names = parquet.columns(place)
    if set(names) != {name for name, _ in parquet.table_columns(conn, file.name)}:
        raise ArchiveBroken(f"{place} has other columns than the table {file.name}")
    quoted = ", ".join(f'"{name}"' for name in names)
    sql = f"INSERT INTO {file.name}({quoted}) VALUES ({', '.join('?' * len(names))})"
    for batch in parquet.rows(place):
        conn.executemany(sql, batch)
        if file.name == "articles":
            _index_texts(conn, [row[names.index("id")] for row in batch])


def _index_texts(conn: sqlite3.Connection, ids: list[str]) -> None:
    """The rows of the full-text search, made anew from the texts."""
    import json

    rows = conn.execute(
        "SELECT e.number, e.title, e.summary, a.body FROM entries e JOIN articles a ON a.id = e.id "
        "WHERE e.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    search.insert(conn, rows.fetchall())


def _count(conn: sqlite3.Connection, month: str) -> int:
    row = conn.execute(
        "SELECT count(*) FROM entries WHERE first_seen_at >= ?1 AND first_seen_at < ?1 || '~'",
        (month,),
    ).fetchone()
    return int(row[0])
