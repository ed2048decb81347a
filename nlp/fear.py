"""Fear and relief in one sentence, from matched phrases and how they stand to one another.

The rules follow the coding guide of the audit set: naming the bubble as the subject is clear
fear (grade 2, about .67), in passing a hint (.33), with a collapse strong (1). A worry in other
words counts only beside its object (AI shares, spending, valuations). Denied, eased or defied,
the worry is relief, and the fear that is mentioned stays a hint.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nlp.relevance import THRESHOLD, combine
from nlp.worries import Sentence, gap, standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.topics import Match

HINT = 1 / 3
"""Fear of a worry in passing; grade 1 of three."""

RELIEF = 2 / 3
"""Relief of a sentence that denies or eases the worry."""

_UNDERTONE = 0.08
_IN_PASSING = 0.55
_CONDITIONAL_CEILING = 0.8
_DENIABLE = frozenset(
    {f"fear.{name}" for name in ("bubble", "dotcom", "overvalued", "circular", "overbuild")}
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a sentence says of the worry."""

    fear: float
    relief: float
    kind: str | None
    channel: str | None


CALM = Assessment(0.0, 0.0, None, None)


def assess(sentence: Sentence) -> Assessment:
    """Fear, relief, kind and channel of a sentence; calm when it is off topic."""
    if sentence.relevance < THRESHOLD:
        return CALM
    worries = standing(sentence)
    if not worries:
        return Assessment(_undertone(sentence), 0.0, None, None)
    channel = channel_of(sentence, worries)
    strength = _strength(sentence, worries)
    if _is_relief(sentence, worries):
        return Assessment(min(strength, HINT), RELIEF, "threat", channel)
    return Assessment(strength, 0.0, _kind(sentence, worries), channel)


def _undertone(sentence: Sentence) -> float:
    """Far below a hint: words of worry whose object is not certain, beside a fall."""
    worded = [m for m in sentence.matches if m.list == "fear" and m.group.kind != "soft"]
    return _UNDERTONE if worded and not sentence.of("exclude.lookalike") else 0.0


def _strength(sentence: Sentence, worries: Sequence[Match]) -> float:
    soft = [m for m in sentence.matches if m.list == "fear" and m.group.kind == "soft"]
    strongest = {m.label: m.group.weight for m in (*worries, *soft)}
    strength = combine(strongest.values())
    if sentence.question or sentence.of("exclude.conditional"):
        strength = min(strength, _CONDITIONAL_CEILING)
    if sentence.of("relations.context", "relations.despite") and not _collapsed(sentence, worries):
        strength *= _IN_PASSING
    return strength


def _collapsed(sentence: Sentence, worries: Sequence[Match]) -> bool:
    return any(m.group.kind == "strong" for m in worries) and not sentence.question


def _is_relief(sentence: Sentence, worries: Sequence[Match]) -> bool:
    cues = _relief_cues(sentence, worries)
    if not cues:
        return False
    if reports_fall(sentence) and not sentence.of("moves.rise"):
        return False  # "tries to calm bubble fears, shares fall": nothing was calmed
    last = max(cue.end for cue in cues)
    # "Fears ease, but debt is the real risk": the worry after the turn has the last word.
    turns = [m.end for m in sentence.of("relations.but") if m.start >= last]
    return not any(worry.start >= turn for turn in turns for worry in worries)


def _relief_cues(sentence: Sentence, worries: Sequence[Match]) -> list[Match]:
    undone = sentence.of("relations.undo")
    cues = [
        cue
        for cue in sentence.of("relations.ease", "relations.deny")
        if _bears_on(sentence, cue, worries)
        and not any(_undoes(sentence, cue, other) for other in undone)
    ]
    named = [w for w in worries if w.label in _DENIABLE]
    if any(w.label == "fear.bubble" for w in named):
        # "We are in a bubble, but it is no tulip mania" denies the tulips alone.
        named = [w for w in named if w.label != "fear.dotcom"]
    cues += [
        n for n in sentence.of("relations.negator") if any(_negates(sentence, n, w) for w in named)
    ]
    if not sentence.of("moves.fall"):
        cues += [
            d
            for d in sentence.of("relations.despite")
            if any(0 <= w.start - d.end <= sentence.reach(60) for w in worries)
        ]
    return cues


