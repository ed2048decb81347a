"""Placebo topics in three scripts."""

from __future__ import annotations

import pytest

from nlp.placebo import topics, topics_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Floods cut off two valleys", ("disaster",)),
        ("四川发生地震,道路中断", ("disaster",)),
        ("颱風逼近,航班取消", ("disaster",)),
        ("Hospital strained after an EARTHQUAKE", ("disaster", "health")),
        ("Lenders fear that the AI bubble will burst", ()),
        ("A floodlit stadium", ()),  # a word that only begins like one of the list
        ("", ()),
    ],
)
def test_topics_of_a_headline(text: str, found: tuple[str, ...]) -> None:
    assert topics_of(text) == found


def test_every_language_has_every_topic() -> None:
    assert topics() == ("disaster", "health")
