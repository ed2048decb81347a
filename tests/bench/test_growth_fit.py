"""The fitted exponent is the one that was put in, whatever a process costs to start."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.growth_fit import fit

SIZES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]


@settings(max_examples=40, deadline=None)
@given(
    constant=st.floats(0, 0.5),
    exponent=st.floats(0.8, 1.6),
    largest=st.floats(10, 200),
)
def test_exponent_and_constant_are_found_again(
    constant: float, exponent: float, largest: float
) -> None:
    taken = [constant + largest * (n / SIZES[-1]) ** exponent for n in SIZES]
    found = fit(SIZES, taken)
    assert found["form"] == "a + b n^c"
    assert found["exponent"] == pytest.approx(exponent, abs=0.02)
    assert found["constant"] == pytest.approx(constant, abs=0.02)


def test_noise_is_in_the_standard_error() -> None:
    rng = np.random.default_rng(5)
    exponents, errors = [], []
    for _ in range(60):
        noise = np.exp(rng.normal(0, 0.05, len(SIZES)))
        found = fit(SIZES, [(0.2 + 2e-5 * n) * e for n, e in zip(SIZES, noise, strict=True)])
        exponents.append(found["exponent"])
        errors.append(found["error"])
    assert np.mean(exponents) == pytest.approx(1.0, abs=0.02)
    assert np.mean(errors) == pytest.approx(np.std(exponents), rel=0.4)


def test_a_constant_would_hide_the_growth_from_a_straight_line() -> None:
    taken = [1.0 + 1e-8 * n**1.5 for n in SIZES]
    line = np.polyfit(np.log(SIZES), np.log(taken), 1)[0]
    assert line < 0.5
    assert fit(SIZES, taken)["exponent"] == pytest.approx(1.5, abs=0.02)


def test_what_does_not_grow_has_no_exponent_to_speak_of() -> None:
    found = fit(SIZES, [0.100, 0.103, 0.101, 0.104, 0.105, 0.104, 0.110])
    assert found["form"] == "b n^c"
    assert 0 < found["exponent"] < 0.02
    assert found["error"] is not None


def test_three_sizes_are_fitted_by_a_line() -> None:
    found = fit([1_000, 10_000, 100_000], [1.0, 10.0, 100.0])
    assert found["exponent"] == pytest.approx(1)
    assert found["form"] == "b n^c"
