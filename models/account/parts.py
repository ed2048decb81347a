"""What an account of a session is made of, and how its parts are printed so that they add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Part(Protocol):
    """One article's part in the total of its session.

    Attributes:
        article: its identity.
        story: the story that it tells.
        member: the member of the panel that it counts in, such as `Reuters (en)`.
        fear: relevance x fear, 0-1, without novelty.
        novelty: weight of a repeated story, 0-1.
        points: index points: `g x fear x novelty`, where `g`, what one whole fearful entry adds,
            is the same for every part of a member in a session.
    """

    @property
    def article(self) -> str: ...  # noqa: D102 - described by the class
    @property
    def story(self) -> str: ...  # noqa: D102 - as above
    @property
    def member(self) -> str: ...  # noqa: D102 - as above
    @property
    def fear(self) -> float: ...  # noqa: D102 - as above
    @property
    def novelty(self) -> float: ...  # noqa: D102 - as above
    @property
    def points(self) -> float: ...  # noqa: D102 - as above


def total(parts: Iterable[Part]) -> float:
    """The sum of the points, rounded once (and so the same in every order)."""
    return math.fsum(part.points for part in parts)


def apportion(parts: Sequence[float], digits: int = 1, whole: float | None = None) -> list[float]:
    """Round the parts so that what is printed adds up to what is printed of the whole.

    Largest remainder (Hamilton's method of apportionment): every part is rounded down, and the
    units that are then missing go to the parts that lost most, the earlier of equals first. Three
    parts of a third are 33.4, 33.3 and 33.3.

    Args:
        parts: finite numbers, of either sign.
        digits: decimals that are printed.
        whole: what the result is to add up to; default: the sum of the parts. Where it is the
            parts' own sum no part moves by a unit or more; a difference is spread over all.

    Returns:
        The parts as multiples of `10 ** -digits`; they add up to `whole` rounded to `digits`.

    Raises:
        ModelError: a part is no finite number.
    """
    unit = 10**digits
    if not all(math.isfinite(part) for part in parts):
        raise ModelError("a part that is missing cannot be apportioned")
    if not parts:
        return []
    scaled = [part * unit for part in parts]
    # The whole as a formatter prints it: 1.15 lies just below and is printed 1.1, but 1.15 * 10 is
    # 11.5 and would round to 12.
    wanted = round(round(math.fsum(parts) if whole is None else whole, digits) * unit)
    floors = [math.floor(value) for value in scaled]
    each, rest = divmod(wanted - sum(floors), len(parts))
    by_loss = sorted(range(len(parts)), key=lambda place: (floors[place] - scaled[place], place))
    more = set(by_loss[:rest])
    return [(floor + each + (place in more)) / unit for place, floor in enumerate(floors)]


def percentages(parts: Sequence[float], digits: int = 1) -> list[float] | None:
    """The parts in percent of their sum, printed so that they add up to 100.

    Returns:
        One percentage for each part; None where the sum is 0 and nobody has a share of it.
    """
    whole = math.fsum(parts)
    if whole == 0:
        return None
    return apportion([100.0 * part / whole for part in parts], digits, 100.0)
