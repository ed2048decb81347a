"""Joins by meaning, with traits and vectors made by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clock import from_text, to_text
from ingest.stories.grouper import StoryGrouper
from ingest.stories.items import Item, Traits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.stories.items import Placed, Vector

T0 = "2025-12-11T21:00:00Z"
ORACLE = ("name:Oracle", "act:fall", "act:capex", "figure:8e+10", "figure:5e+10")


def at(hours: float) -> str:
    return to_text(from_text(T0) + timedelta(hours=hours))


def item(
    number: int, title: str, traits: Sequence[str], hours: float = 0.0, language: str = "en"
) -> Item:
    own = frozenset(traits)
    return Item(f"e{number}", title, at(hours), language, f"source{number}", Traits(own, own))


def near(ids: Sequence[str]) -> dict[str, Vector]:
    return {entry: np.array([0.8, 0.6], dtype=np.float32) for entry in ids}


def place(items: Sequence[Item]) -> list[Placed]:
    return StoryGrouper().place(items, near)


def test_another_language_joins_and_says_why() -> None:
    first = item(1, "Oracle loses eighty billion in value as spending plan grows", ORACLE)
    other = item(2, "甲骨文市值蒸发，开支计划上调", ORACLE, 2, "zh-Hans")
    joined = place([first, other])[1]
    assert (joined.story, joined.other, joined.how) == ("e1", "e1", "meaning")
    assert "name:Oracle" in joined.shared
    assert "figure:8e+10" in joined.shared
    assert 0.5 <= joined.similarity <= 1


def test_without_vectors_words_alone_decide() -> None:
    items = [
        item(1, "Oracle loses eighty billion in value as spending plan grows", ORACLE),
        item(2, "甲骨文市值蒸发，开支计划上调", ORACLE, 2, "zh-Hans"),
    ]
    for embed in (None, lambda _ids: {}):
        stories = [one.story for one in StoryGrouper().place(items, embed)]
        assert stories == ["e1", "e2"]


def test_after_the_window_it_is_another_story() -> None:
    first = item(1, "Oracle loses eighty billion in value as spending plan grows", ORACLE)
    late = item(2, "甲骨文市值蒸发，开支计划上调", ORACLE, 72.1, "zh-Hans")
    assert [one.story for one in place([first, late])] == ["e1", "e2"]


def test_a_template_with_another_word_is_another_story() -> None:
    titles = ("交易所能源类商品成交量报告已更新", "交易所金属类商品成交量报告已更新")
    traits = ("word:cme", "act:report", "pair:报告", "pair:成交", "word:quokka")
    pair = [item(n, title, traits, n / 10, "zh-Hans") for n, title in enumerate(titles)]
    assert [one.how for one in place(pair)] == [None, None]


_SETS = st.lists(
    st.sampled_from(
        "name:Oracle name:Nvidia act:fall act:rise figure:8e+10 figure:5e+12 word:quokka "
        "word:wombat pair:芯片 act:capex".split()
    ),
    min_size=1,
    max_size=6,
)
_ROWS = st.lists(
    st.tuples(_SETS, st.sampled_from(["en", "zh-Hans"]), st.integers(0, 8)),
    min_size=1,
    max_size=14,
)


def _items(rows: Sequence[tuple[list[str], str, int]]) -> list[Item]:
    found, hours = [], 0
    for number, (traits, language, gap) in enumerate(rows):
        hours += gap * 4  # equal times as well
        title = " ".join(sorted(traits)).replace(":", " ")
        found.append(item(number, title, traits, hours, language))
    return found


def _vectors(ids: Sequence[str]) -> dict[str, Vector]:
    angles = {entry: int(entry[1:]) % 3 * 0.4 for entry in ids}
    return {
        entry: np.array([np.cos(a), np.sin(a)], dtype=np.float32) for entry, a in angles.items()
    }


@settings(max_examples=60)
@given(_ROWS, st.integers(1, 5))
def test_portions_change_nothing(rows: list[tuple[list[str], str, int]], size: int) -> None:
    items = _items(rows)
    whole = StoryGrouper().place(items, _vectors)
    grouper = StoryGrouper()
    parts = [
        one
        for first in range(0, len(items), size)
        for one in grouper.place(items[first : first + size], _vectors)
    ]
    assert parts == whole


@settings(max_examples=60)
@given(_ROWS, st.integers(0, 14))
def test_a_stopped_grouper_goes_on_and_later_headlines_change_nothing(
    rows: list[tuple[list[str], str, int]], cut: int
) -> None:
    items = _items(rows)
    whole = StoryGrouper().place(items, _vectors)
    assert StoryGrouper().place(items[:cut], _vectors) == whole[:cut]
    story = {one.id: one.story for one in whole[:cut]}
    known = [
        Item(i.id, i.title, i.first_seen_at, i.language, i.source, i.traits, story[i.id])
        for i in items[:cut]
    ]
    resumed = StoryGrouper()
    resumed.place(known, _vectors)
    assert resumed.place(items[cut:], _vectors) == whole[cut:]
