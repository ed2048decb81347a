"""Stories: headlines that report the same thing, found as they arrive.

A headline joins an earlier story when, within the window, an earlier headline says the same after
normalisation, or nearly the same: enough words in common (Jaccard similarity of word sets, of
character pairs for Chinese), and no number on one side that contradicts one on the other. Market
news is written on templates ("Nvidia falls 3%", "AMD falls 3%"), so a headline that *swaps* words
must agree in far more of the rest than one that merely *adds* some.

The search is exact: two sets with similarity of at least t share at least ceil(t * n) of the new
headline's n words, so one of any n - ceil(t * n) + 1 of its words leads to every match; the rarest
ones are looked up. The answer therefore depends on the earlier headlines in the window alone, and
a grouper that was seeded with them goes on exactly as one that never stopped.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from ingest.clock import from_text
from ingest.stories.headlines import Headline, contradict, read_headline

if TYPE_CHECKING:
    from collections.abc import Iterable

# Tuned by eye on real headlines; see tests/ingest/test_stories.py for what they must tell apart.
_SIMILAR = 0.6
_SIMILAR_IF_SWAPPED = 0.8
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Told:
    """A headline in the window."""

    order: int
    story: str
    seen: float
    headline: Headline


class StoryGrouper:
    """Gives each headline its story, in the order in which they were first seen."""

    def __init__(self, window_hours: float = 72) -> None:
        """Start without memory.

        Args:
            window_hours: how long after a headline a copy of it still joins its story.
        """
        self._window = window_hours * 3600
        self._order = 0
        self._latest = float("-inf")
        self._told: deque[_Told] = deque()
        self._by_text: dict[str, _Told] = {}
        self._by_word: dict[str, dict[int, _Told]] = {}

    def add(self, entry_id: str, title: str, first_seen_at: str, language: str) -> str:
        """The story of a new headline.

        Args:
            entry_id: its entry; becomes the story's id if the story is new.
            title: the headline.
            first_seen_at: UTC text. Entries are to be added in this order; one that comes late
                joins only stories told no later than itself.
            language: headlines of different languages do not match (Simplified and Traditional
                Chinese count as one).

        Returns:
            The id of the story: the first entry's. It never changes later.
        """
        seen = from_text(first_seen_at).timestamp()
        self._forget(seen)
        headline = read_headline(title, language)
        match = self._find(headline, seen)
        story = match.story if match else entry_id
        self._remember(headline, story, seen)
        return story

    def seed(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Load headlines whose stories are known, oldest first: the last window before new ones.

        Args:
            rows: (story_id, title, first_seen_at, language).
        """
        for story, title, first_seen_at, language in rows:
            seen = from_text(first_seen_at).timestamp()
            self._forget(seen)
            self._remember(read_headline(title, language), story, seen)

    def _find(self, headline: Headline, seen: float) -> _Told | None:
        if not headline.text:
            return None
        same = self._by_text.get(headline.text)
        if same is not None and 0 <= seen - same.seen <= self._window:
            return same
        if len(headline.words) < _FEWEST_WORDS:
            return None
        best: tuple[float, int] | None = None
        found: _Told | None = None
        for told in self._candidates(headline):
            if not 0 <= seen - told.seen <= self._window:
                continue
            rank = (-_similarity(headline, told.headline), told.order)
            if rank[0] < 0 and (best is None or rank < best):
                best, found = rank, told
        return found

    def _candidates(self, headline: Headline) -> Iterable[_Told]:
        words = headline.words
        enough = len(words) - ceil(_SIMILAR * len(words)) + 1
        rarest = sorted(words, key=lambda word: len(self._by_word.get(word, ())))[:enough]
        gathered: dict[int, _Told] = {}
        for word in rarest:
            gathered |= self._by_word.get(word, {})
        return gathered.values()

    def _remember(self, headline: Headline, story: str, seen: float) -> None:
        if not headline.text:
            return
        self._order += 1
        told = _Told(self._order, story, seen, headline)
        earlier = self._by_text.get(headline.text)
        self._by_text[headline.text] = told
        self._told.append(told)
        if earlier is not None:  # the same words need no second place in the index
            self._unindex(earlier)
        for word in headline.words:
            self._by_word.setdefault(word, {})[told.order] = told

    def _forget(self, seen: float) -> None:
        self._latest = max(self._latest, seen)
        while self._told and self._told[0].seen < self._latest - self._window:
            told = self._told.popleft()
            if self._by_text.get(told.headline.text) is told:
                del self._by_text[told.headline.text]
            self._unindex(told)

    def _unindex(self, told: _Told) -> None:
        for word in told.headline.words:
            posting = self._by_word.get(word)
            if posting is None:
                continue
            posting.pop(told.order, None)
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
