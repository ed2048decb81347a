"""The stationary bootstrap: its positions, its blocks, and what it keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.resampling import mean_block, resample, stationary_indices


def ar1(n: int, phi: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    series = np.zeros(n)
    for t in range(1, n):
        series[t] = phi * series[t - 1] + rng.standard_normal()
    return series


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 60),
    draws=st.integers(1, 5),
    block=st.floats(1.0, 20.0),
    seed=st.integers(0, 1000),
)
def test_resampled_positions_are_runs_of_the_sample(
    n: int, draws: int, block: float, seed: int
) -> None:
    places = stationary_indices(n, draws, block, np.random.default_rng(seed))
    assert places.shape == (draws, n)
    assert places.min() >= 0
    assert places.max() < n


def test_blocks_have_the_mean_length_asked_for() -> None:
    places = stationary_indices(1000, 50, 8.0, np.random.default_rng(6))
    breaks = (np.diff(places, axis=1) % 1000 != 1).mean()
    assert 1 / breaks == pytest.approx(8.0, rel=0.05)


def test_resampling_keeps_dependence() -> None:
    series = ar1(2000, 0.7, seed=7)
    assert mean_block(series) > 5
    drawn = resample(series, 50, np.random.default_rng(8))
    centred = drawn - drawn.mean(axis=1, keepdims=True)
    kept = (centred[:, 1:] * centred[:, :-1]).sum() / (centred**2).sum()
    assert kept == pytest.approx(0.7, abs=0.1)
