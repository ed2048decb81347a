"""Names and acts in a headline, by lists of aliases in both languages.

The lists of ``nlp.topics`` are matched by spaCy over whole articles, with offsets. Here only the
labels are wanted, of every headline there is, so this is a look-up of words, twenty times as fast.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nlp.lexicon import groups

if TYPE_CHECKING:
    from collections.abc import Iterator

LATIN_WORD = re.compile(r"[A-Za-z0-9]+(?:[.&][A-Za-z0-9]+)*")
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class Label:
    """What an alias stands for: ``entities.Nvidia``, ``acts.layoff``."""

    name: str
    cased: bool


@dataclass(frozen=True, slots=True)
class Aliases:
    """Aliases of some lists, by how they are written; ``han_lengths`` by first character."""

    latin: dict[tuple[str, ...], tuple[Label, ...]]
    han: dict[str, tuple[Label, ...]]
    han_lengths: dict[str, tuple[int, ...]]

    def in_words(self, words: list[str]) -> Iterator[tuple[str, int, int]]:
        """(Name, first word, last word + 1) of the longest aliases, from left to right."""
        lowered = [word.lower() for word in words]
        at = 0
        while at < len(words):
            for length in range(min(_LONGEST, len(words) - at), 0, -1):
                labels = self.latin.get(tuple(lowered[at : at + length]), ())
                fit = [label for label in labels if not (label.cased and words[at][0].islower())]
                if fit:
                    yield from ((label.name, at, at + length) for label in fit)
                    at += length
                    break
            else:
                at += 1

    def in_han(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """(Name, start, end) of the longest aliases in Chinese characters."""
        at = 0
        while at < len(folded):
            for length in self.han_lengths.get(folded[at], ()):
                labels = self.han.get(folded[at : at + length], ())
                if labels:
                    yield from ((label.name, at, at + length) for label in labels)
                    at += length
                    break
            else:
                at += 1


@cache
def aliases(*lists: str) -> Aliases:
    """The aliases of some word lists together; an alias may stand for several names."""
    latin: dict[tuple[str, ...], dict[Label, None]] = {}
    han: dict[str, dict[Label, None]] = {}
    for group in (group for name in lists for group in groups(name)):
        label = Label(group.label, group.cased)
        for phrase in group.phrases:
            words = tuple(LATIN_WORD.findall(phrase.lower()))
            if phrase.isascii():
                latin.setdefault(words, {})[label] = None
            else:
                han.setdefault(phrase, {})[label] = None
    lengths: dict[str, set[int]] = {}
    for phrase in han:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return Aliases(
        {words: tuple(labels) for words, labels in latin.items()},
        {phrase: tuple(labels) for phrase, labels in han.items()},
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
    )
