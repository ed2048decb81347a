"""What a search of a large file looks at: of too many hits, those that come first in its order.

A small file's entries are all kept in memory as columns. Of a large one, sets of numbers are met
first (words, days, sources, kinds, channels, labels: what indices answer), and columns are read
only of the entries that come first. Each facet that was chosen is also left aside once, so that
its counts tell what another of its values would bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np

from bubblefear.review.searching.facets import NOT_REVIEWED
from bubblefear.store import search_columns, search_queries, search_reach

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from bubblefear.review.searching.asked import Asked
    from bubblefear.review.searching.facets import Flags
    from bubblefear.store.search_columns import Integers, Reals

# To look an entry's time up takes so many times as long as to pass one in the index by time.
_LOOK_UP: Final = 5
# What no score with fear has, so that the index of fear does not find it.
_NO_KIND: Final = frozenset(
    {search_columns.NONE, search_columns.ABSTAINED, search_columns.NOT_SCORED}
)


@dataclass(frozen=True)
class Bounds:
    """What counts as large, and how much of it one search looks at.

    Attributes:
        whole: Up to so many entries, columns of all are kept in memory.
        looked: Of more hits than this, those are looked at that come first in the order.
    """

    whole: int = 250_000
    looked: int = 5_000


@dataclass(frozen=True)
class Reach:
    """What is looked at.

    Attributes:
        numbers: ``entries.number`` of it, increasing; of hits, and of what hits would be if one
            of the facets chosen were not.
        ranks: BM25 of each, where the order is by that.
        hits: All there are of words, days and those choices that indices answer.
        looked: How many of them are looked at.
        beside: Whether everything was looked at of what would be hits without a choice.
    """

    numbers: Integers
    ranks: Reals | None
    hits: int
    looked: int
    beside: bool


def reach(
    conn: sqlite3.Connection,
    asked: Asked,
    scorer: str | None,
    labels: Mapping[str, Integers],
    bounds: Bounds,
) -> Reach:
    """Choose what is looked at.

    Args:
        conn: The database.
        asked: Words, days, choices and order.
        scorer: Whose scores.
        labels: Label -> numbers of the entries that reviewers gave it.
        bounds: How much.
    """
    words = _Words(conn, asked)
    sets = _sets(conn, asked, scorer, labels)
    order = _Order(conn, asked, scorer, words, bounds.looked)
    hits = _met([words.numbers, *sets.values()])
    first = order.first(hits, _span(asked, asked.chosen.get("month", ())))
    # A choice left aside: what its other values would bring.
    wider = [
        _met([words.numbers, *(those for n, those in sets.items() if n != name)])
        for name in sets
        if name != "days"
    ]
    numbers = reduce(np.union1d, (order.first(one, _span(asked)) for one in wider), first)
    total = search_reach.count(conn) if hits is None else len(hits)
    beside = all(one is not None and len(one) <= bounds.looked for one in wider)
    return Reach(numbers, words.ranks_of(numbers), total, len(first), beside)


class _Words:
    """The hits of the words; ``None`` = no words, so every entry."""

    def __init__(self, conn: sqlite3.Connection, asked: Asked) -> None:
        query = asked.query
        self.numbers: Integers | None = None
        self.ranks: Reals | None = None
        if asked.words and not query.terms:
            self.numbers = np.zeros(0, dtype=np.int64)
        elif query.wanted and asked.sort == "match":
            self.numbers, self.ranks = search_queries.ranks(conn, query.wanted)
        elif query.wanted:
            self.numbers = search_queries.numbers(conn, query.wanted)
        if query.unwanted:
            self._drop(search_queries.numbers(conn, query.unwanted), conn)

    def _drop(self, unwanted: Integers, conn: sqlite3.Connection) -> None:
        if self.numbers is None:
            self.numbers = search_reach.seen_within(conn, [search_reach.ALWAYS])
        stays = ~np.isin(self.numbers, unwanted, assume_unique=True)
        self.numbers = self.numbers[stays]
        self.ranks = None if self.ranks is None else self.ranks[stays]

    def ranks_of(self, wanted: Integers) -> Reals | None:
        """BM25 of entries that are hits."""
        if self.numbers is None or self.ranks is None:
            return None
        return self.ranks[np.searchsorted(self.numbers, wanted)]


def _sets(
    conn: sqlite3.Connection,
    asked: Asked,
    scorer: str | None,
    labels: Mapping[str, Integers],
) -> dict[str, Integers]:
    """The choices that indices answer, each as a set of numbers."""
    found: dict[str, Integers] = {}
    if asked.since or asked.until:
        found["days"] = search_reach.seen_within(conn, [_span(asked)])
    if months := asked.chosen.get("month"):
        found["month"] = search_reach.seen_within(conn, [(m, f"{m}~") for m in set(months)])
    if sources := asked.chosen.get("source"):
        found["source"] = search_reach.seen_within(conn, [search_reach.ALWAYS], sources)
    for name in ("kind", "channel"):
        values = asked.chosen.get(name, ())
        if values and not _NO_KIND & set(values):
            found[name] = search_reach.by_score(conn, scorer, name, values)
    given = asked.chosen.get("label", ())
    if given and NOT_REVIEWED not in given:
        none = np.zeros(0, dtype=np.int64)
        found["label"] = reduce(np.union1d, (labels.get(one, none) for one in given))
    return found


def _span(asked: Asked, months: tuple[str, ...] = ()) -> tuple[str, str]:
    """In which the days asked for lie, and some months, as beginnings of UTC text."""
    since, until = search_reach.ALWAYS
    if asked.until:
        until = (date.fromisoformat(asked.until) + timedelta(days=1)).isoformat()
    if months:
        return max(asked.since, min(months)), min(until, f"{max(months)}~")
    return asked.since or since, until


def _met(sets: list[Integers | None]) -> Integers | None:
    """What is in all of the sets; ``None`` stands for every entry."""
    some = sorted((one for one in sets if one is not None), key=len)
    if not some:
        return None
    return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), some)


class _Order:
    """Which of many entries come first."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        asked: Asked,
        scorer: str | None,
        words: _Words,
        most: int,
    ) -> None:
        self._conn, self._scorer, self._words, self._most = conn, scorer, words, most
        self._sort = asked.sort

    def first(self, numbers: Integers | None, span: tuple[str, str]) -> Integers:
        """The first of these, at most ``most``, as increasing numbers.

        Args:
            numbers: Increasing; ``None`` = every entry.
            span: In which they were first seen.
        """
        if numbers is not None and len(numbers) <= self._most:
            return numbers
        if self._sort == "match" and self._words.ranks is not None and numbers is not None:
            return self._matching(numbers)
        if self._sort in ("fear", "contribution"):
            return self._feared(numbers, span)
        return np.sort(self._in_time(numbers, span))

    def _matching(self, numbers: Integers) -> Integers:
        ranks = self._words.ranks_of(numbers)
        assert ranks is not None  # asked for only where there are
        return np.sort(numbers[np.argsort(ranks, kind="stable")[: self._most]])

    def _feared(self, numbers: Integers | None, span: tuple[str, str]) -> Integers:
        """Those with fear, strongest first; then the newest of the others."""
        strongest = search_reach.fearful(self._conn, self._scorer, self._sort)
        if numbers is not None:
            strongest = strongest[_inside(strongest, numbers)]
        strongest = strongest[: self._most]
        rest = self._in_time(numbers, span)
        rest = rest[~np.isin(rest, strongest)][: self._most - len(strongest)]
        return np.sort(np.concatenate([strongest, rest]))

    def _in_time(self, numbers: Integers | None, span: tuple[str, str]) -> Integers:
        """The first by time, in that order."""
        newest = self._sort != "oldest"
        # Of few among many, each is looked up; else the first are soon met on the way.
        if numbers is not None and _LOOK_UP * len(numbers) ** 2 < numbers[-1] * self._most:
            return search_reach.first_of(self._conn, numbers, self._most, newest=newest)
        taken: list[Integers] = []
        left = self._most
        for step in search_reach.in_time(self._conn, span, newest=newest):
            inside = step if numbers is None else step[_inside(step, numbers)]
            taken.append(inside[:left])
            left -= len(taken[-1])
            if not left:
                break
        return np.concatenate(taken) if taken else np.zeros(0, dtype=np.int64)


def _inside(some: Integers, numbers: Integers) -> Flags:
    """Which of some are among increasing numbers: a look-up of each, the many are not sorted."""
    places = np.searchsorted(numbers, some)
    there = places < len(numbers)
    there[there] = numbers[places[there]] == some[there]
    return there
