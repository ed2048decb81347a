from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.index.time_weights import DEFAULTS, parse, smoothed, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

CURVES = st.one_of(
    st.tuples(st.sampled_from(["equal", "linear"]), st.just(())),
    st.tuples(st.just("exponential"), st.tuples(st.floats(0.01, 0.99))),
    st.tuples(
        st.just("almon"),
        st.tuples(st.floats(1, 6), st.floats(0, 6)).map(lambda p: (p[0], p[0] + p[1])),
    ),
    st.tuples(st.just("beta"), st.tuples(st.floats(0.1, 9), st.floats(1, 9))),
)
SERIES = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("equal", (), [1 / 4] * 4),
        ("linear", (), [0.1, 0.2, 0.3, 0.4]),
        # exp(10 * 0.2 * (i/4 - 1)) = e^-1.5, e^-1, e^-0.5, 1
        (
            "exponential",
            (0.2,),
            np.array([0.22313016, 0.36787944, 0.60653066, 1.0]) / 2.19754026,
        ),
        # (1 - (1 - i/4)^2) (1 - i/4)^1 = 7/16*3/4, 3/4*1/2, 15/16*1/4, 0 = 21, 24, 15, 0 (/64)
        ("almon", (2, 3), [21 / 60, 24 / 60, 15 / 60, 0]),
        # (1 - (1 - i/4)^3) = 37/64, 56/64, 63/64, 64/64
        ("almon", (3, 3), [37 / 220, 56 / 220, 63 / 220, 64 / 220]),
        # (i/4)^1 (1 - i/4)^1 = 3, 4, 3, 0 (/16)
        ("beta", (2, 2), [0.3, 0.4, 0.3, 0]),
        # (i/4)^2 = 1, 4, 9, 16 (/16)
        ("beta", (3, 1), [1 / 30, 4 / 30, 9 / 30, 16 / 30]),
    ],
)
def test_weights_by_hand(name: str, parameters: Sequence[float], expected: list[float]) -> None:
    assert weights(name, 4, parameters) == pytest.approx(expected, abs=1e-8)


@given(CURVES, st.integers(1, 300))
def test_weights_are_not_negative_and_sum_to_one(
    curve: tuple[str, tuple[float, ...]], n: int
) -> None:
    found = weights(curve[0], n, curve[1])
    assert found.shape == (n,)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name != "equal"])
def test_by_default_the_newest_counts_most(name: str) -> None:
    assert (np.diff(weights(name, 12)) > 0).all()


@given(CURVES, SERIES, SERIES, st.integers(1, 12))
def test_later_values_change_no_earlier_mean(
    curve: tuple[str, tuple[float, ...]],
    series: list[float | None],
    later: list[float | None],
    n: int,
) -> None:
    name, parameters = curve
    whole = smoothed(series + later, name, n, parameters)
    assert whole[: len(series)] == smoothed(series, name, n, parameters)


@given(CURVES, SERIES, st.integers(1, 12))
def test_a_mean_lies_between_the_values_of_its_window(
    curve: tuple[str, tuple[float, ...]], series: list[float | None], n: int
) -> None:
    for place, mean in enumerate(smoothed(series, curve[0], n, curve[1])):
        window = [v for v in series[: place + 1] if v is not None][-n:]
        if mean is not None:
            slack = 1e-9 * (1 + max(map(abs, window)))
            assert min(window) - slack <= mean <= max(window) + slack


def test_missing_values_take_no_part_and_are_not_counted() -> None:
    # Linear over 2: weights 1/3 and 2/3, whatever lies between the two values.
    expected = [None, 3.0, 3.0, 3.0, 5.0]
    assert smoothed([None, 3.0, None, math.nan, 6.0], "linear", 2) == pytest.approx(expected)


def test_a_short_window_has_the_newest_weights_rescaled() -> None:
    assert smoothed([4.0, 10.0], "linear", 3) == pytest.approx([4.0, (2 * 4 + 3 * 10) / 5])


def test_a_short_window_whose_weights_are_all_zero_is_missing() -> None:
    # The newest weight of beta(2, 2) is 0.
    assert smoothed([4.0, 10.0], "beta", 3, (2, 2))[0] is None


def test_weights_are_read_from_text() -> None:
    assert parse("almon") == ("almon", (3.0, 3.0))
    assert parse("exponential:0.1") == ("exponential", (0.1,))
    assert parse("beta:2,2") == ("beta", (2.0, 2.0))


@pytest.mark.parametrize(
    "text",
    [
        "gauss", "", "equal:1", "exponential:0", "exponential:1", "exponential:a", "almon:2",
        "almon:3,2", "almon:0,3", "beta:0,1", "beta:1,0.5", "beta:nan,2", "beta:inf,2",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ModelError):
        parse(text)


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ModelError, match="at least 1"):
        weights("equal", 0)
