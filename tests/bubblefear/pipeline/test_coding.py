"""The coding rules as data: what clashes, what follows, and that the two never quarrel."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from bubblefear.pipeline import coding
from bubblefear.pipeline.coding_guide import GUIDE

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = {"topic": ("", "0", "1"), "fear": tuple(coding.GRADES), **{
    name: coding.CHOICES[name] for name in ("stance", "kind", "channel")
}}  # fmt: skip


def allowed(topic: str, fear: str, stance: str, kind: str, channel: str) -> bool:
    """The guide's rules, told in another way than the code's."""
    if fear == "0" and (stance == "fear" or kind != "none"):
        return False
    if fear == "0" and stance == "none" and channel != "none":
        return False
    return topic != "0" or (fear == "0" and stance == "none" and channel == "none")


def test_every_combination_of_answers_is_judged_by_the_guide() -> None:
    for said in product(*ANSWERS.values()):
        values = dict(zip(ANSWERS, said, strict=True)) | {"reviewer": "Ann"}
        form = coding.check(values)
        assert (form.errors == ()) == allowed(*said), said
        assert bool(form.review) == (form.errors == ())
        assert len(set(form.errors)) == len(form.errors)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"topic": "0"}, {"fear": "0", "stance": "none", "kind": "none", "channel": "none"}),
        ({"fear": "0"}, {"stance": "none", "kind": "none", "channel": "none"}),
        ({"fear": "0", "stance": "relief"}, {"kind": "none", "channel": "none"}),
        ({"fear": "2"}, {}),
        ({"stance": "relief"}, {}),
        ({}, {}),
    ],
)
def test_only_what_surely_follows_is_filled_in(given: dict[str, str], left: dict[str, str]) -> None:
    assert coding.filled(given) == given | left


def test_what_is_filled_in_breaks_no_rule() -> None:
    for topic, grade in product(("", "0", "1"), coding.GRADES):
        if topic == "0" and grade != "0":
            continue
        values = coding.filled({"topic": topic, "fear": grade, "reviewer": "Ann"})
        assert not [rule.says for rule in coding.RULES if rule.broken(values)]


def test_an_answer_that_was_given_is_never_filled_over() -> None:
    typed = {"topic": "0", "fear": "3", "stance": "fear", "kind": "act", "channel": "credit"}
    assert coding.filled(typed) == typed
    assert coding.check(typed | {"reviewer": "Ann"}).errors == (
        "Fear, relief or a channel needs topic 1.",
    )


def test_the_guide_tells_of_every_answer_and_stands_in_the_documents(repository: Path) -> None:
    assert {name: tuple(means) for name, means in GUIDE.items()} == {
        "topic": tuple(coding.TOPICS),
        "fear": tuple(coding.GRADES),
        "stance": coding.STANCES,
        "kind": coding.KINDS,
        "channel": coding.CHANNELS,
    }
    page = " ".join((repository / "docs" / "coding.md").read_text(encoding="utf-8").split())
    told = [text for means in GUIDE.values() for text in means.values()]
    assert [text for text in told if text not in page] == []
    assert [rule.says for rule in coding.RULES if rule.says not in page] == []
