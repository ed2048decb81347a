"""The highest sessions of a series, each episode named once.

After `peakdates` of the R package sentometrics (Ardia, Bluteau, Borms and Boudt, "The R Package
sentometrics to Compute, Aggregate and Predict with Textual Sentiment", Journal of Statistical
Software 99(2), 2021), which gives the dates of the most extreme values; here a date must also be
the maximum of its surroundings, or one week of fear would fill the list with its five days.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

REACH = 5


class Valued(Protocol):
    """Anything with a value, missing where None or NaN."""

    @property
    def value(self) -> float | None: ...  # noqa: D102 - described by the class


V = TypeVar("V", bound=Valued)


def peaks(points: Sequence[V], count: int = 3, reach: int = REACH) -> list[V]:
    """The highest points, each the maximum of its surroundings, in the order given.

    Args:
        points: one for each session, in order of date.
        count: how many at most.
        reach: how many points to either side are the surroundings.

    Returns:
        At most `count` points; of equal values in one surrounding the earliest.
    """
    values = [_finite(point.value) for point in points]
    tops = [
        (value, place)
        for place, value in enumerate(values)
        if value is not None and _is_top(values, value, place, reach)
    ]
    highest = sorted(tops, key=lambda pair: (-pair[0], pair[1]))[:count]
    return [points[place] for _, place in sorted(highest, key=lambda pair: pair[1])]


def _is_top(values: Sequence[float | None], value: float, place: int, reach: int) -> bool:
    before = values[max(0, place - reach) : place]
    after = values[place + 1 : place + 1 + reach]
    return all(v is None or v < value for v in before) and all(
        v is None or v <= value for v in after
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
