"""Does a sentence treat the AI boom as an economic or market matter?

Relevance = subject x matter, each 0-1. *Subject* says how surely the sentence is about AI or its
supply chain, *matter* how surely about money and markets; in each, the strengths of different
phrases combine as 1 - (1 - a)(1 - b)... A sentence borrows from its surroundings: "Blue Owl will
not back the site" under the title "Oracle shares fall" is about the AI boom.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.topics import Match

THRESHOLD = 0.5
"""A text with at least this relevance is on topic (``topic`` 1 of the coding guide)."""

_BORROWED = 0.85
_TECH_BUBBLE_MATTER = 0.9
_TOOL_NAMES = frozenset({"OpenAI", "DeepSeek", "xAI", "Perplexity", "Anthropic"})


@dataclass(frozen=True, slots=True)
class Aspects:
    """The two factors of relevance, 0-1 each."""

    subject: float
    matter: float

    @property
    def relevance(self) -> float:
        """Their product."""
        return self.subject * self.matter

    def within(self, context: Aspects) -> Aspects:
        """These aspects, borrowing from a context what they lack themselves.

        One of the two factors must be the sentence's own to a fair degree, or all sentences of
        an article would be as relevant as its title.
        """
        subject = max(self.subject, _BORROWED * context.subject)
        matter = max(self.matter, _BORROWED * context.matter)
        own = max(self.subject, self.matter)
        if own < THRESHOLD:
            return self
        return Aspects(subject, matter)


NOTHING = Aspects(0.0, 0.0)


def combine(strengths: Iterable[float]) -> float:
    """Strength of several independent signs: 1 - product of (1 - strength)."""
    return 1.0 - prod(1.0 - strength for strength in strengths)


def aspects(matches: Sequence[Match]) -> Aspects:
    """Both factors of one sentence from its matches."""
    labels = {match.label for match in matches}
    subject: dict[str, float] = {}
    matter: dict[str, float] = {}
    for match in matches:
        if match.list in ("subjects", "entities"):
            strength = match.group.weight * _discount(match, labels)
            subject[match.label] = max(strength, subject.get(match.label, 0.0))
            matter[match.label] = _matter_of_subject(match)
        elif match.list == "market" or (match.list == "fear" and match.group.kind == "bubble"):
            matter[match.label] = match.group.weight
    return Aspects(combine(subject.values()), combine(matter.values()))


def _matter_of_subject(match: Match) -> float:
    kinds = {"market": 0.9, "build": 0.55, "gear": 0.4}
    return kinds.get(match.group.kind or "", 0.0) if match.list == "subjects" else 0.0


def _discount(match: Match, labels: set[str]) -> float:
    """What bare AI is worth beside coins, where it is mostly a tool or an ornament."""
    tool = match.list == "entities" and match.name in _TOOL_NAMES
    bare = tool or match.label in ("subjects.ai", "subjects.ai_build", "subjects.ai_gear")
    if not bare:
        return 1.0
    if "exclude.promo" in labels:
        return 0.25
    # "Stocks and Bitcoin slide on AI jitters" is about the market after all.
    worried = not labels.isdisjoint(("fear.bubble", "fear.worry"))
    return 0.5 if "exclude.crypto" in labels and not worried else 1.0
