"""Counts, orders and stories of hits, against reckoning by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.searching import facets
from bubblefear.review.searching.asked import FACETS, Asked
from bubblefear.store.search_columns import Coded, Columns

DAY = 86400
FACET_NAMES = ("source", "language", "kind", "channel", "month")


def columns(size: int, codes: list[int]) -> Columns:
    """Entries in which each facet has values a, b, c by turns."""
    texts = {
        name: Coded(["a", "b", "c"], np.array([(c + n) % 3 for c in codes], dtype=np.int64))
        for n, name in enumerate(FACET_NAMES)
    }
    stories = np.array([n // 2 for n in range(size)], dtype=np.int64)
    texts["story"] = Coded([f"story {n}" for n in range(size)], stories)
    fear = np.array([np.nan if n % 4 == 3 else (n * 7 % 10) / 10 for n in range(size)])
    return Columns(
        number=np.arange(10, 10 + size),
        seen=np.arange(size) * DAY // 2,
        fear=fear,
        contribution=fear / 2,
        texts=texts,
    )


choices = st.dictionaries(
    st.sampled_from(FACET_NAMES), st.lists(st.sampled_from("abcx"), min_size=1, max_size=2)
)


@given(codes=st.lists(st.integers(0, 2), max_size=30), chosen=choices)
def test_counts_are_of_what_each_further_choice_would_bring(
    codes: list[int], chosen: dict[str, list[str]]
) -> None:
    table = columns(len(codes), codes)
    every = np.arange(len(codes))
    asked = Asked(chosen={name: tuple(values) for name, values in chosen.items()})

    def value(name: str, position: int) -> str:
        return table.texts[name].names[table.texts[name].codes[position]]

    def fits(position: int, but: str = "") -> bool:
        return all(value(n, position) in v for n, v in chosen.items() if n != but)

    found = facets.narrow(table, every, asked, {})
    assert found.positions.tolist() == [p for p in every if fits(p)]
    assert set(found.facets) == set(FACETS)
    for name in FACET_NAMES:
        counted = Counter(value(name, p) for p in every if fits(p, but=name))
        wanted = {**dict.fromkeys(chosen.get(name, ()), 0), **counted}
        assert {c.value: c.count for c in found.facets[name]} == wanted
        assert {c.value for c in found.facets[name] if c.chosen} == set(chosen.get(name, ()))


def test_labels_may_be_several_and_the_rest_is_not_reviewed() -> None:
    table = columns(4, [0, 0, 0, 0])
    labels = {"grade 2": np.array([1]), "stance fear": np.array([1, 2])}
    found = facets.narrow(table, np.arange(4), Asked(), labels)
    counts = {c.value: c.count for c in found.facets["label"]}
    assert counts == {"not reviewed": 2, "stance fear": 2, "grade 2": 1}
    asked = Asked(chosen={"label": ("grade 2", "not reviewed")})
    assert facets.narrow(table, np.arange(4), asked, labels).positions.tolist() == [0, 1, 3]


def test_days_are_both_included() -> None:
    table = columns(8, [0] * 8)
    asked = Asked(since="1970-01-02", until="1970-01-03")
    assert facets.narrow(table, np.arange(8), asked, {}).positions.tolist() == [2, 3, 4, 5]


def test_orders_put_what_is_missing_last_and_the_newest_first_among_equals() -> None:
    table = columns(8, [0] * 8)
    every = np.arange(8)
    assert facets.ordered(table, every, "newest", None).tolist() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert facets.ordered(table, every, "oldest", None).tolist() == list(range(8))
    by_fear = facets.ordered(table, every, "fear", None).tolist()
    assert by_fear == sorted(every, key=lambda p: (p % 4 == 3, -(p * 7 % 10), -p))
    assert by_fear[-2:] == [7, 3]
    ranks = np.array([0, -9, 0, 0, -1, 0, 0, 0.0])
    assert facets.ordered(table, every, "match", ranks).tolist()[:3] == [1, 4, 7]
    assert facets.ordered(table, every, "match", None).tolist()[0] == 7


@given(st.permutations(range(9)))
def test_a_story_stands_where_its_first_hit_stood(order: list[int]) -> None:
    table = columns(9, [0] * 9)
    leaders, copies = facets.folded(table, np.array(order))
    first: dict[int, int] = {}
    for position in order:
        first.setdefault(position // 2, position)
    assert leaders.tolist() == list(first.values())
    assert copies.tolist() == [1 if story == 4 else 2 for story in first]
