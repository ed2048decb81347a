"""Earlier headlines in the window that say the same as a new one, or nearly the same.

Nearly the same means enough words in common (Jaccard similarity of word sets, of character pairs
for Chinese), and no number on one side that contradicts one on the other. Market news is written
on templates ("Nvidia falls 3%", "AMD falls 3%"), so a headline that *swaps* words must agree in far
more of the rest than one that merely *adds* some.

The search is exact: two sets with similarity of at least t share at least ceil(t * n) of the new
headline's n words, so one of any n - ceil(t * n) + 1 of its words leads to every match; the rarest
ones are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Generic, TypeVar

from ingest.stories.headlines import contradict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.stories.headlines import Headline

# Tuned by eye on real headlines; see tests/ingest/stories for what they must tell apart.
_SIMILAR = 0.6
_SIMILAR_IF_SWAPPED = 0.8
_FEWEST_WORDS = 4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A headline in the index, with what it stands for."""

    order: int
    seen: float
    headline: Headline
    item: T


class Copies(Generic[T]):
    """An index by text and by word over the headlines of the last hours."""

    def __init__(self, window: float) -> None:
        """Start empty; ``window`` in seconds."""
        self._window = window
        self._order = 0
        self._by_text: dict[str, Kept[T]] = {}
        self._by_word: dict[str, dict[int, Kept[T]]] = {}

    def find(self, headline: Headline, seen: float) -> tuple[T, str, float] | None:
        """The earlier headline whose words are most alike, if they are alike enough.

        Returns:
            What it stands for, ``same`` or ``near``, and the similarity, 0-1.
        """
        if not headline.text:
            return None
        same = self._by_text.get(headline.text)
        if same is not None and 0 <= seen - same.seen <= self._window:
            return same.item, "same", 1.0
        if len(headline.words) < _FEWEST_WORDS:
            return None
        best: tuple[float, int] | None = None
        found: Kept[T] | None = None
        for kept in self._alike(headline):
            if not 0 <= seen - kept.seen <= self._window:
                continue
            rank = (-_similarity(headline, kept.headline), kept.order)
            if rank[0] < 0 and (best is None or rank < best):
                best, found = rank, kept
        return (found.item, "near", -best[0]) if found and best else None

    def add(self, headline: Headline, seen: float, item: T) -> Kept[T]:
        """Remember a headline; the same words again take the place of the earlier ones."""
        self._order += 1
        kept = Kept(self._order, seen, headline, item)
        if headline.text:
            earlier = self._by_text.get(headline.text)
            self._by_text[headline.text] = kept
            if earlier is not None:
                self._unindex(earlier)
            for word in headline.words:
                self._by_word.setdefault(word, {})[kept.order] = kept
        return kept

    def forget(self, kept: Kept[T]) -> None:
        """Take out a headline that has left the window."""
        if self._by_text.get(kept.headline.text) is kept:
            del self._by_text[kept.headline.text]
        self._unindex(kept)

    def _alike(self, headline: Headline) -> Iterable[Kept[T]]:
        words = headline.words
        enough = len(words) - ceil(_SIMILAR * len(words)) + 1
        rarest = sorted(words, key=lambda word: len(self._by_word.get(word, ())))[:enough]
        gathered: dict[int, Kept[T]] = {}
        for word in rarest:
            gathered |= self._by_word.get(word, {})
        return gathered.values()

    def _unindex(self, kept: Kept[T]) -> None:
        for word in kept.headline.words:
            posting = self._by_word.get(word)
            if posting is None:
                continue
            posting.pop(kept.order, None)
            if not posting:
                del self._by_word[word]


def _similarity(new: Headline, old: Headline) -> float:
    """Jaccard similarity of the word sets, 0 where the two are different stories all the same."""
    shared = len(new.words & old.words)
    either = len(new.words) + len(old.words) - shared
    similarity = shared / either
    if similarity < _SIMILAR or len(old.words) < _FEWEST_WORDS:
        return 0.0
    swapped = shared < len(new.words) and shared < len(old.words)
    if swapped and similarity < _SIMILAR_IF_SWAPPED:
        return 0.0
    return 0.0 if contradict(new, old) else similarity
