"""Why the value of a session changed from one vintage to the next.

With `f` the fear of an article (relevance x fear), `n` its novelty and `g` the points that one
whole fearful entry of its member adds in that session (`factor / (present members x std x
count)`), the value of a session in a vintage is

    V = sum over articles of g x f x n

and each vintage stores `f`, `n` and the points `g x f x n`; so `g` is known as well. From the old
account (0) to the new one (1) the factors are changed in turn, fear first, then novelty, then
`g`, and each change is valued at what the factors before it have become and those after it still
are:

    in both        rescoring      g0 x (f1 - f0) x n0
                   story merge    g0 x f1 x (n1 - n0)
                   source change  (g1 - g0) x f1 x n1
    in the new     late article   g0 x f1 x n1           with g0 of its member in the old account
                   source change  (g1 - g0) x f1 x n1
    in the old     withdrawn     -g0 x f0 x n0

Summed over the articles this is `V1 - V0` exactly. The order matters where several factors change
at once: another order would move their product terms to another cause, none would change the
sum. A member without an article in the old account has no `g0` there: what its new articles add
is then all their own, and none of it a source change.

An article that is in one account alone need not be late or withdrawn: it may have been there with
no fear and be rescored, have been a copy that is a story of its own now, or belong to a source
that came into the panel. Who knows that says so in `causes`, and its part goes there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.account.parts import Part

LATE: Final = "late article"
WITHDRAWN: Final = "withdrawn"
RESCORING: Final = "rescoring"
STORY: Final = "story merge"
SOURCE: Final = "source change"
CAUSES: Final = (LATE, WITHDRAWN, RESCORING, STORY, SOURCE)
# Accounts are stored rounded, so a rate that is worked out of one is off by a millionth or less:
# so small a part of an article's points is no change of its source.
NOISE: Final = 1e-6


@dataclass(frozen=True)
class Attribution:
    """What one article did to a revision, by one cause.

    Attributes:
        article: its identity.
        story: its story, in the newer account that has it.
        member: its member of the panel, likewise.
        cause: one of `CAUSES`.
        points: index points; over all articles and causes they add up to the revision.
    """

    article: str
    story: str
    member: str
    cause: str
    points: float


def attribute(
    old: Sequence[Part], new: Sequence[Part], causes: Mapping[str, str] | None = None
) -> list[Attribution]:
    """Attribute the difference of two accounts of one session.

    Args:
        old: the account of the earlier vintage.
        new: the account of the later vintage.
        causes: for articles that only one of the two has, the cause where it is another than
            `late article` (only in `new`) or `withdrawn` (only in `old`).

    Returns:
        Attributions that are not 0, the largest in size first.
    """
    known = causes or {}
    rates = _rates(old)
    before = {part.article: part for part in old}
    after = {part.article: part for part in new}
    found: list[Attribution] = []
    for article, part in after.items():
        if article in before:
            found += _changed(before[article], part, rates)
        else:
            found += _entered(part, rates, known.get(article, LATE))
    for article, part in before.items():
        if article not in after:
            found.append(_of(part, known.get(article, WITHDRAWN), -part.points))
    kept = (attribution for attribution in found if attribution.points)
    return sorted(kept, key=lambda a: (-abs(a.points), a.article, CAUSES.index(a.cause)))


def by_cause(found: Iterable[Attribution]) -> dict[str, float]:
    """Points of each cause, every cause named; they add up to the revision."""
    parts = list(found)
    return {
        cause: math.fsum(part.points for part in parts if part.cause == cause) for cause in CAUSES
    }


def _rates(parts: Iterable[Part]) -> dict[str, float]:
    """Points of a whole fearful entry by member, from its part that tells it best."""
    best: dict[str, Part] = {}
    for part in parts:
        weight = part.fear * part.novelty
        if weight > 0 and (
            part.member not in best or weight > best[part.member].fear * best[part.member].novelty
        ):
            best[part.member] = part
    return {member: part.points / (part.fear * part.novelty) for member, part in best.items()}


def _changed(old: Part, new: Part, rates: Mapping[str, float]) -> list[Attribution]:
    """An article of both accounts, at the rate of the member that it was in."""
    rate = rates.get(old.member, 0.0)
    rescored = rate * (new.fear - old.fear) * old.novelty
    merged = rate * new.fear * (new.novelty - old.novelty)
    # What is left of the difference is (g1 - g0) x f1 x n1.
    left = math.fsum((new.points, -old.points, -rescored, -merged))
    if _is_noise(left, new) and (rescored or merged):
        rescored, merged = (rescored + left, merged) if rescored else (rescored, merged + left)
        left = 0.0
    return [_of(new, RESCORING, rescored), _of(new, STORY, merged), _of(new, SOURCE, left)]


def _entered(new: Part, rates: Mapping[str, float], cause: str) -> list[Attribution]:
    """An article of the new account alone."""
    if new.member not in rates:
        return [_of(new, cause, new.points)]
    own = rates[new.member] * new.fear * new.novelty
    if _is_noise(new.points - own, new):
        own = new.points
    return [_of(new, cause, own), _of(new, SOURCE, new.points - own)]


def _is_noise(left: float, part: Part) -> bool:
    return abs(left) <= NOISE * max(1.0, abs(part.points))


def _of(part: Part, cause: str, points: float) -> Attribution:
    return Attribution(part.article, part.story, part.member, cause, points)
