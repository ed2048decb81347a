"""Earlier headlines in the window that may tell the same as a new one, found by rare traits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ingest.stories.judgement import key_of

if TYPE_CHECKING:
    from ingest.stories.judgement import Judge, Told

LEAST_SHARED = 4.5
"""Least weight of the traits that a candidate shares: two everyday ones, or one rare one."""

_RAREST = 10
_MOST = 12

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    order: int
    told: Told
    keys: tuple[str, ...]
    item: T


class Candidates(Generic[T]):
    """An index by trait over the headlines of the last hours."""

    def __init__(self, judge: Judge, window: float) -> None:
        """Start empty; ``window`` in seconds."""
        self._judge = judge
        self._window = window
        self._order = 0
        self._latest = float("-inf")
        self._kept: deque[_Kept[T]] = deque()
        self._by_key: dict[str, dict[int, _Kept[T]]] = {}

    def like(self, told: Told) -> list[T]:
        """The earlier headlines that share most, best first, at most a dozen.

        A key's weight decides, never how often it occurs in the window: the answer must not
        depend on what else was polled.
        """
        shared: dict[int, float] = {}
        found: dict[int, _Kept[T]] = {}
        for key in self._keys(told):
            weight = self._judge.weight(key)
            for order, kept in self._by_key.get(key, {}).items():
                if 0 <= told.seen - kept.told.seen <= self._window:
                    shared[order] = shared.get(order, 0.0) + weight
                    found[order] = kept
        enough = [order for order, weight in shared.items() if weight >= LEAST_SHARED]
        enough.sort(key=lambda order: (-shared[order], order))
        return [found[order].item for order in enough[:_MOST]]

    def add(self, told: Told, item: T) -> None:
        """Remember a headline and forget those that have left the window."""
        self._latest = max(self._latest, told.seen)
        while self._kept and self._kept[0].told.seen < self._latest - self._window:
            self._forget(self._kept.popleft())
        self._order += 1
        kept = _Kept(self._order, told, self._keys(told), item)
        self._kept.append(kept)
        for key in kept.keys:
            self._by_key.setdefault(key, {})[kept.order] = kept

    def _forget(self, kept: _Kept[T]) -> None:
        for key in kept.keys:
            posting = self._by_key[key]
            del posting[kept.order]
            if not posting:
                del self._by_key[key]

    def _keys(self, told: Told) -> tuple[str, ...]:
        """What two languages share, and the rarest words; of figures two digits."""
        common = {key_of(t) for sort in ("name", "act", "figure") for t in told.title[sort]}
        words = sorted(told.title["text"], key=lambda word: (-self._judge.weight(word), word))
        return (*sorted(common), *words[:_RAREST])
