"""Hits counted by what they are, put in order and folded into stories.

An article must have one of the values chosen of each facet. A facet's counts leave its own choice
aside, so that they tell what adding another of its values would bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bubblefear.review.searching.asked import FACETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bubblefear.review.searching.asked import Asked
    from bubblefear.store.search_columns import Columns, Integers, Reals

    Flags = np.ndarray[Any, np.dtype[np.bool_]]

NOT_REVIEWED: Final = "not reviewed"


@dataclass(frozen=True)
class Count:
    """A value of a facet and how many of the hits have it."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Narrowed:
    """The hits that are left, as positions in the columns, and counts of all facets."""

    positions: Integers
    facets: dict[str, list[Count]]


def narrow(
    columns: Columns, positions: Integers, asked: Asked, labels: Mapping[str, Integers]
) -> Narrowed:
    """Keep the hits that were asked for; count those beside each choice.

    Args:
        columns: What is known of every entry.
        positions: The hits of the words.
        asked: Dates and facets.
        labels: Label -> positions of the entries that reviewers gave it; one may have several.
    """
    positions = positions[_within(columns.seen[positions], asked)]
    parts = {name: _values(columns, positions, name, labels) for name in FACETS}
    masks = {name: _any_of(parts[name], asked.chosen.get(name, ())) for name in FACETS}
    every = np.ones(len(positions), dtype=bool)
    facets = {}
    for name in FACETS:
        beside = every.copy()
        for other in FACETS:
            if other != name:
                beside &= masks[other]
        facets[name] = _counts(name, parts[name], beside, asked.chosen.get(name, ()))
    for mask in masks.values():
        every &= mask
    return Narrowed(positions[every], facets)


def _within(seen: Integers, asked: Asked) -> Flags:
    kept = np.ones(len(seen), dtype=bool)
    if asked.since:
        kept &= seen >= _midnight(asked.since)
    if asked.until:
        kept &= seen < _midnight(asked.until) + timedelta(days=1).total_seconds()
    return kept


def _midnight(day: str) -> float:
    found = date.fromisoformat(day)
    return datetime(found.year, found.month, found.day, tzinfo=UTC).timestamp()


def _values(
    columns: Columns, positions: Integers, name: str, labels: Mapping[str, Integers]
) -> dict[str, Flags] | tuple[list[str], Integers]:
    """A facet of the hits: one code each, or, where one may have several, a flag for each value."""
    if name != "label":
        coded = columns.texts[name]
        return coded.names, coded.codes[positions]
    flags = {label: np.isin(positions, places) for label, places in labels.items()}
    some = np.zeros(len(positions), dtype=bool)
    for flag in flags.values():
        some |= flag
    return {NOT_REVIEWED: ~some, **flags}


def _any_of(part: dict[str, Flags] | tuple[list[str], Integers], chosen: tuple[str, ...]) -> Flags:
    if isinstance(part, dict):
        size = len(part[NOT_REVIEWED])
        if not chosen:
            return np.ones(size, dtype=bool)
        some = np.zeros(size, dtype=bool)
        for value in chosen:
            some |= part.get(value, some)
        return some
    names, codes = part
    if not chosen:
        return np.ones(len(codes), dtype=bool)
    wanted = [code for code, name in enumerate(names) if name in chosen]
    return np.isin(codes, np.array(wanted, dtype=np.int64))


def _counts(
    name: str,
    part: dict[str, Flags] | tuple[list[str], Integers],
    beside: Flags,
    chosen: tuple[str, ...],
) -> list[Count]:
    if isinstance(part, dict):
        found = {value: int(np.count_nonzero(flag & beside)) for value, flag in part.items()}
    else:
        names, codes = part
        sums = np.bincount(codes[beside], minlength=len(names))
        found = {names[code]: int(sums[code]) for code in np.flatnonzero(sums)}
    # What was chosen stays to be taken away, though nothing has it beside the other choices.
    found = dict.fromkeys(chosen, 0) | {v: n for v, n in found.items() if n or v in chosen}
    counts = [Count(value, n, value in chosen) for value, n in found.items()]
    if name == "month":
        return sorted(counts, key=lambda c: c.value, reverse=True)
    return sorted(counts, key=lambda c: (-c.count, c.value))


def ordered(columns: Columns, positions: Integers, sort: str, ranks: Reals | None) -> Integers:
    """Positions in an order of ``SORTS``; of equals the newest first, what is missing last.

    Args:
        columns: What is known of every entry.
        positions: The hits.
        sort: Name of the order; ``match`` without words is the newest first.
        ranks: BM25 by position, smaller is better; ``None`` = no words.
    """
    newest = -columns.seen[positions]
    first = {
        "oldest": columns.seen[positions],
        "fear": -columns.fear[positions],
        "contribution": -columns.contribution[positions],
    }.get(sort, newest)
    if sort == "match" and ranks is not None:
        first = ranks[positions]
    # NaN sorts last, whatever its sign.
    found: Integers = positions[np.lexsort((positions, newest, first))]
    return found


def folded(columns: Columns, positions: Integers) -> tuple[Integers, Integers]:
    """The first of each story, in their order, and how many of the hits tell it."""
    stories = columns.texts["story"].codes[positions]
    _, first, copies = np.unique(stories, return_index=True, return_counts=True)
    order = np.argsort(first)
    return positions[first[order]], copies[order]