def _bears_on(sentence: Sentence, cue: Match, worries: Sequence[Match]) -> bool:
    """The worry next to the cue is close; a refused bailout relieves nobody."""
    nearest = min(worries, key=lambda worry: gap(cue, worry))
    return gap(cue, nearest) <= sentence.reach(60) and nearest.label != "fear.bailout"


def _undoes(sentence: Sentence, cue: Match, undo: Match) -> bool:
    """Whether "fails to calm": only easing is undone, a denial has its "not" inside."""
    return cue.label == "relations.ease" and 0 <= cue.start - undo.end <= sentence.reach(12)


def _negates(sentence: Sentence, negator: Match, worry: Match) -> bool:
    """The negator stands right before: "isn't in an AI bubble", "还没有泡沫"."""
    # A lone 不 or 无 belongs to whatever word follows it, so it must be next to the bubble.
    reach = 3 if len(negator.surface) == 1 else sentence.reach(25)
    return 0 <= worry.start - negator.end <= reach


def reports_fall(sentence: Sentence) -> bool:
    """A fall that did happen; not one that could, will, or is asked about."""
    ahead = sentence.of("exclude.promise", "exclude.conditional")
    return any(
        not any(0 <= fall.start - p.end <= sentence.reach(20) for p in ahead)
        for fall in sentence.of("moves.fall")
    )


def _kind(sentence: Sentence, worries: Sequence[Match]) -> str:
    withdrawn = any(worry.group.kind == "pullback" for worry in worries)
    return "act" if withdrawn or reports_fall(sentence) else "threat"


def settled(assessment: Assessment, *, denied: bool, fell: bool) -> Assessment:
    """A sentence's assessment in the light of the headline.

    Args:
        assessment: Of the sentence alone.
        denied: The headline denies or eases the worry: what remains of it is a hint.
        fell: The headline reports a fall: a worry told below it is about an act.
    """
    if denied:
        return replace(assessment, fear=min(assessment.fear, HINT))
    if fell and assessment.kind == "threat" and not assessment.relief:
        return replace(assessment, kind="act")
    return assessment


def channel_of(sentence: Sentence, worries: Sequence[Match]) -> str:
    """The reason with the most weight; a bare bubble is a matter of valuation."""
    bubble = any(worry.group.kind == "bubble" for worry in worries)
    votes = {"valuation": 0.5 if bubble else 0.3}
    # Worries of one channel say the same once more; reasons that are named add up.
    for match in worries:
        channel = match.group.channel
        if channel:
            votes[channel] = max(match.group.weight, votes.get(channel, 0.0))
    for match in sentence.of(*_CHANNEL_LABELS):
        weight = min(match.group.weight, 0.99)
        votes[match.name] = combine((weight, votes.get(match.name, 0.0)))
    if sentence.of("channels.policy"):
        votes["policy"] = 1.0
    return max(sorted(votes), key=votes.__getitem__)


CHANNELS = ("valuation", "capex", "credit", "liquidity", "contagion", "policy")
_CHANNEL_LABELS = tuple(f"channels.{name}" for name in CHANNELS)


def is_recap(sentence: Sentence) -> bool:
    """A plain report of price moves: a move and a market, and no reason given."""
    moves = sentence.of("moves.fall", "moves.rise")
    sessions = sentence.of("moves.session")
    market = [m for m in sentence.matches if m.group.kind == "index" or m.list == "market"]
    spoken = sentence.of("fear.warn", "relations.deny", "relations.ease")
    if spoken or standing(sentence):
        return False
    return bool(sessions) or (bool(moves) and bool(market))
