"""Each episode has one peak."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.account.peaks import peaks


@dataclass(frozen=True)
class Day:
    place: int
    value: float | None


def days(*values: float | None) -> list[Day]:
    return [Day(place, value) for place, value in enumerate(values)]


def test_an_episode_is_named_once_and_missing_days_do_not_hide_it() -> None:
    found = peaks(days(1, 5, 9, 8, None, 2, 1, 1, 1, 7, 6), 10)
    assert [day.place for day in found] == [2, 9]
    assert [day.place for day in peaks(days(1, 5, 9, 8, 1, 1, 1, 1, 1, 7, 6), 1)] == [2]


def test_of_equal_days_the_first_is_the_peak() -> None:
    assert [day.place for day in peaks(days(3, 3, 3), 10)] == [0]
    assert peaks(days(None, float("nan"), float("inf")), 10) == []


@given(st.lists(st.none() | st.floats(0, 100), max_size=60), st.integers(1, 6))
def test_no_two_peaks_are_within_reach_and_the_highest_day_is_one(
    values: list[float | None], reach: int
) -> None:
    found = peaks(days(*values), len(values), reach)
    places = [day.place for day in found]
    assert all(b - a > reach for a, b in pairwise(places))
    known = [value for value in values if value is not None]
    if known:
        assert max(known) in [day.value for day in found]
