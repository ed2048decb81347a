"""Adjusted p-values: by hand, and what must hold for any."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.transmission.inference.multiple_testing import Method, adjusted

P_VALUES = st.lists(st.floats(0, 1), max_size=20)
METHODS = st.sampled_from(["bh", "by"])


def test_by_hand() -> None:
    p = [0.01, 0.02, 0.03, 0.5]
    assert adjusted(p) == pytest.approx([0.04, 0.04, 0.04, 0.5])
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4
    assert adjusted(p, "by") == pytest.approx([0.04 * harmonic] * 3 + [1.0])
    assert adjusted([0.03], "by") == [0.03]
    assert adjusted([]) == []


@given(P_VALUES, METHODS)
def test_no_p_value_falls_and_none_leaves_the_unit(p: list[float], method: Method) -> None:
    for before, after in zip(p, adjusted(p, method), strict=True):
        assert before - 1e-12 <= after <= 1


@given(P_VALUES, METHODS, st.randoms(use_true_random=False))
def test_the_order_of_tests_does_not_matter(p: list[float], method: Method, dice: Random) -> None:
    places = list(range(len(p)))
    dice.shuffle(places)
    shuffled = adjusted([p[place] for place in places], method)
    straight = adjusted(p, method)
    assert shuffled == pytest.approx([straight[place] for place in places])


@given(P_VALUES)
def test_order_is_kept_and_dependence_costs(p: list[float]) -> None:
    bh, by = adjusted(p), adjusted(p, "by")
    for i in range(len(p)):
        assert by[i] >= bh[i] - 1e-12
        for j in range(len(p)):
            if p[i] <= p[j]:
                assert bh[i] <= bh[j] + 1e-12


@given(P_VALUES, METHODS, st.integers(0, 20))
def test_what_was_not_tested_stays_missing_and_does_not_count(
    p: list[float], method: Method, at: int
) -> None:
    at = min(at, len(p))
    found = adjusted([*p[:at], math.nan, *p[at:]], method)
    assert math.isnan(found.pop(at))
    assert found == pytest.approx(adjusted(p, method))


def test_refusals() -> None:
    with pytest.raises(ModelError, match="must lie in 0-1"):
        adjusted([0.1, 1.2])
    with pytest.raises(ModelError, match="bh or by"):
        adjusted([0.1], "holm")  # type: ignore[arg-type] # which is the test
