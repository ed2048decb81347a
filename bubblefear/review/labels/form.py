"""The form of a review as templates and scripts see it: fields, keys, and the rules as data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from bubblefear.pipeline import coding
from bubblefear.pipeline.coding_guide import GUIDE

# One key for each answer. Letters are the answer's own where no other answer has them.
KEYS: Final = {
    "topic": {"1": "i", "0": "o"},
    "fear": {"0": "0", "1": "1", "2": "2", "3": "3"},
    "stance": {"fear": "f", "relief": "r", "none": "n"},
    "kind": {"threat": "t", "act": "a", "none": "k"},
    "channel": {
        "valuation": "v",
        "capex": "x",
        "credit": "c",
        "liquidity": "l",
        "contagion": "g",
        "policy": "p",
        "none": "h",
    },
}
# What the other keys do; each stands at the link, button or field of that name.
DEEDS: Final = {
    "Enter": "save and go on",
    "s": "skip: show it again at the end",
    "u": "undo: take back what was saved last",
    "e": "write a note (Escape leaves it)",
    "?": "show or hide these keys",
}
_NAMES: Final = {"topic": {"1": "AI boom", "0": "something else"}, "fear": coding.GRADES}


@dataclass(frozen=True)
class Option:
    """An answer: its stored value, key, name and meaning."""

    value: str
    key: str
    name: str
    means: str


@dataclass(frozen=True)
class Field:
    """A question of the form and its answers."""

    name: str
    options: tuple[Option, ...]


FIELDS: Final = tuple(
    Field(
        name,
        tuple(
            Option(value, key, _NAMES.get(name, {}).get(value, value), GUIDE[name][value])
            for value, key in keys.items()
        ),
    )
    for name, keys in KEYS.items()
)
RULES: Final = json.dumps(
    {
        "rules": [asdict(rule) for rule in coding.RULES],
        "defaults": [asdict(default) for default in coding.DEFAULTS],
    }
)
