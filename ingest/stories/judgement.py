"""Do two headlines tell the same story? A logistic score of a few plain signs.

The score is a function of the two headlines alone, so that no answer depends on what else is in
the window. Its coefficients, one set for a pair in one language and one for a pair across
languages, and the frequencies of the traits are in ``judgement.json``, written by
``python -m bubblefear.evaluation.fit_stories`` from labelled pairs and counts of headlines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.stories.items import Traits

SIGNS = (
    *("cosine", "names", "names_covered", "acts", "acts_covered", "words", "words_covered"),
    *("figures", "figures_clash", "names_clash", "opposite", "days", "same_source"),
)
"""Signs of a pair, in the order of the coefficients."""

SORTS = ("name", "act", "word", "pair", "figure")
_PRIOR = 50
_MOST = 15.0
_RISE, _FALL = "act:rise", "act:fall"


@dataclass(frozen=True, slots=True)
class Told:
    """A headline as it is judged.

    Attributes:
        title: Traits of the title, by sort.
        all: Traits of title and summary, by sort.
        chinese: Whether it is Chinese.
        source: Who published it.
        seen: When it was first seen, in seconds.
    """

    title: dict[str, frozenset[str]]
    all: dict[str, frozenset[str]]
    chinese: bool
    source: str
    seen: float

    @classmethod
    def read(cls, traits: Traits, language: str, source: str, seen: float) -> Told:
        """Sort the traits."""
        return cls(_sorted(traits.title), _sorted(traits.all), language[:2] == "zh", source, seen)


@dataclass(frozen=True, slots=True)
class Judge:
    """Coefficients and frequencies.

    Attributes:
        headlines: How many headlines the frequencies were counted on.
        frequencies: In how many of them a trait occurs; those not listed are rare.
        one_language: Constant and coefficients of ``SIGNS`` for a pair in one language.
        two_languages: The same for an English and a Chinese headline.
        threshold: Least probability of a join, for one and for two languages.
    """

    headlines: int
    frequencies: dict[str, int]
    one_language: tuple[float, ...]
    two_languages: tuple[float, ...]
    threshold: tuple[float, float]

    def weight(self, trait: str) -> float:
        """How much a trait tells: the logarithm of how rare it is."""
        return log((self.headlines + _PRIOR) / (self.frequencies.get(key_of(trait), 0) + 1))

    def total(self, traits: frozenset[str]) -> float:
        """The sum of the traits' weights."""
        # Sets are walked in no fixed order, and a sum depends on it in its last digit.
        return sum(sorted(self.weight(trait) for trait in traits))

    def covered(self, one: Told, other: Told, sort: str) -> float:
        """The share of both titles' traits, by weight, that the other headline has too."""
        mine, theirs = one.title[sort], other.title[sort]
        told = self.total(mine) + self.total(theirs)
        found = self.total(mine & other.all[sort]) + self.total(theirs & one.all[sort])
        return found / told if told else 0.0

    def signs(self, one: Told, other: Told, cosine: float) -> list[float]:
        """The values of ``SIGNS`` for a pair."""
        words = "word" if one.chinese != other.chinese else "text"
        figures = shared_figures(one, other)
        both_figures = bool(one.title["figure"] and other.title["figure"])
        unshared = (
            self.total(one.title["name"] - other.all["name"]),
            self.total(other.title["name"] - one.all["name"]),
        )
        return [
            cosine,
            self.total(shared(one, other, "name")) / 10,
            self.covered(one, other, "name"),
            self.total(shared(one, other, "act")) / 10,
            self.covered(one, other, "act"),
            self.total(shared(one, other, words)) / 10,
            self.covered(one, other, words),
            min(self.total(figures), _MOST) / 10,
            float(both_figures and not figures),
            min(unshared) / 10,
            float(_opposite(one, other) or _opposite(other, one)),
            abs(one.seen - other.seen) / 86_400,
            float(one.source == other.source),
        ]

    def probability(self, one: Told, other: Told, cosine: float) -> float:
        """How surely both tell the same story, 0-1."""
        if strangers(one, other) or opposed(one, other):
            return 0.0
        across = one.chinese != other.chinese
        constant, *coefficients = self.two_languages if across else self.one_language
        signs = self.signs(one, other, cosine)
        score = constant + sum(c * s for c, s in zip(coefficients, signs, strict=True))
        return 1 / (1 + exp(-score))

    def least(self, one: Told, other: Told) -> float:
        """The least probability at which this pair is joined."""
        return self.threshold[one.chinese != other.chinese]


@cache
def judge() -> Judge:
    """The judge that ships."""
    content = json.loads((files("ingest") / "stories" / "judgement.json").read_text("utf-8"))
    return Judge(
        headlines=content["headlines"],
        frequencies=content["frequencies"],
        one_language=tuple(content["one_language"]),
        two_languages=tuple(content["two_languages"]),
        threshold=(content["threshold"][0], content["threshold"][1]),
    )


def shared(one: Told, other: Told, sort: str) -> frozenset[str]:
    """Traits of a title that the other headline has too."""
    return (one.title[sort] & other.all[sort]) | (other.title[sort] & one.all[sort])


def strangers(one: Told, other: Told) -> bool:
    """Whether both titles name someone, and nobody named in either is named in the other."""
    both = one.title["name"] and other.title["name"]
    return bool(both) and not shared(one, other, "name")


def shared_figures(one: Told, other: Told) -> frozenset[str]:
    """Figures of either title with which a figure of the other headline agrees."""
    mine = {f for f in one.title["figure"] if any(agree(f, g) for g in other.all["figure"])}
    theirs = {f for f in other.title["figure"] if any(agree(f, g) for g in one.all["figure"])}
    return frozenset(mine or theirs)


def key_of(trait: str) -> str:
    """A trait as it is looked up: of figures two digits, so that 2.47 trillion meets 2.5."""
    if not trait.startswith("figure:"):
        return trait
    return f"figure:{_value(trait):.1e}{_unit(trait)}"


def agree(one: str, other: str) -> bool:
    """Whether two figures are the same to the precision of the coarser, if that has two digits.

    2.47 trillion is 2.5 trillion, but 4.97 trillion is not yet 5 trillion.
    """
    if one == other:
        return True
    if _unit(one) != _unit(other):
        return False
    a, b = _value(one), _value(other)
    digits = min(_digits(a), _digits(b))
    return digits >= 2 and f"{a:.{digits - 1}e}" == f"{b:.{digits - 1}e}"


def opposed(one: Told, other: Told) -> bool:
    """Whether one goes up and the other down, and figures do not speak against that.

    "Doubts grow" beside "shares fall" is no contradiction where both tell of 80 billion and 16 %;
    one figure alone is shared by "rises 2%" and "falls 2%".
    """
    if len(shared_figures(one, other)) > 1:
        return False
    return _opposite(one, other) or _opposite(other, one)


def _opposite(one: Told, other: Told) -> bool:
    mine, theirs = one.title["act"], other.title["act"]
    return _RISE in mine and _FALL in theirs and _RISE not in theirs and _FALL not in mine


def _sorted(traits: frozenset[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {sort: set() for sort in SORTS}
    for trait in traits:
        found[trait.partition(":")[0]].add(trait)
    found["text"] = found["word"] | found["pair"]
    return {sort: frozenset(those) for sort, those in found.items()}


def _unit(figure: str) -> str:
    return figure[-1] if figure[-1] in "%x" else ""


def _value(figure: str) -> float:
    return float(figure.removeprefix("figure:").rstrip("%x"))


def _digits(number: float) -> int:
    return len(f"{number:.5e}".partition("e")[0].replace(".", "").rstrip("0")) or 1
