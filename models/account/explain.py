"""What moved the index: two accounts of one index compared by story, source or whatever else.

With `V` the value, `p` the points of an article and `k` a key of it (its story, its source),

    V(t) = sum over k of P_k(t),  P_k(t) = sum of p over the articles of session t with key k
    V(t) - V(s) = sum over k of P_k(t) - P_k(s)

so where every article has one key, levels and changes both add up exactly. An article that names
several entities has several keys: their levels overlap and add up to nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from models.account.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ENTERING, LEAVING = "entering", "leaving"
GROWING, SHRINKING, STEADY = "growing", "shrinking", "steady"

P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Moved(Generic[P]):
    """One key's part in a level and in a change.

    Attributes:
        key: the story, source, ... that the articles share.
        points: in the session explained.
        before: in the session that it is compared with; None where there is none.
        parts: the key's articles of the session explained, largest first.
        parts_before: those of the other session.
    """

    key: str
    points: float
    before: float | None
    parts: tuple[P, ...]
    parts_before: tuple[P, ...]

    @property
    def change(self) -> float | None:
        """Part in the change; None without a session to compare with."""
        return None if self.before is None else self.points - self.before

    @property
    def state(self) -> str | None:
        """`entering`, `leaving`, `growing`, `shrinking` or `steady`."""
        if self.before is None or self.change is None:
            return None
        if not self.parts_before:
            return ENTERING
        if not self.parts:
            return LEAVING
        return STEADY if self.change == 0 else GROWING if self.change > 0 else SHRINKING


def explain(
    now: Sequence[P], before: Sequence[P] | None, keys: Callable[[P], Iterable[str]]
) -> list[Moved[P]]:
    """Account for a session's level and for its change from another session, key by key.

    Args:
        now: the parts of the session to be explained.
        before: the parts of the session that it is compared with; None where there is none.
        keys: the keys of an article; one each, if the result is to add up.

    Returns:
        One row for each key, largest level first, then those that are gone, largest first.
    """
    own, other = _grouped(now, keys), _grouped(before or (), keys)
    found = [
        Moved(
            key,
            _points(own.get(key, ())),
            None if before is None else _points(other.get(key, ())),
            tuple(own.get(key, ())),
            tuple(other.get(key, ())),
        )
        for key in own.keys() | other.keys()
    ]
    return sorted(found, key=lambda row: (not row.parts, -row.points, -(row.before or 0), row.key))


def _grouped(parts: Iterable[P], keys: Callable[[P], Iterable[str]]) -> dict[str, list[P]]:
    groups: dict[str, list[P]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: (-part.points, part.article)):
        for key in dict.fromkeys(keys(part)):
            groups[key].append(part)
    return dict(groups)


def _points(parts: Iterable[P]) -> float:
    return math.fsum(part.points for part in parts)
