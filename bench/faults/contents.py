"""What a database says, without what two runs of the same work may differ in.

What may differ, and is taken out here, one by one:

- every instant since the world was ready reads ``now``, an hour of it too; every run id ``run``;
- ``runs``, ``polls``, ``poll_redirects``: a command that was run twice has two;
- problems: how often and when; ``hosts``, ``feed_states``: when, and how fast a host was;
- ``counters``, ``touched.change``: changes are counted, and what is done again counts again; of
  hours since the world was ready ``touched`` has one or more;
- results of tests and of claims: those of the last run alone count;
- ``story_links.similarity``: of items that were seen some seconds closer together;
- ``seals``, the hash of a vintage's inputs and ``kept_results.key``: they are made from instants.

The order of writing (``entries.number`` and the row ids) is taken out as well: a feed that failed
is stored after the others. What hangs on it, the full-text table, is compared by its text.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

Rows = Counter[tuple[object, ...]]
Contents = dict[str, Rows]

_NOT_COMPARED: Final = frozenset(
    ("runs", "polls", "poll_redirects", "counters", "hosts", "_sqlite_migrations")
)
_WITHOUT: Final[dict[str, frozenset[str]]] = {
    "entries": frozenset(("number",)),
    "problems": frozenset(("times",)),
    "feed_states": frozenset(("seconds", "interval_minutes", "rhythm_minutes", "next_poll_at")),
    "touched": frozenset(("change",)),
    "vintages": frozenset(("inputs_sha256",)),
    "seals": frozenset(("previous", "sha256")),
    "kept_results": frozenset(("key",)),
    "story_links": frozenset(("similarity",)),
}
_OF_THE_LAST_RUN: Final = frozenset(("test_results", "claim_results"))
_RUN: Final = re.compile(r"\b\d{8}T\d{6}Z-[0-9a-f]{8}\b")
_INSTANT: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d(?::\d\d:\d\dZ)?(?![\d:])")
# A sum over the same rows in another order.
_DIGITS: Final = 6


def contents(path: Path, since: str) -> Contents:
    """Rows by table; ``since`` is when the world was ready. Nothing where there is no database."""
    if not path.is_file() or not path.stat().st_size:
        return {}
    with closing(sqlite3.connect(path)) as conn:
        names = [row[0] for row in conn.execute(_TABLES) if row[0] not in _NOT_COMPARED]
        found = {name: _rows(conn, name, since) for name in names}
        if "articles_fts" in found:
            found["articles_fts"] = _texts(conn, since)
        return found


_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "AND name NOT GLOB 'articles_fts_*' AND name NOT GLOB 'sqlite_*'"
)


def _rows(conn: sqlite3.Connection, table: str, since: str) -> Rows:
    columns = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]
    kept = [f'"{c}"' for c in columns if c not in _WITHOUT.get(table, frozenset())]
    last = f'WHERE run_id = (SELECT max(run_id) FROM "{table}")'
    where = last if table in _OF_THE_LAST_RUN else ""
    found = conn.execute(f'SELECT {", ".join(kept)} FROM "{table}" {where}')
    rows = (tuple(plain(value, since) for value in row) for row in found)
    return Counter(set(rows) if table == "touched" else rows)


def _texts(conn: sqlite3.Connection, since: str) -> Rows:
    """The full-text table's rows as they lie beside their entries."""
    found = conn.execute(
        "SELECT e.id, f.title, f.summary, f.body FROM articles_fts f "
        "LEFT JOIN entries e ON e.number = f.rowid"
    )
    return Counter(tuple(plain(value, since) for value in row) for row in found)


def plain(value: object, since: str) -> object:
    """A value without instants since the world was ready, run ids and the last digits."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if not isinstance(value, str):
        return value
    text = _RUN.sub("run", value)
    return _INSTANT.sub(
        lambda found: "now" if found[0] >= since[: len(found[0])] else found[0], text
    )


def differences(found: Contents, expected: Contents) -> list[str]:
    """A line for each table that is not as it should be: rows lost, rows too many, one of them."""
    said = []
    for table in sorted(found.keys() | expected.keys()):
        here, there = found.get(table, Counter()), expected.get(table, Counter())
        lost, more = there - here, here - there
        for what, rows in (("lost", lost), ("too many", more)):
            if rows:
                first = str(next(iter(rows)))[:160]
                said.append(f"{table}: {rows.total()} rows {what}, such as {first}")
    return said


def known(found: Contents) -> Contents:
    """What is told of the world alone: no stories, whose making hangs on what came together."""
    rest = {name: rows for name, rows in found.items() if name in TOLD}
    if "articles" in rest:
        rest["articles"] = Counter((row[0], *row[2:]) for row in rest["articles"].elements())
    return rest


# Tables in which a row says something of the world: none may be there that nobody told us.
TOLD: Final = ("entries", "articles", "scores", "evidence", "mentions", "prices", "articles_fts")


def invented(found: Contents, *allowed: Contents) -> list[str]:
    """A line for each table with rows that are in none of ``allowed``, or there twice."""
    most: Contents = {}
    for one in map(known, allowed):
        for table, rows in one.items():
            most[table] = most.get(table, Counter()) | rows
    here = {table: rows & most.get(table, Counter()) for table, rows in known(found).items()}
    return [line.replace("too many", "from nowhere") for line in differences(known(found), here)]
