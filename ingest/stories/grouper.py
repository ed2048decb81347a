"""Stories: headlines that report the same thing, found as they arrive.

A headline joins an earlier story when, within the window, an earlier headline says the same or
nearly the same (``ingest.stories.copies``). The answer depends on the earlier headlines in the
window alone, and a grouper that was seeded with them goes on exactly as one that never stopped.

Where words find nothing, headlines that carry traits are judged by their meaning
(``ingest.stories.judgement``), in other words or the other language. They must fit the headline
that they resemble most and its story: in one language its members on average, across languages the
one that began it. Else a chain of small steps would lead from one event to the next.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from ingest.clock import from_text
from ingest.stories.candidates import Candidates
from ingest.stories.copies import Copies, Kept
from ingest.stories.headlines import Headline, contradict, read_headline
from ingest.stories.items import Item, Placed
from ingest.stories.judgement import Told, judge, shared, shared_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.stories.items import Embed, Traits, Vector
    from ingest.stories.judgement import Judge

_SAME_TEMPLATE = 0.6
"""Share of the shorter headline's words from which on both are on one template."""

_NEAR = 0.7
"""Cosine that few reports of one thing in other words exceed: spares most vectors."""

_FIT_BEGINNING = 0.3
"""Least probability that a headline tells the same as the one that began the story."""

_FIT_STORY = 0.45
"""Least mean probability that a headline tells the same as the story's members in the window."""

_OF_LIKEST = 0.6
"""What the likeliest member weighs, against the members' mean."""

_FIRST_MEMBERS, _LAST_MEMBERS = 4, 8
"""How many of a story's members are asked: a story may have hundreds."""


@dataclass(slots=True, eq=False)
class _Told:
    """A headline in the window; its story is known once the ones before it are placed."""

    order: int
    item: Item
    seen: float
    headline: Headline
    told: Told | None
    story: str = ""
    others: list[_Told] = field(default_factory=list)
    match: _Match | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """What a headline repeats, and how."""

    other: _Told
    how: str
    similarity: float
    shared: tuple[str, ...] = ()


