"""The coding rules: which grades, stances, kinds and channels a review may give together.

A form of the review pages and a row of a coding sheet are both held against them. The rules are
data: the pages hand them to the browser, which says at once what contradicts what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STANCES = ("fear", "relief", "none")
KINDS = ("threat", "act", "none")
CHANNELS = ("valuation", "capex", "credit", "liquidity", "contagion", "policy", "none")
GRADES = {"0": "none", "1": "hint", "2": "clear", "3": "strong"}
CHOICES = {"stance": STANCES, "kind": KINDS, "channel": CHANNELS, "fear": GRADES}
TOPICS = {"1": "the AI boom as an economic or market matter", "0": "something else"}
MAX_NOTE, MAX_NAME = 4000, 80

_ABOVE_0: Final = ("1", "2", "3")
_NAMED: Final = CHANNELS[:-1]


@dataclass(frozen=True)
class Rule:
    """What may not stand together: each field with the values that clash, and the reason."""

    when: Mapping[str, tuple[str, ...]]
    says: str

    def broken(self, values: Mapping[str, str]) -> bool:
        """Whether the values are all among those that clash."""
        return all(values.get(name, "") in clash for name, clash in self.when.items())


@dataclass(frozen=True)
class Default:
    """What an answer makes of the fields that are not answered yet.

    Attributes:
        when: Fields and the values that they have.
        then: Fields and what they become.
        sure: Whether the guide leaves nothing else to say, or hardly anything. Of the others a
            page may make a first proposal, which a person sees before it is sent.
    """

    when: Mapping[str, tuple[str, ...]]
    then: Mapping[str, str]
    sure: bool


RULES: Final = (
    Rule({"fear": ("0",), "stance": ("fear",)}, "Stance fear needs a grade above 0."),
    Rule(
        {"fear": ("0",), "kind": ("threat", "act")},
        "Without fear there is no kind: choose none.",
    ),
    Rule(
        {"fear": ("0",), "stance": ("none",), "channel": _NAMED},
        "Without fear or relief there is no channel: choose none.",
    ),
    Rule({"topic": ("0",), "fear": _ABOVE_0}, "Fear, relief or a channel needs topic 1."),
    Rule({"topic": ("0",), "stance": STANCES[:2]}, "Fear, relief or a channel needs topic 1."),
    Rule({"topic": ("0",), "channel": _NAMED}, "Fear, relief or a channel needs topic 1."),
)
DEFAULTS: Final = (
    Default({"topic": ("0",)}, {"fear": "0"}, sure=True),
    Default({"fear": ("0",)}, {"stance": "none", "kind": "none", "channel": "none"}, sure=True),
    Default({"fear": _ABOVE_0}, {"topic": "1", "stance": "fear"}, sure=False),
    Default({"stance": STANCES[:2]}, {"topic": "1"}, sure=False),
)


@dataclass(frozen=True)
class ReviewForm:
    """A form as filled in, and what is wrong with it."""

    values: Mapping[str, str]
    errors: tuple[str, ...] = ()
    review: Mapping[str, Any] = field(default_factory=dict)


def filled(values: Mapping[str, str]) -> dict[str, str]:
    """The values with what surely follows from them: grade 0 leaves little else to say."""
    found = dict(values)
    for default in DEFAULTS:
        if default.sure and all(
            found.get(name, "") in given for name, given in default.when.items()
        ):
            found |= {name: value for name, value in default.then.items() if not found.get(name)}
    return found


def check(values: Mapping[str, str]) -> ReviewForm:
    """Read a form by the coding rules; topic may be left open, as it was not always asked."""
    reviewer = values.get("reviewer", "").strip()
    note = values.get("note", "").strip()
    grade, topic = values.get("fear", ""), values.get("topic", "")
    kind, channel = values.get("kind", ""), values.get("channel", "")
    errors = [*_unusable(values, reviewer, note)]
    if not errors:  # one reason may be that of several rules
        errors = list(dict.fromkeys(rule.says for rule in RULES if rule.broken(values)))
    review = {
        "reviewer": reviewer,
        "topic": int(topic) if topic in TOPICS else None,
        "fear": int(grade) if grade in GRADES else None,
        "stance": values.get("stance", ""),
        "kind": None if kind == "none" else kind,
        "channel": None if channel == "none" else channel,
        "note": note or None,
    }
    return ReviewForm(values, tuple(errors), {} if errors else review)


def _unusable(values: Mapping[str, str], reviewer: str, note: str) -> Iterator[str]:
    """What no rule need be asked of: values that are none of the choices."""
    if not 0 < len(reviewer) <= MAX_NAME:
        yield f"Give your name, up to {MAX_NAME} characters."
    if len(note) > MAX_NOTE:
        yield f"The note may have {MAX_NOTE} characters."
    if values.get("fear", "") not in GRADES:
        yield "Choose a grade of fear, 0 to 3."
    for name in ("stance", "kind", "channel"):
        if values.get(name, "") not in CHOICES[name]:
            yield f"Choose a {name}: {', '.join(CHOICES[name])}."
    if values.get("topic") and values["topic"] not in TOPICS:
        yield "Choose a topic, 0 or 1, or none."
