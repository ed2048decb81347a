"""The coding rules: which grades, stances, kinds and channels a review may give together.

A form of the review pages and a row of a coding sheet are both held against them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

STANCES = ("fear", "relief", "none")
KINDS = ("threat", "act", "none")
CHANNELS = ("valuation", "capex", "credit", "liquidity", "contagion", "policy", "none")
GRADES = {"0": "none", "1": "hint", "2": "clear", "3": "strong"}
CHOICES = {"stance": STANCES, "kind": KINDS, "channel": CHANNELS, "fear": GRADES}
TOPICS = {"1": "the AI boom as an economic or market matter", "0": "something else"}
MAX_NOTE, MAX_NAME = 4000, 80


@dataclass(frozen=True)
class ReviewForm:
    """A form as filled in, and what is wrong with it."""

    values: Mapping[str, str]
    errors: tuple[str, ...] = ()
    review: Mapping[str, Any] = field(default_factory=dict)


def check(values: Mapping[str, str]) -> ReviewForm:
    """Read a form by the coding rules."""
    errors = []
    reviewer = values.get("reviewer", "").strip()
    note = values.get("note", "").strip()
    grade, stance = values.get("fear", ""), values.get("stance", "")
    kind, channel = values.get("kind", ""), values.get("channel", "")
    topic = values.get("topic", "")  # may be left open: it was not asked in every review
    if not 0 < len(reviewer) <= MAX_NAME:
        errors.append(f"Give your name, up to {MAX_NAME} characters.")
    if len(note) > MAX_NOTE:
        errors.append(f"The note may have {MAX_NOTE} characters.")
    if grade not in GRADES:
        errors.append("Choose a grade of fear, 0 to 3.")
    for name, given, allowed in (
        ("stance", stance, STANCES), ("kind", kind, KINDS), ("channel", channel, CHANNELS)
    ):  # fmt: skip
        if given not in allowed:
            errors.append(f"Choose a {name}: {', '.join(allowed)}.")
    if topic and topic not in TOPICS:
        errors.append("Choose a topic, 0 or 1, or none.")
    if not errors:
        errors += _contradictions(grade, stance, kind, channel)
        if topic == "0" and (grade, stance, channel) != ("0", "none", "none"):
            errors.append("Fear, relief or a channel needs topic 1.")
    review = {
        "reviewer": reviewer,
        "topic": int(topic) if topic in TOPICS else None,
        "fear": int(grade) if grade in GRADES else None,
        "stance": stance,
        "kind": None if kind == "none" else kind,
        "channel": None if channel == "none" else channel,
        "note": note or None,
    }
    return ReviewForm(values, tuple(errors), {} if errors else review)


def _contradictions(grade: str, stance: str, kind: str, channel: str) -> list[str]:
    found = []
    if grade == "0" and stance == "fear":
        found.append("Stance fear needs a grade above 0.")
    if grade == "0" and kind != "none":
        found.append("Without fear there is no kind: choose none.")
    if grade == "0" and stance == "none" and channel != "none":
        found.append("Without fear or relief there is no channel: choose none.")
    return found
