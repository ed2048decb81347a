"""Rows out of a damaged file, as far as they can be read, into a new one.

SQLite's own `.recover` is a part of its shell and not of the library. Here every table is read in
the order of its key; where a page cannot be read, reading goes on behind it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.store import backups, mending
from bubblefear.store.database import distrust, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Row = tuple[Any, ...]

BATCH: Final = 1_000
# A page holds at most some hundred rows: so many numbers are tried one by one before larger steps.
SINGLE_STEPS: Final = 512
LARGEST: Final = 2**60


@dataclass
class Saved:
    """What came of a table.

    Attributes:
        rows: Written into the new file.
        refused: Read, but not what the table can hold: a damaged value, a row met twice.
        gaps: Stretches that could not be read.
    """

    rows: int = 0
    refused: int = 0
    gaps: int = 0


def salvage(
    source: Path, target: Path, *, progress: Callable[[int, int], None] | None = None
) -> dict[str, Saved]:
    """Copy every row that can be read into a new file; ``source`` is only read.

    The search table is made again from the texts. Sums kept for the index and the marks of its
    last builds are left out, so that the next build reads everything.

    Args:
        source: The damaged file; nobody writes to it.
        target: Of the new file, at the present schema.
        progress: Told tables done and in all.

    Returns:
        What came of each table.

    Raises:
        sqlite3.DatabaseError: not even the list of tables can be read.
    """
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old:
        distrust(old)
        there = backups.tables(old)
        with closing(open_database(target)) as new:
            # Names of tables and columns become statements: only those that are ours do.
            ours = set(backups.tables(new))
            listed = [name for name in there if name in ours]
            new.execute("PRAGMA foreign_keys = OFF")  # a row may outlive its parent
            triggers = _triggers(new)
            new.execute("BEGIN IMMEDIATE")
            for name in triggers:
                new.execute(f"DROP TRIGGER {name}")
            found = {}
            for place, name in enumerate(listed):
                found[name] = _table(old, new, name)
                if progress:
                    progress(place + 1, len(listed))
            for statement in triggers.values():
                new.execute(statement)
            mending.forget_builds(new)
            new.execute("COMMIT")
            mending.rebuild_search(new)
    return found


def _triggers(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")
    return {str(name): str(sql) for name, sql in rows}


def _table(old: sqlite3.Connection, new: sqlite3.Connection, name: str) -> Saved:
    saved = Saved()
    there = {row[1] for row in new.execute(f'PRAGMA table_info("{name}")')}
    columns = old.execute(f'PRAGMA table_info("{name}")').fetchall()
    common = [str(row[1]) for row in columns if row[1] in there]
    if not common:
        return saved
    keys = [str(row[1]) for row in sorted(columns, key=lambda row: row[5]) if row[5]]
    keys = [key for key in keys if key in there]
    quoted = ", ".join(f'"{column}"' for column in common)
    marks = ", ".join("?" * len(common))
    into = f'INSERT INTO "{name}"({quoted}) VALUES ({marks})'
    if _has_rowid(old, name):
        batches = _by_number(old, f'SELECT rowid, {quoted} FROM "{name}"', saved)
    else:
        batches = _by_key(old, f'SELECT {quoted} FROM "{name}"', [f'"{k}"' for k in keys], saved)
    for batch in batches:
        _write(new, into, batch, saved)
    return saved


def _has_rowid(conn: sqlite3.Connection, name: str) -> bool:
    row = conn.execute("SELECT wr FROM pragma_table_list(?)", (name,)).fetchone()
    return not row[0]


def _by_number(conn: sqlite3.Connection, select: str, saved: Saved) -> Iterator[list[Row]]:
    """Rows by rowid; behind a page that cannot be read from the next number that can."""
    onward = f"{select} WHERE rowid >= ? ORDER BY rowid"
    start: int | None = -LARGEST
    while start is not None:
        for found in _until_damage(conn, onward, (start,)):
            if isinstance(found, Damage):
                break
            start = found[-1][0] + 1
            yield [row[1:] for row in found]
        else:
            return
        # The row before the damage was read and then lost: the library reads one ahead.
        alone = _one(conn, f"{onward} LIMIT 1", start)
        if alone:
            start = alone[0] + 1
            yield [alone[1:]]
        saved.gaps += 1
        start = _behind(conn, f"{onward} LIMIT 1", start)


def _one(conn: sqlite3.Connection, query: str, number: int) -> Row | None:
    try:
        row = conn.execute(query, (number,)).fetchone()
    except sqlite3.DatabaseError:
        return None
    return tuple(row) if row else None


class Damage:
    """Stands at the end of what could be read."""


def _until_damage(
    conn: sqlite3.Connection, query: str, parameters: Sequence[Any]
) -> Iterator[list[Row] | Damage]:
    batch: list[Row] = []
    try:
        for row in conn.execute(query, parameters):
            batch.append(tuple(row))
            if len(batch) == BATCH:
                yield batch
                batch = []
    except sqlite3.DatabaseError:
        if batch:
            yield batch
        yield Damage()
        return
    if batch:
        yield batch


def _behind(conn: sqlite3.Connection, query: str, start: int) -> int | None:
    """The first number from which a row can be read again; None where there is none.

    First one by one; behind a larger hole in steps that double, and then back to its edge.
    """
    for number in range(start, start + SINGLE_STEPS):
        if _readable(conn, query, number):
            return number
    bad, step = start + SINGLE_STEPS - 1, SINGLE_STEPS
    while not _readable(conn, query, bad + step):
        bad, step = bad + step, step * 2
        if bad > LARGEST:
            return None
    good = bad + step
    while good - bad > 1:
        middle = (good + bad) // 2
        bad, good = (bad, middle) if _readable(conn, query, middle) else (middle, good)
    return good


def _readable(conn: sqlite3.Connection, query: str, number: int) -> bool:
    try:
        conn.execute(query, (number,)).fetchall()
    except sqlite3.DatabaseError:
        return False
    return True


def _by_key(
    conn: sqlite3.Connection, select: str, keys: list[str], saved: Saved
) -> Iterator[list[Row]]:
    """Rows of a table without numbers: from its beginning, and from its end, up to the damage."""
    for direction in ("", " DESC"):
        order = ", ".join(f"{key}{direction}" for key in keys)
        query, number = f"{select} ORDER BY {order}", 0
        for found in _until_damage(conn, query, ()):
            if isinstance(found, Damage):
                break
            number += len(found)
            yield found
        else:
            return
        saved.gaps = 1
        # As above: the row before the damage, on its own.
        alone = _one(conn, f"{query} LIMIT 1 OFFSET ?", number)
        if alone:
            yield [alone]


def _write(conn: sqlite3.Connection, into: str, rows: list[Row], saved: Saved) -> None:
    conn.execute("SAVEPOINT batch")
    try:
        conn.executemany(into, rows)
    except sqlite3.Error:
        conn.execute("ROLLBACK TO batch")
        _one_by_one(conn, into, rows, saved)
    else:
        saved.rows += len(rows)
    conn.execute("RELEASE batch")


def _one_by_one(conn: sqlite3.Connection, into: str, rows: list[Row], saved: Saved) -> None:
    for row in rows:
        try:
            conn.execute(into, row)
        except sqlite3.IntegrityError:
            saved.refused += 1
        else:
            saved.rows += 1
