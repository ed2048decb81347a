"""What of a headline survives another wording or language: names, acts, figures, rare words.

Traits are text with the sort in front: ``name:Nvidia``, ``act:layoff``, ``figure:14000``,
``word:aardvark`` (a Latin word, which Chinese headlines keep) and ``pair:算力`` (two Chinese
characters).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from nlp.aliases import LATIN_WORD, Aliases, aliases
from nlp.figures import figures
from nlp.folding import fold

_SUMMARY = 160
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_VERSION = re.compile(r"\d+(?:\.\d+)?[a-z]?\Z", re.IGNORECASE)
_ENDINGS = re.compile(r"(?:ies|ied|ing|ed|es|s|e|y)\Z")
_SHORTEST_STEM = 4
_UPPER = re.compile(r"[A-Z]")
_PLAIN_NUMBER = re.compile(r"[\d.]+\Z")
_STOP = frozenset(
    """a an the of to in on for and as at by with from is are was were be been it its this that
    these those he she his her they their you your we our i not no or but if so than then just
    more most over after before amid how what why who when where which will would could can may
    says say said new now here about into out up down off has have had do does did s t""".split()
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Traits of a headline and of what stands around it.

    Attributes:
        title: Traits of the title.
        all: Traits of title and start of the summary.
    """

    title: frozenset[str]
    all: frozenset[str]


def fingerprint(title: str, summary: str | None, language: str) -> Fingerprint:
    """Traits of a headline; ``language`` decides only whether characters are folded."""
    own = _traits(title, language)
    more = _traits(summary[:_SUMMARY], language) if summary else frozenset()
    return Fingerprint(own, own | more)


def normal(text: str, language: str) -> str:
    """Normal width and, for Chinese, Simplified characters."""
    text = unicodedata.normalize("NFKC", text)
    return fold(text) if language.startswith("zh") else text


def _traits(text: str, language: str) -> frozenset[str]:
    text = normal(text, language)
    found = {f"figure:{figure}" for figure in figures(text)}
    words = LATIN_WORD.findall(_POSSESSIVE.sub("", text))
    named: set[int] = set()
    for label, first, last in _aliases().in_words(words):
        found.add(_trait(label))
        if not label.startswith("acts."):
            named.update(range(first, last))
    found.update(_words(words, named))
    found.update(_chinese(text))
    return frozenset(found)


def _aliases() -> Aliases:
    return aliases("entities", "names", "acts")


def _trait(label: str) -> str:
    """``acts.layoff`` -> ``act:layoff``; entities and other names are one sort."""
    kind, _, name = label.partition(".")
    return f"act:{name}" if kind == "acts" else f"name:{name}"


def _words(words: list[str], named: set[int]) -> set[str]:
    found = set()
    for place, word in enumerate(words):
        lowered = word.lower()
        if place and _VERSION.match(word) and _UPPER.search(words[place - 1]):
            # GPT-5.2, iOS 26.3, iPhone 17: in both languages the number follows its name.
            found.add(f"word:{words[place - 1].lower()} {lowered}")
        elif place not in named and lowered not in _STOP and not _PLAIN_NUMBER.match(word):
            found.add(f"word:{_stem(lowered)}")
    return found


def _stem(word: str) -> str:
    """Without the commonest endings, so that "launches" is "launch"."""
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else word


def _chinese(text: str) -> set[str]:
    if text.isascii():
        return set()
    found = set()
    rest = list(text)
    for label, start, end in _aliases().in_han(text):
        found.add(_trait(label))
        if not label.startswith("acts."):
            rest[start:end] = " " * (end - start)
    for run in _HAN_RUN.findall("".join(rest)):
        found.update(f"pair:{run[n : n + 2]}" for n in range(len(run) - 1))
    return found
