"""Simulated nulls: they keep what they say they keep."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import ModelError
from models.transmission.inference.long_run import long_run_variance
from models.transmission.inference.nulls import block_signs, sieve


def autoregression(n: int, root: float, seed: int) -> np.ndarray:
    shocks = np.random.default_rng(seed).standard_normal(n)
    values = np.zeros(n)
    for t in range(1, n):
        values[t] = root * values[t - 1] + shocks[t]
    return values


def test_the_sieve_keeps_persistence_mean_and_spread() -> None:
    values = 50 + autoregression(800, 0.8, 1)
    drawn = sieve(values[None], 1, np.random.default_rng(2), 200)
    assert drawn.shape == (200, 800)
    assert drawn.mean() == pytest.approx(values.mean(), abs=0.15)
    assert drawn.std() == pytest.approx(values.std(), rel=0.1)
    lagged = [np.corrcoef(row[1:], row[:-1])[0, 1] for row in drawn]
    assert np.mean(lagged) == pytest.approx(0.8, abs=0.04)


def test_one_draw_of_each_sample_follows_its_own_sample() -> None:
    samples = np.stack([autoregression(500, 0.9, 3), 10 + autoregression(500, 0.0, 4)])
    drawn = sieve(samples, 1, np.random.default_rng(5))
    assert drawn[1].mean() == pytest.approx(10, abs=0.3)
    roots = [np.corrcoef(row[1:], row[:-1])[0, 1] for row in drawn]
    assert roots[0] > 0.75
    assert abs(roots[1]) < 0.2


def test_order_zero_draws_the_sample_and_an_explosive_fit_is_drawn_in() -> None:
    values = np.random.default_rng(6).standard_normal(100)
    drawn = sieve(values[None], 0, np.random.default_rng(7), 5)
    assert np.isin(np.round(drawn, 9), np.round(values, 9)).all()
    growing = np.exp(np.arange(120) / 20) + values[:1]
    assert np.isfinite(sieve(growing[None], 1, np.random.default_rng(8), 3)).all()


def test_signs_last_as_long_as_they_should() -> None:
    signs = block_signs((400, 500), 5.0, np.random.default_rng(9))
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert abs(signs.mean()) < 0.03
    for lag in (1, 3):
        assert (signs[:, lag:] * signs[:, :-lag]).mean() == pytest.approx(0.8**lag, abs=0.02)
    single = block_signs((400, 500), 1.0, np.random.default_rng(9))
    assert abs((single[:, 1:] * single[:, :-1]).mean()) < 0.01


def test_long_run_variance_of_an_autoregression() -> None:
    """Its value is 1 / (1 - root)^2."""
    scores = autoregression(20_000, 0.5, 10)[:, None]
    for prewhiten in (True, False):
        assert long_run_variance(scores, prewhiten)[0, 0] == pytest.approx(4, rel=0.15)
    both = np.column_stack([scores[:, 0], 3 * scores[:, 0] + autoregression(20_000, 0.0, 11)])
    found = long_run_variance(both)
    assert found == pytest.approx(found.T)
    assert found[0, 1] == pytest.approx(12, rel=0.15)


def test_long_run_variance_sums_as_the_definition_says() -> None:
    """The transform against the sum over lags."""
    scores = np.random.default_rng(12).standard_normal((40, 2))
    from models.transmission.inference.long_run import _bandwidth, _quadratic_spectral

    width = _bandwidth(scores)
    total = scores.T @ scores
    for lag in range(1, 40):
        cross = scores[lag:].T @ scores[:-lag]
        total += float(_quadratic_spectral(np.array(lag / width))) * (cross + cross.T)
    assert long_run_variance(scores, prewhiten=False) == pytest.approx(total / 38)


def test_no_errors_no_variance() -> None:
    with pytest.raises(ModelError, match="fitted exactly"):
        long_run_variance(np.zeros((30, 1)))
