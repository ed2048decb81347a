"""Routing by language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlp.protocol import Scorer
from nlp.records import Abstention, Sentiment
from nlp.routing import RoutedScorer

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Marked:
    """Gives its own mark to every text, and remembers what it read."""

    name: str
    mark: float
    read: list[str] = field(default_factory=list)

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        assert len(texts) == len(languages)
        self.read += texts
        return [Sentiment(self.mark, 1 - self.mark, 0.0) for _ in texts]


def test_every_text_goes_to_its_languages_scorer_and_keeps_its_place() -> None:
    default, english = Marked("d", 0.1), Marked("e", 0.9)
    routed = RoutedScorer({"default": default, "en": english})
    found = routed.score(["a", "乙", "c", "丁"], ["en", "zh-Hans", "en", "other"])
    marks = [s.negative for s in found if isinstance(s, Sentiment)]
    assert marks == [0.9, 0.1, 0.9, 0.1]
    assert (default.read, english.read) == (["乙", "丁"], ["a", "c"])
    assert isinstance(routed, Scorer)
    assert routed.name == "routed(default=d,en=e)"


def test_nothing_in_nothing_out() -> None:
    assert RoutedScorer({"default": Marked("d", 0.1)}, name="d").score([], []) == []


def test_a_language_without_a_route_is_an_abstention() -> None:
    routed = RoutedScorer({"en": Marked("e", 0.9)})
    assert routed.score(["x"], ["zh-Hans"]) == [Abstention("language:zh-Hans")]
