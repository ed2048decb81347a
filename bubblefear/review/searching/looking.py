"""Looks a search up: the numbers of all hits in their order, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bubblefear.review.searching import facets
from bubblefear.store import report_queries, search_queries

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.review.searching.asked import Asked
    from bubblefear.store.search_columns import Columns, Integers, Kept, Reals


@dataclass(frozen=True)
class Found:
    """All hits of a search.

    Attributes:
        scorer: Whose scores are shown; ``None`` = there is none.
        numbers: ``entries.number`` of every hit, in the order asked for.
        leaders: The first of each story, in that order.
        copies: How many hits tell each leader's story.
        facets: Counts of each facet.
    """

    scorer: str | None
    numbers: Integers
    leaders: Integers
    copies: Integers
    facets: dict[str, list[facets.Count]]


def look(conn: sqlite3.Connection, kept: Kept, asked: Asked) -> Found:
    """Find what was asked for; nothing where it has errors, everything where it has no words."""
    scorer = report_queries.main_scorer(conn)
    if asked.errors:
        none = np.zeros(0, dtype=np.int64)
        return Found(scorer, none, none, none, {})
    columns = kept.of(conn, scorer)
    positions, ranks = _matching(conn, columns, asked)
    labels = _labels(conn, columns)
    narrowed = facets.narrow(columns, positions, asked, labels)
    order = facets.ordered(columns, narrowed.positions, asked.sort, ranks)
    leaders, copies = facets.folded(columns, order)
    return Found(scorer, columns.number[order], columns.number[leaders], copies, narrowed.facets)


def _matching(
    conn: sqlite3.Connection, columns: Columns, asked: Asked
) -> tuple[Integers, Reals | None]:
    query = asked.query
    every = np.arange(len(columns.number))
    ranks = None
    if asked.words and not query.terms:
        return every[:0], None
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
    return every, ranks


def _labels(conn: sqlite3.Connection, columns: Columns) -> dict[str, Integers]:
    numbers: dict[str, set[int]] = {}
    for label, number in search_queries.labels(conn):
        numbers.setdefault(label, set()).add(number)
    return {
        label: columns.positions(np.array(sorted(those), dtype=np.int64))
        for label, those in sorted(numbers.items())
    }
