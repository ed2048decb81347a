"""Looks a search up: the numbers of all hits in their order, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bubblefear.review.searching import facets
from bubblefear.review.searching.reach import reach
from bubblefear.store import report_queries, search_columns, search_queries, search_reach

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.review.searching.asked import Asked
    from bubblefear.review.searching.reach import Bounds
    from bubblefear.store.search_columns import Columns, Integers, Kept, Reals


@dataclass(frozen=True)
class Found:
    """All hits of a search, or of too many the first ones.

    Attributes:
        scorer: Whose scores are shown; ``None`` = there is none.
        numbers: ``entries.number`` of every hit, in the order asked for.
        leaders: The first of each story, in that order.
        copies: How many hits tell each leader's story.
        facets: Counts of each facet.
        hits: How many there are in all, where only some were looked at; else ``None``.
        looked: How many of those were looked at.
        beside: Whether counts beside a choice are of everything that it leaves out.
    """

    scorer: str | None
    numbers: Integers
    leaders: Integers
    copies: Integers
    facets: dict[str, list[facets.Count]]
    hits: int | None = None
    looked: int | None = None
    beside: bool = True


@dataclass(frozen=True)
class _Matching:
    """Columns, the positions that match in them, and BM25 by position where it is asked for."""

    columns: Columns
    positions: Integers
    ranks: Reals | None
    hits: int | None = None
    looked: int | None = None
    beside: bool = True


def prepare(conn: sqlite3.Connection, kept: Kept, bounds: Bounds) -> None:
    """Bring up to date what is kept in memory; of a large file nothing is."""
    if not search_reach.is_large(conn, bounds.whole):
        kept.of(conn, report_queries.main_scorer(conn))


def look(conn: sqlite3.Connection, kept: Kept, asked: Asked, bounds: Bounds) -> Found:
    """Find what was asked for; nothing where it has errors, everything where it has no words."""
    scorer = report_queries.main_scorer(conn)
    if asked.errors:
        none = np.zeros(0, dtype=np.int64)
        return Found(scorer, none, none, none, {})
    labels = _labels(conn)
    if search_reach.is_large(conn, bounds.whole):
        found = _among_some(conn, asked, scorer, labels, bounds)
    else:
        found = _among_all(conn, kept.of(conn, scorer), asked)
    columns = found.columns
    placed = {label: columns.positions(numbers) for label, numbers in labels.items()}
    narrowed = facets.narrow(columns, found.positions, asked, placed)
    order = facets.ordered(columns, narrowed.positions, asked.sort, found.ranks)
    leaders, copies = facets.folded(columns, order)
    numbers, first = columns.number[order], columns.number[leaders]
    told = (found.hits, found.looked, found.beside)
    return Found(scorer, numbers, first, copies, narrowed.facets, *told)


def _among_all(conn: sqlite3.Connection, columns: Columns, asked: Asked) -> _Matching:
    query = asked.query
    every = np.arange(len(columns.number))
    ranks = None
    if asked.words and not query.terms:
        return _Matching(columns, every[:0], None)
    if query.wanted and asked.sort == "match":
        numbers, values = search_queries.ranks(conn, query.wanted)
        every = columns.positions(numbers)
        ranks = np.zeros(len(columns.number))
        ranks[every] = values[: len(every)]
    elif query.wanted:
        every = columns.positions(search_queries.numbers(conn, query.wanted))
    if query.unwanted:
        dropped = columns.positions(search_queries.numbers(conn, query.unwanted))
        every = np.setdiff1d(every, dropped, assume_unique=True)
    return _Matching(columns, every, ranks)


def _among_some(
    conn: sqlite3.Connection,
    asked: Asked,
    scorer: str | None,
    labels: dict[str, Integers],
    bounds: Bounds,
) -> _Matching:
    reached = reach(conn, asked, scorer, labels, bounds)
    columns = search_columns.read(conn, scorer, reached.numbers)
    every = np.arange(len(columns.number))
    if reached.looked == reached.hits:
        return _Matching(columns, every, reached.ranks, beside=reached.beside)
    told = (reached.hits, reached.looked, reached.beside)
    return _Matching(columns, every, reached.ranks, *told)


def _labels(conn: sqlite3.Connection) -> dict[str, Integers]:
    """Label -> numbers of the entries that reviewers gave it, increasing."""
    numbers: dict[str, set[int]] = {}
    for label, number in search_queries.labels(conn):
        numbers.setdefault(label, set()).add(number)
    return {
        label: np.array(sorted(those), dtype=np.int64) for label, those in sorted(numbers.items())
    }
