"""Which articles of a session's account a reader wants to see: by language, source and so on."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.pipeline.explain import KEYS, STORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bubblefear.pipeline.explain import Counted

NAMES: Final = tuple(name for name in KEYS if name != STORY)


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen: how many articles have it and what they add."""

    value: str
    articles: int
    points: float


def asked(arguments: Mapping[str, str]) -> dict[str, str]:
    """The filters of a request; an empty one filters nothing."""
    return {name: arguments[name] for name in NAMES if arguments.get(name)}


def keep(counted: Iterable[Counted], chosen: Mapping[str, str]) -> tuple[Counted, ...]:
    """The articles that pass every filter."""
    return tuple(
        one for one in counted if all(value in KEYS[name](one) for name, value in chosen.items())
    )


def choices(counted: Sequence[Counted], chosen: Mapping[str, str]) -> dict[str, list[Choice]]:
    """What each filter can be set to, most points first.

    A value that is asked for stands there even where no article has it: a form must show what
    it filters by.
    """
    found: dict[str, list[Choice]] = {}
    for name in NAMES:
        points: dict[str, list[float]] = defaultdict(list)
        for one in counted:
            for value in KEYS[name](one):
                points[value].append(one.points)
        if name in chosen:
            points.setdefault(chosen[name], [])
        listed = [Choice(value, len(each), math.fsum(each)) for value, each in points.items()]
        found[name] = sorted(listed, key=lambda choice: (-choice.points, choice.value))
    return found
