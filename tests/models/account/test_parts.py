"""Largest remainder: printed parts add up to the printed whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.account.parts import apportion, percentages
from models.errors import ModelError

NUMBERS = st.floats(-5000, 5000, allow_nan=False)


def test_thirds_add_up_to_a_hundred() -> None:
    assert apportion([100 / 3] * 3) == [33.4, 33.3, 33.3]
    assert percentages([1, 1, 1]) == [33.4, 33.3, 33.3]
    assert percentages([2, 1], 0) == [67, 33]


def test_what_lost_most_gets_the_missing_unit() -> None:
    assert apportion([0.04, 0.06, 0.0]) == [0.0, 0.1, 0.0]


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.integers(0, 3))
def test_the_sum_is_the_rounded_sum_and_no_part_moves_by_a_unit(
    parts: list[float], digits: int
) -> None:
    shown = apportion(parts, digits)
    unit = 10**-digits
    whole = math.fsum(parts)
    assert abs(math.fsum(shown) - whole) <= unit / 2 + 1e-9
    assert math.fsum(shown) == pytest.approx(round(math.fsum(shown), digits), abs=1e-9)
    assert all(abs(a - b) < unit + 1e-9 for a, b in zip(shown, parts, strict=True))


@given(st.lists(st.floats(0, 1000, allow_subnormal=False), min_size=1, max_size=60))
def test_shares_add_up_to_a_hundred_and_nothing_stays_nothing(parts: list[float]) -> None:
    shown = percentages(parts)
    if sum(parts) == 0:
        assert shown is None
        return
    assert shown is not None
    assert round(sum(shown) * 10) == 1000
    assert all(s == 0 for s, p in zip(shown, parts, strict=True) if p == 0)


def test_a_whole_that_differs_is_spread() -> None:
    assert apportion([1.0, 2.0], 1, 3.4) == [1.2, 2.2]
    assert apportion([], 1, 3.0) == []


@pytest.mark.parametrize("whole", [1.15, 2.5, 0.25, 0.35, 1.005, -1.15])
def test_a_whole_on_the_edge_is_rounded_as_it_is_printed(whole: float) -> None:
    # 1.15 is stored as 1.1499...: printed 1.1, while 1.15 * 10 is 11.5.
    for digits in (0, 1, 2):
        assert [f"{shown:.{digits}f}" for shown in apportion([whole], digits)] == [
            f"{whole:.{digits}f}"
        ]
        assert apportion([whole], digits, whole) == [round(whole, digits)]


def test_a_missing_part_is_an_error() -> None:
    with pytest.raises(ModelError, match="missing"):
        apportion([1.0, float("nan")])
