"""Phrases of the word lists found in a text: subjects, market, fear, relations, entities.

Matching is spaCy's PhraseMatcher over lower-case tokens of the text folded to Simplified
characters, so one list serves three scripts and "ai" is never found inside OpenAI or "said".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from spacy.matcher import PhraseMatcher

from nlp.lexicon import Group, groups
from nlp.sentences import pipeline

if TYPE_CHECKING:
    from spacy.tokens import Doc

LISTS = ("subjects", "market", "exclude", "fear", "relations", "moves", "channels", "entities")
_TRIGGER_LISTS = ("subjects", "entities")
_WORD = re.compile(r"[a-z0-9]+")
_NOT_LATIN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found. ``start`` and ``end`` are characters of the text."""

    group: Group
    start: int
    end: int
    surface: str

    @property
    def label(self) -> str:
        """The group's label, ``fear.bubble``."""
        return self.group.label

    @property
    def list(self) -> str:
        """The word list, ``fear``."""
        return self.group.label.partition(".")[0]

    @property
    def name(self) -> str:
        """The group's own name, ``bubble``; for an entity its canonical name."""
        return self.group.label.partition(".")[2]


@cache
def _matcher(lists: tuple[str, ...]) -> tuple[PhraseMatcher, dict[int, Group]]:
    nlp = pipeline()
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    by_key: dict[int, Group] = {}
    for number, group in enumerate(group for name in lists for group in groups(name)):
        key = f"{group.label}#{number}"
        matcher.add(key, [nlp.make_doc(phrase) for phrase in group.phrases])
        by_key[nlp.vocab.strings[key]] = group
    return matcher, by_key


@cache
def _triggers() -> tuple[frozenset[str], re.Pattern[str]]:
    phrases = {
        phrase.lower() for name in _TRIGGER_LISTS for g in groups(name) for phrase in g.phrases
    }
    phrases |= {"bubble", "bubbles", "泡沫"}
    latin = {found.group() for found in map(_WORD.match, phrases) if found}
    # A phrase inside another adds nothing to an alternation; fewer branches are faster.
    rest = sorted({phrase for phrase in phrases if not _WORD.match(phrase)}, key=len)
    kept: list[str] = []
    for phrase in rest:
        if not any(short in phrase for short in kept):
            kept.append(phrase)
    return frozenset(latin), re.compile("|".join(map(re.escape, kept)))


def may_matter(folded: str) -> bool:
    """Whether a folded text has any word that a subject or entity begins with.

    A quick superset of "something will match": nine in ten headlines need no more than this.
    """
    latin, chinese = _triggers()
    if not latin.isdisjoint(_WORD.findall(folded.lower())):
        return True
    return chinese.search(folded) is not None


def find(doc: Doc, text: str, lists: tuple[str, ...] = LISTS, *, offset: int = 0) -> list[Match]:
    """All phrases of the lists in a parsed text, by position.

    Args:
        doc: The text, parsed by ``nlp.sentences.parse``.
        text: The same text, unfolded.
        lists: Word lists to look in.
        offset: Where the text begins in a larger one; matches count from there.

    Returns:
        Matches in order. Within one list a match inside a longer one is left out: in "AI stocks"
        there is no bare "AI", and a "dot-com bubble" is not a "bubble" of today.
    """
    matcher, by_key = _matcher(lists)
    found = []
    for key, first, last in matcher(doc):
        group = by_key[key]
        start = doc[first].idx
        end = doc[last - 1].idx + len(doc[last - 1])
        if not (group.cased and text[start].islower()):
            found.append(Match(group, offset + start, offset + end, text[start:end]))
    found.sort(key=lambda m: (m.list, m.start, -m.end, m.label))
    kept = [m for _, same in groupby(found, key=lambda m: m.list) for m in _outermost(list(same))]
    return sorted(kept, key=lambda m: (m.start, m.end, m.label))


def _outermost(matches: list[Match]) -> list[Match]:
    """Without those inside a longer one; matches come sorted by start, longest first."""
    kept: list[Match] = []
    reach = 0
    for match in matches:
        span = (match.start, match.end)
        if match.end > reach or any((k.start, k.end) == span for k in kept[-3:]):
            kept.append(match)
            reach = max(reach, match.end)
    return kept
