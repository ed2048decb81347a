"""The lexicon baseline: counted words, turned around by negation."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from nlp.records import Abstention, Sentiment
from nlp.sentences import LANGUAGES, parse
from nlp.topics import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.topics import Match

NAME = "lexicon.v1"
_LISTS = ("sentiment",)
_NEUTRAL_BIAS = 0.8  # with no polar word, neutral gets about half
_REACH = {True: 6, False: 18}  # characters between a negator and the word that it turns


class LexiconScorer:
    """Counts polar words of the project's own lists, in any of the three scripts."""

    @property
    def name(self) -> str:
        """``lexicon.v1``."""
        return NAME

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        """Probabilities from the counts of positive and negative words.

        Args:
            texts: Texts of any length.
            languages: ``en``, ``zh-Hans``, ``zh-Hant``; others are abstained from.
        """
        return [_score(t, lang) for t, lang in zip(texts, languages, strict=True)]


def _score(text: str, language: str) -> Sentiment | Abstention:
    if language not in LANGUAGES:
        return Abstention(f"language:{language}")
    if not text.strip():
        return Abstention("empty")
    positive, negative = _counts(text, find(parse(text), text, _LISTS), language != "en")
    weights = (exp(negative), exp(_NEUTRAL_BIAS), exp(positive))
    total = sum(weights)
    return Sentiment(*(weight / total for weight in weights))


def _counts(text: str, matches: Sequence[Match], chinese: bool) -> tuple[float, float]:
    negators = [match.end for match in matches if match.name == "negator"]
    positive = negative = 0.0
    for match in matches:
        if match.name == "negator":
            continue
        turned = any(0 <= match.start - end <= _REACH[chinese] for end in negators)
        if (match.name == "positive") is not turned:
            positive += match.group.weight
        else:
            negative += match.group.weight
    # A long text has more of everything; without this two words in a page would saturate.
    scale = 1.0 / (1.0 + len(text) / (400 if chinese else 1200))
    return positive * scale, negative * scale


def create() -> LexiconScorer:
    """Entry point ``lexicon.v1``."""
    return LexiconScorer()
