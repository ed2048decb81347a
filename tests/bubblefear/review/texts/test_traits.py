"""Traits of a story as a reader sees them."""

from __future__ import annotations

import pytest

from bubblefear.review.texts.traits import in_words


@pytest.mark.parametrize(
    ("trait", "told"),
    [
        ("name:Nvidia", "Nvidia"),
        ("act:layoff", "layoff"),
        ("figure:14000", "14000"),
        ("figure:5.7e+10", "57,000,000,000"),
        ("figure:3.26e+08%", "326,000,000%"),
        ("figure:62%", "62%"),
        ("figure:2.5x", "2.5x"),
        ("figure:many", "many"),
        ("a: b", "a: b"),
        ("", ""),
    ],
)
def test_a_trait_loses_its_sort_and_its_exponent(trait: str, told: str) -> None:
    assert in_words(trait) == told
