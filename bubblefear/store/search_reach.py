"""How a search of a large file finds which entries to look at, out of indices alone.

Numbers of entries are arrays, increasing: sets of them are met and joined in memory, and only of
the few that are looked at in the end are rows read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np

from bubblefear.store import views

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

    from bubblefear.store.search_columns import Integers

# A step through the index by time: small enough that the first is often the last.
_STEP: Final = 20_000
# Texts of instants before and after all others.
ALWAYS: Final = ("", "~")


def is_large(conn: sqlite3.Connection, most: int) -> bool:
    """Whether there are more than ``most`` entries; at the cost of counting so many."""
    return conn.execute("SELECT 1 FROM entries LIMIT 1 OFFSET ?", (most,)).fetchone() is not None


def count(conn: sqlite3.Connection) -> int:
    """How many entries there are."""
    return int(conn.execute("SELECT count(*) FROM entries").fetchone()[0])


def seen_within(
    conn: sqlite3.Connection, spans: Iterable[tuple[str, str]], sources: Collection[str] = ()
) -> Integers:
    """Numbers of entries first seen in any of the spans ``[from, to)``, by any of the sources.

    Args:
        conn: The database.
        spans: Beginnings of UTC text, such as ``2025-11``; they do not overlap.
        sources: Publishers; none = any.
    """
    by_source = " AND source IN (SELECT value FROM json_each(?))" if sources else ""
    more = (json.dumps(sorted(sources)),) if sources else ()
    return _sorted(
        row
        for span in spans
        for row in conn.execute(
            "SELECT number FROM entries WHERE first_seen_at >= ? AND first_seen_at < ?" + by_source,
            (*span, *more),
        )
    )


def by_score(
    conn: sqlite3.Connection, scorer: str | None, column: str, values: Collection[str]
) -> Integers:
    """Numbers of entries with fear and one of these kinds or channels.

    Args:
        conn: The database.
        scorer: Whose scores.
        column: ``kind`` or ``channel``: only a score with fear has one.
        values: Names.
    """
    return _sorted(
        conn.execute(
            "SELECT e.number FROM scores s JOIN entries e ON e.id = s.article_id WHERE s.scorer = ?"
            f" AND s.fear > 0 AND s.{column} IN (SELECT value FROM json_each(?))",
            (scorer, json.dumps(sorted(values))),
        )
    )


def fearful(conn: sqlite3.Connection, scorer: str | None, by: str) -> Integers:
    """Numbers of all entries with fear that count, strongest first, of equals the newest.

    Args:
        conn: The database.
        scorer: Whose scores.
        by: ``fear`` or ``contribution``; a denial contributes nothing and is left out of that.
    """
    strength = {"fear": "s.fear", "contribution": views.CONTRIBUTION}[by]
    rows = conn.execute(
        "SELECT e.number FROM scores s JOIN entries e ON e.id = s.article_id "
        f"WHERE s.scorer = ? AND s.fear > 0 AND {strength} > 0 "
        f"ORDER BY {strength} DESC, e.first_seen_at DESC, e.number",
        (scorer,),
    )
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def first_of(conn: sqlite3.Connection, numbers: Integers, most: int, *, newest: bool) -> Integers:
    """The first of some entries by their first sight, newest or oldest first.

    Of entries seen in the same second the one stored first stands first, as in a search's orders.
    """
    rows = conn.execute(
        "SELECT number FROM entries WHERE number IN (SELECT value FROM json_each(?)) "
        f"ORDER BY first_seen_at {'DESC' if newest else ''}, number LIMIT ?",
        (json.dumps(numbers.tolist()), most),
    )
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def in_time(conn: sqlite3.Connection, span: tuple[str, str], *, newest: bool) -> Iterator[Integers]:
    """Numbers of all entries first seen in ``[from, to)`` in that order, some at a time."""
    rows = conn.execute(
        "SELECT number FROM entries WHERE first_seen_at >= ? AND first_seen_at < ? "
        f"ORDER BY first_seen_at {'DESC' if newest else ''}, number",
        span,
    )
    while some := rows.fetchmany(_STEP):
        yield np.array([row[0] for row in some], dtype=np.int64)


def _sorted(rows: Iterable[tuple[int]]) -> Integers:
    found = np.fromiter((row[0] for row in rows), dtype=np.int64)
    found.sort()
    return found
