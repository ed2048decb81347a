"""What in a database does not agree with itself, and what follows from the rest of it.

Rows that were written once (texts, scores, vintages, reviews) are never mended: of them there is
nothing else to know them by. Indices, triggers, the search table and counts are made again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from bubblefear.store import counters, search
from bubblefear.store.database import SCHEMA_VERSION, transaction

SHOWN: Final = 3
# Found in the rows alone, these say nothing of the rows: the index is made from them again.
_OF_INDICES: Final = ("missing from index", "wrong # of entries in index", "non-unique entry in")
_SAME_TEXT: Final = """c.c0 IS spaced(e.title) AND c.c1 IS spaced(e.summary)
  AND c.c2 IS spaced(a.body)"""
_OUT_OF_STEP: Final = f"""SELECT
  (SELECT count(*) FROM articles a JOIN entries e USING (id)
   LEFT JOIN articles_fts_content c ON c.id = e.number WHERE c.id IS NULL OR NOT ({_SAME_TEXT}))
  + (SELECT count(*) FROM articles_fts_content c LEFT JOIN entries e ON e.number = c.id
   LEFT JOIN articles a ON a.id = e.id WHERE a.id IS NULL)"""


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows of ``table`` that name a row of ``parent`` which is not there.

    Attributes:
        table: Whose rows.
        parent: The table that they refer to.
        number: How many rows.
        named: Some of the missing keys.
    """

    table: str
    parent: str
    number: int
    named: tuple[str, ...]


def only_indices(wrong: list[str]) -> bool:
    """Whether all that the check of the file found is wrong with indices."""
    return bool(wrong) and all(any(said in line for said in _OF_INDICES) for line in wrong)


def reindex(conn: sqlite3.Connection) -> None:
    """Make every index again from the rows."""
    conn.execute("REINDEX")


def search_faults(conn: sqlite3.Connection) -> str | None:
    """What is wrong with the search table: its own index, or its texts beside the articles'."""
    try:
        conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    except sqlite3.OperationalError:
        raise  # the file is busy, or may not be written to
    except sqlite3.DatabaseError as error:
        return f"its index does not hold together ({error})"
    conn.create_function("spaced", 1, search.spaced, deterministic=True)
    number = int(conn.execute(_OUT_OF_STEP).fetchone()[0])
    return f"{number:,} articles are not in it as they are stored" if number else None


def rebuild_search(conn: sqlite3.Connection) -> int:
    """Fill the search table anew from entries and articles; returns how many."""
    statement = _statement(conn, "articles_fts")
    with transaction(conn):
        # Not DELETE, which reads the index that may be damaged.
        conn.execute("DROP TABLE articles_fts")
        conn.execute(statement)
        rows = conn.execute(
            "SELECT e.number, e.title, e.summary, a.body FROM articles a JOIN entries e USING (id)"
        )
        search.insert(conn, (tuple(row) for row in rows))
    return int(conn.execute("SELECT count(*) FROM articles_fts_docsize").fetchone()[0])


def _statement(conn: sqlite3.Connection, name: str) -> str:
    found = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return str(found[0])


def missing_objects(conn: sqlite3.Connection) -> dict[str, str]:
    """Indices, triggers and views that a file of this schema has and this one has not.

    Returns:
        Name -> the statement that makes it.
    """
    return {
        name: statement
        for name, (kind, statement) in _of_a_new_file().items()
        if kind != "table" and name not in _objects(conn)
    }


def foreign_objects(conn: sqlite3.Connection) -> list[str]:
    """Tables that are missing, and whatever was made with another statement than a new file's."""
    here = _objects(conn)
    return [
        name
        for name, (kind, statement) in _of_a_new_file().items()
        if (name not in here and kind == "table")
        or (name in here and here[name] != (kind, statement))
    ]


def make(conn: sqlite3.Connection, statements: dict[str, str]) -> None:
    """Make what is missing, all of it or nothing."""
    with transaction(conn):
        for statement in statements.values():
            conn.execute(statement)


def _of_a_new_file() -> dict[str, tuple[str, str]]:
    from bubblefear.store.migrations import migrate

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        migrate(new, SCHEMA_VERSION)
        return _objects(new)


def _objects(conn: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    rows = conn.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {str(name): (str(kind), str(sql)) for name, kind, sql in rows}


def orphans(conn: sqlite3.Connection) -> list[Orphans]:
    """Rows whose parent is missing, by table and parent."""
    found: dict[tuple[str, str, int], int] = {}
    for table, _, parent, key in conn.execute("PRAGMA foreign_key_check"):
        found[table, parent, key] = found.get((table, parent, key), 0) + 1
    return [
        Orphans(table, parent, number, _named(conn, table, key))
        for (table, parent, key), number in sorted(found.items())
    ]


def _named(conn: sqlite3.Connection, table: str, key: int) -> tuple[str, ...]:
    keys = conn.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
    parent, column, other = next((k[2], k[3], k[4]) for k in keys if k[0] == key)
    rows = conn.execute(
        f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL '
        f'AND "{column}" NOT IN (SELECT "{other}" FROM "{parent}") ORDER BY 1 LIMIT {SHOWN}'
    )
    return tuple(str(row[0]) for row in rows)


def unfinished(conn: sqlite3.Connection, day: str) -> list[tuple[str, str]]:
    """Ids and commands of runs that began before the UTC ``day`` and never ended."""
    rows = conn.execute(
        "SELECT id, command FROM runs WHERE outcome IS NULL AND started_at < ? ORDER BY id", (day,)
    )
    return [(str(row[0]), str(row[1])) for row in rows]


def behind(conn: sqlite3.Connection) -> int | None:
    """What the count of changes must be at least, where hours were noted at a later one.

    A build would take these hours for changed again and again.
    """
    row = conn.execute("SELECT max(change) FROM touched").fetchone()
    latest = int(row[0] or 0)
    return latest if latest > counters.inputs(conn) else None


def newest_instant(conn: sqlite3.Connection) -> tuple[str, str]:
    """The latest instant that the clock gave, and what it was given to."""
    row = conn.execute(
        "SELECT at, name FROM ("
        "SELECT max(first_seen_at) AS at, 'first sight of an entry' AS name FROM entries UNION ALL "
        "SELECT max(vintage), 'a vintage' FROM vintages UNION ALL "
        "SELECT max(started_at), 'the start of a run' FROM runs) "
        "WHERE at IS NOT NULL ORDER BY at DESC LIMIT 1"
    ).fetchone()
    return (str(row[0]), str(row[1])) if row else ("", "")


def forget_build(conn: sqlite3.Connection, version: str, recipe: str) -> None:
    """Drop the kept sums of a version and the mark of its last build: the next reads everything."""
    with transaction(conn):
        conn.execute("DELETE FROM cells WHERE recipe = ?", (recipe,))
        conn.execute("DELETE FROM counters WHERE name = ?", (f"built:{version}",))


def forget_builds(conn: sqlite3.Connection) -> None:
    """The same for every version, inside a transaction of the caller."""
    conn.execute("DELETE FROM cells")
    conn.execute("DELETE FROM counters WHERE name LIKE 'built:%'")
