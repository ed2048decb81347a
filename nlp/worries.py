"""Which fear phrases of a sentence count.

A bubble or a strain of credit names the worry by itself, once the sentence is about the AI boom.
Other wording counts only in company: "fears" needs its object (AI shares, spending, valuations)
and must not belong to tariffs, jobs or schools; "crash" needs AI close by; "cancels" needs a data
centre and its money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.topics import Match

_COLLAPSE_REACH = 30
_OBJECT_REACH = 45
_BUILD_REACH = 60
_WARNING_REACH = 12
_WARNINGS = frozenset(
    {"warn", "warns", "warned", "warning", "risks", "警告", "警示", "示警", "风险", "風險"}
)
_OBJECTS = frozenset({"ai_market", "chip_shares", "tech_market", "tech_bubble"})
_WIDER_OBJECTS = frozenset({"ai", "ai_build", "ai_gear"})
_MONEY = ("market.shares", "moves.fall", "channels.capex", "channels.credit")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the rules see it.

    Attributes:
        matches: Phrases in it, by position.
        relevance: Its relevance, context included.
        question: It asks.
        chinese: Distances are counted in Chinese characters, which say more each.
    """

    matches: tuple[Match, ...]
    relevance: float
    question: bool
    chinese: bool

    def of(self, *labels: str) -> list[Match]:
        """Matches with one of these labels."""
        return [match for match in self.matches if match.label in labels]

    def reach(self, latin: int) -> int:
        """A distance in characters, given as for English."""
        return latin * 2 // 5 if self.chinese else latin


def gap(a: Match, b: Match) -> int:
    """Characters between two matches; 0 when they touch or overlap."""
    return max(a.start - b.end, b.start - a.end, 0)


def standing(sentence: Sentence) -> list[Match]:
    """Fear phrases that count in this sentence: not another bubble's, not another worry's."""
    lookalikes = sentence.of("exclude.lookalike")
    hits = [
        match
        for match in sentence.matches
        if match.list == "fear"
        and not any(match.start < other.end and other.start < match.end for other in lookalikes)
    ]
    named = [m for m in hits if m.group.kind in ("bubble", "stress")]
    named += [m for m in hits if m.group.kind == "pullback" and _pulls_back(sentence, m)]
    named += [m for m in hits if m.group.kind == "burden" and _weighs(sentence, m)]
    named += [m for m in hits if m.group.kind == "strong" and (named or _near_ai(sentence, m))]
    named += [m for m in hits if m.group.kind == "blow" and named]
    named += [m for m in hits if m.group.kind == "worry" and (named or _has_object(sentence, m))]
    return named or [m for m in hits if m.label == "fear.warn" and _warns_of_market(sentence, m)]


def _weighs(sentence: Sentence, match: Match) -> bool:
    """Spending or debt that is blamed for a fall, or that someone waves aside."""
    cues = sentence.of("moves.fall", "relations.ease", "relations.deny")
    return any(gap(match, cue) <= sentence.reach(_BUILD_REACH) for cue in cues)


def _pulls_back(sentence: Sentence, match: Match) -> bool:
    """Only money or building withdrawn from the AI build-out: "pauses AI hiring" is none."""
    if any(0 <= match.start - n.end <= 1 for n in sentence.of("relations.negator")):
        return False
    near = [m for m in sentence.matches if gap(match, m) <= sentence.reach(_BUILD_REACH)]
    built = any(m.label in ("subjects.ai_build", "subjects.ai_gear") for m in near)
    blamed = any(m.label == "exclude.other_cause" for m in near)
    money = sentence.of("market.strong", "market.medium", *_MONEY)
    return built and bool(money) and not blamed


def _near_ai(sentence: Sentence, match: Match) -> bool:
    objects = sentence.of(
        "subjects.ai",
        "subjects.ai_market",
        "subjects.ai_build",
        "subjects.ai_gear",
        "subjects.tech_bubble",
    )
    return any(gap(match, other) <= sentence.reach(_COLLAPSE_REACH) for other in objects)


def _has_object(sentence: Sentence, match: Match) -> bool:
    """The worry is about AI as an investment, not about tariffs or what AI does to jobs."""
    near = [
        m
        for m in sentence.matches
        if m is not match and gap(m, match) <= sentence.reach(_OBJECT_REACH)
    ]
    blamed = [gap(m, match) for m in near if m.label == "exclude.other_cause"]
    objects = [gap(m, match) for m in near if _is_object(m, gap(m, match))]
    if objects and (not blamed or min(objects) < min(blamed)):
        return True
    # "Worried about AI" may be anyone's worry; where money is spoken of and nothing else is
    # blamed, it is ours.
    wider = any(m.list == "subjects" and m.name in _WIDER_OBJECTS for m in near)
    return wider and not blamed and bool(sentence.of(*_MONEY))


def _is_object(match: Match, distance: int) -> bool:
    if match.list == "entities":
        # "Oracle jitters", "对OpenAI的担忧": a firm that stands for the boom, next to the worry.
        return distance <= 2 and match.group.weight >= 0.8
    return match.label == "fear.hype" or (match.list == "subjects" and match.name in _OBJECTS)


def _warns_of_market(sentence: Sentence, match: Match) -> bool:
    """A warning right beside AI's market: "warns AI valuations", "risks of the AI boom"."""
    objects = sentence.of("subjects.ai_market", "subjects.tech_bubble")
    near = any(gap(match, other) <= sentence.reach(_WARNING_REACH) for other in objects)
    excused = sentence.of("exclude.other_cause", "relations.context")
    return near and match.surface.lower() in _WARNINGS and not excused