class StoryGrouper:
    """Gives each headline its story, in the order in which they were first seen."""

    def __init__(self, window_hours: float = 72, judged_by: Judge | None = None) -> None:
        """Start without memory.

        Args:
            window_hours: how long after a headline a copy of it still joins its story.
            judged_by: what judges meanings; ``None`` for the judge that ships.
        """
        self._window = window_hours * 3600
        self._judge = judged_by
        self._order = 0
        self._latest = float("-inf")
        self._told: deque[Kept[_Told]] = deque()
        self._copies: Copies[_Told] = Copies(self._window)
        self._by_meaning: Candidates[_Told] | None = None
        self._firsts: dict[str, _Told] = {}
        self._members: dict[str, deque[_Told]] = {}
        self._vectors: dict[str, Vector] = {}
        self._leaving: list[_Told] = []

    def place(self, items: Sequence[Item], embed: Embed | None = None) -> list[Placed]:
        """The stories of some headlines, in the order of first sight.

        One that comes late joins only stories told no later than itself. Words of different
        languages do not match (Simplified and Traditional Chinese count as one).

        Args:
            items: those to place; those with a story are only remembered.
            embed: gives the vectors of entries, also of earlier ones; without it words decide.

        Returns:
            What became of the items without a story. It is the same in whatever portions the
            items come.
        """
        portion = [self._take(item, by_meaning=embed is not None) for item in items]
        if embed is not None:
            wanted = (one for told in portion if told.others for one in (told, *told.others))
            self._fetch_vectors([one.item.id for one in wanted], embed)
        placed = [self._settle(told, embed) for told in portion if told.item.story is None]
        # Only now: the first of the portion may still ask for what its last has outdated.
        for told in self._leaving:
            self._drop(told)
        self._leaving.clear()
        return placed

    def _take(self, item: Item, *, by_meaning: bool) -> _Told:
        """Find what the headline may repeat, and remember it."""
        seen = from_text(item.first_seen_at).timestamp()
        self._forget(seen)
        self._order += 1
        told = _Told(self._order, item, seen, read_headline(item.title, item.language), None)
        if item.story is None:
            found = self._copies.find(told.headline, seen)
            told.match = _Match(*found) if found else None
        else:
            self._join(told, item.story)
        if by_meaning and item.traits is not None:
            self._take_meaning(told, item.traits)
        self._remember(told)
        return told

    def _take_meaning(self, told: _Told, traits: Traits) -> None:
        if self._judge is None:
            self._judge = judge()
        if self._by_meaning is None:
            self._by_meaning = Candidates(self._judge, self._window)
        told.told = Told.read(traits, told.item.language, told.item.source, told.seen)
        if told.item.story is None and told.match is None:
            told.others = [
                other for other in self._by_meaning.like(told.told) if self._may_join(told, other)
            ]
        self._by_meaning.add(told.told, told)

    def _may_join(self, told: _Told, other: _Told) -> bool:
        """Whether the pair would be joined if its vectors were as near as they mostly are."""
        if _other_on_one_template(told.headline, other.headline):
            return False
        return self._judged(told, other, _NEAR) >= self._least(told, other)

    def _fetch_vectors(self, entries: Iterable[str], embed: Embed) -> None:
        missing = [entry for entry in dict.fromkeys(entries) if entry not in self._vectors]
        if missing:
            self._vectors.update(embed(missing))

    def _settle(self, told: _Told, embed: Embed | None) -> Placed:
        """Give the headline its story; all earlier ones have theirs."""
        item = told.item
        match = told.match or (self._best(told, embed) if embed and told.others else None)
        told.match, told.others = None, []
        if match is None:
            self._join(told, item.id)
            self._firsts[item.id] = told
            return Placed(item.id, item.id, item.first_seen_at)
        self._join(told, match.other.story)
        return Placed(
            item.id,
            told.story,
            item.first_seen_at,
            match.other.item.id,
            match.how,
            match.similarity,
            match.shared,
        )

    def _best(self, told: _Told, embed: Embed) -> _Match | None:
        """The likeliest of the candidates whose story fits as well."""
        ranked = []
        for other in told.others:
            probability = self._probability(told, other)
            if probability >= self._least(told, other):
                ranked.append((-probability, other.order, other))
        for probability, _, other in sorted(ranked, key=lambda row: row[:2]):
            if self._fits_story(told, other, -probability, embed):
                return _Match(other, "meaning", -probability, _in_common(told, other))
        return None

    def _fits_story(self, told: _Told, other: _Told, probability: float, embed: Embed) -> bool:
        """Whether the headline fits the whole of the story that the other one is in."""
        if told.told is None or other.told is None or told.told.chinese != other.told.chinese:
            # Reports in the other language are too few for a mean.
            return self._fits_beginning(told, other, embed)
        members = self._asked(told, other)
        self._fetch_vectors([member.item.id for member in members], embed)
        mean = fmean(self._probability(told, member) for member in members)
        joint = _OF_LIKEST * probability + (1 - _OF_LIKEST) * mean
        return mean >= _FIT_STORY and joint >= self._least(told, other)

    def _asked(self, told: _Told, other: _Told) -> list[_Told]:
        """The first and last members of the other's story that the headline can be held against."""
        members = [
            member
            for member in self._members.get(other.story, ())
            if member.told is not None
            and member.order < told.order
            and 0 <= told.seen - member.seen <= self._window
        ]
        chosen = {m.order: m for m in (*members[:_FIRST_MEMBERS], *members[-_LAST_MEMBERS:], other)}
        return [chosen[order] for order in sorted(chosen)]

    def _fits_beginning(self, told: _Told, other: _Told, embed: Embed) -> bool:
        """Whether the story began with the same; one that began before the window may go on."""
        began = self._firsts.get(other.story)
        if began is None or began is other or began.told is None:
            return True
        if not 0 <= told.seen - began.seen <= self._window:
            return True
        self._fetch_vectors([began.item.id], embed)
        return self._probability(told, began) >= _FIT_BEGINNING

    def _probability(self, one: _Told, other: _Told) -> float:
        """0 where a vector could not be had."""
        mine, theirs = self._vectors.get(one.item.id), self._vectors.get(other.item.id)
        if mine is None or theirs is None:
            return 0.0
        return self._judged(one, other, float(mine @ theirs))

    def _judged(self, one: _Told, other: _Told, cosine: float) -> float:
        if self._judge is None or one.told is None or other.told is None:
            return 0.0
        return self._judge.probability(one.told, other.told, cosine)

    def _least(self, one: _Told, other: _Told) -> float:
        if self._judge is None or one.told is None or other.told is None:
            return 1.0
        return self._judge.least(one.told, other.told)

    def _join(self, told: _Told, story: str) -> None:
        told.story = story
        self._members.setdefault(story, deque()).append(told)

    def _drop(self, told: _Told) -> None:
        """Nothing that is asked for later can come to it."""
        self._vectors.pop(told.item.id, None)
        if self._firsts.get(told.item.id) is told:
            del self._firsts[told.item.id]
        members = self._members[told.story]
        members.remove(told)
        if not members:
            del self._members[told.story]

    def _remember(self, told: _Told) -> None:
        self._told.append(self._copies.add(told.headline, told.seen, told))
        if told.item.story == told.item.id:
            self._firsts.setdefault(told.item.id, told)

    def _forget(self, seen: float) -> None:
        self._latest = max(self._latest, seen)
        while self._told and self._told[0].seen < self._latest - self._window:
            kept = self._told.popleft()
            self._copies.forget(kept)
            self._leaving.append(kept.item)


def _other_on_one_template(new: Headline, old: Headline) -> bool:
    """Mostly the same words, but not the same thing: meanings are too near to tell them apart."""
    shared = len(new.words & old.words)
    return shared >= _SAME_TEMPLATE * min(len(new.words), len(old.words)) and contradict(new, old)


def _in_common(one: _Told, other: _Told) -> tuple[str, ...]:
    """Names and figures that both tell."""
    if one.told is None or other.told is None:
        return ()
    names = shared(one.told, other.told, "name")
    return tuple(sorted(names | shared_figures(one.told, other.told)))
