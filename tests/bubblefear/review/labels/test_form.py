"""Keys and rules as the form hands them to the browser."""

from __future__ import annotations

import json

from bubblefear.pipeline import coding
from bubblefear.review.labels.form import DEEDS, FIELDS, KEYS, RULES


def test_each_key_does_one_thing() -> None:
    keys = [option.key for field in FIELDS for option in field.options] + [*DEEDS]
    assert len(keys) == len(set(keys))
    assert all(key.lower() == key for key in keys if len(key) == 1)


def test_every_answer_has_a_key() -> None:
    assert {name: set(keys) for name, keys in KEYS.items()} == {
        "topic": set(coding.TOPICS),
        **{name: set(coding.CHOICES[name]) for name in ("fear", "stance", "kind", "channel")},
    }


def test_the_browser_is_told_the_servers_own_rules() -> None:
    told = json.loads(RULES)
    assert [(one["when"], one["says"]) for one in told["rules"]] == [
        ({name: list(clash) for name, clash in rule.when.items()}, rule.says)
        for rule in coding.RULES
    ]
    assert len(told["defaults"]) == len(coding.DEFAULTS)
