"""Whom a session's news came from: what was read, what was on the topic, what it added."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bubblefear.store.day_queries import SourceCount


@dataclass(frozen=True)
class Tally:
    """One source, one language or several together; counts as in ``SourceCount``.

    Attributes:
        name: The source or language; ``(no text)`` = entries without one.
        languages: In which it published that day.
        points: Index points; ``None`` where there is no account.
    """

    name: str
    languages: tuple[str, ...]
    read: int
    relevant: int
    fearful: int
    fear: float
    relief: int
    abstained: int
    points: float | None


def by_source(counts: Iterable[SourceCount], added: Mapping[str, float] | None) -> list[Tally]:
    """Each source, those that add most first; ``added`` has the points by name."""
    return _tallies(counts, added, lambda count: count.source)


def by_language(counts: Iterable[SourceCount], added: Mapping[str, float] | None) -> list[Tally]:
    """Each language, those that add most first."""
    return _tallies(counts, added, lambda count: count.language or "(no text)")


def together(name: str, tallies: Sequence[Tally]) -> Tally:
    """Several as one."""
    languages = {language for tally in tallies for language in tally.languages}
    points = [tally.points for tally in tallies if tally.points is not None]
    known = len(points) == len(tallies)
    return _sum(name, languages, tallies, math.fsum(points) if known else None)


def _tallies(
    counts: Iterable[SourceCount],
    added: Mapping[str, float] | None,
    key: Callable[[SourceCount], str],
) -> list[Tally]:
    own: dict[str, list[SourceCount]] = defaultdict(list)
    for count in counts:
        own[key(count)].append(count)
    found = []
    for name, each in own.items():
        languages = {count.language for count in each if count.language}
        points = None if added is None else added.get(name, 0.0)
        found.append(_sum(name, languages, each, points))
    return sorted(found, key=lambda t: (-(t.points or 0.0), -t.fear, -t.relevant, -t.read, t.name))


def _sum(
    name: str,
    languages: Iterable[str],
    counts: Sequence[SourceCount] | Sequence[Tally],
    points: float | None,
) -> Tally:
    return Tally(
        name,
        tuple(sorted(languages)),
        sum(count.read for count in counts),
        sum(count.relevant for count in counts),
        sum(count.fearful for count in counts),
        math.fsum(count.fear for count in counts),
        sum(count.relief for count in counts),
        sum(count.abstained for count in counts),
        points,
    )
