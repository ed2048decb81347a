"""The null of predictive tests, and the covariance of paths."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import ModelError
from models.transmission.inference.hac import fit
from models.transmission.inference.horizons import (
    covariance,
    largest_of,
    paths,
    t_statistics,
)
from models.transmission.inference.predictive_null import lagged, predictive_null
from models.transmission.inference.size import size_of_predictive


def foretold(n: int, rho: float, slope: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shocks, other = rng.standard_normal((2, n))
    index = np.zeros(n)
    for day in range(1, n):
        index[day] = rho * index[day - 1] + shocks[day]
    returns = -0.8 * shocks + 0.6 * other
    returns[1:] += slope * index[:-1]
    return returns, 100 + index


def test_draws_keep_the_day_and_forget_the_past() -> None:
    returns, index = foretold(400, 0.9, slope=0.5, seed=1)
    null = predictive_null(returns, index, 1)
    drawn, levels, _ = null.draw(300, 400, np.random.default_rng(2))
    steps = levels[:, 1:] - null.constant - null.coefficients[0] * levels[:, :-1]
    assert np.corrcoef(drawn[:, 1:].ravel(), steps.ravel())[0, 1] == pytest.approx(
        np.corrcoef(null.pairs[:, :2].T)[0, 1], abs=0.02
    )
    # The next return has nothing to do with today's innovation, though in the sample it has.
    assert abs(np.corrcoef(drawn[:, 2:].ravel(), steps[:, :-1].ravel())[0, 1]) < 0.01
    assert drawn.mean() == pytest.approx(returns[1:].mean(), abs=0.1)
    assert levels.mean() == pytest.approx(index.mean(), abs=1.0)


def test_the_null_is_as_persistent_as_the_index_not_as_its_biased_estimate() -> None:
    rhos = [
        predictive_null(*foretold(120, 0.95, 0.0, seed), 1).coefficients[0] for seed in range(150)
    ]
    assert np.mean(rhos) == pytest.approx(0.95, abs=0.012)
    assert max(rhos) <= 0.995


def test_other_columns_are_drawn_with_their_session() -> None:
    returns, index = foretold(200, 0.5, 0.0, seed=3)
    null = predictive_null(returns, index, 2, np.abs(returns - returns[2:].mean())[:, None])
    drawn, _, further = null.draw(50, 20, np.random.default_rng(4))
    assert np.abs(drawn - null.mean) == pytest.approx(further[:, :, 0], abs=1e-9)


def test_gaps_are_left_out() -> None:
    returns, index = foretold(200, 0.5, 0.0, seed=5)
    index[50] = np.nan
    assert len(predictive_null(returns, index, 1).pairs) == 197
    with pytest.raises(ModelError, match="too few"):
        predictive_null(returns[:15], index[:15], 1)
    with pytest.raises(ModelError, match="too few"):
        predictive_null(np.full(200, np.nan), index, 1)


def test_the_bias_of_a_persistent_index_is_in_the_measured_size() -> None:
    """A regression on the level itself: far more than 5 % of nulls are rejected, and it is seen."""
    returns, index = foretold(120, 0.97, 0.0, seed=6)
    null = predictive_null(returns, index, 1)
    size = size_of_predictive(null, 100, 5, 5, 1.0, 600, np.random.default_rng(7))
    assert size.rate > 0.1
    assert not size.trusted
    drawn, levels, _ = null.draw(101, 600, np.random.default_rng(8))
    design = np.stack([np.ones((600, 100)), levels[:, :-1]], axis=1)
    all_there = np.ones((1, 100), dtype=bool)
    t = t_statistics(design, drawn[:, None, 1:], all_there, np.array([0.0, 1.0]), 4)[:, 0]
    # The index falls when returns rise, so the slope is bent upwards.
    assert np.mean(t > 1.96) > 3 * np.mean(t < -1.96)


def test_lags_are_missing_where_there_are_none() -> None:
    table = lagged(np.array([1.0, 2.0, 3.0]), 1, 2)
    assert np.isnan(table[0]).all()
    assert table[2].tolist() == [2.0, 1.0]


def test_window_sums_are_the_bartlett_estimate() -> None:
    rng = np.random.default_rng(9)
    design = np.column_stack([np.ones(90), rng.standard_normal((90, 2))])
    responses = rng.standard_normal((2, 90))
    present = np.ones((2, 90), dtype=bool)
    present[1, 80:] = False
    filled = np.where(present, responses, 0.0)
    found = paths(design.T[None], filled[None], present, np.array([0.0, 1.0, 0.0]))
    both = covariance(found.influences[0], 4)
    for h, n in ((0, 90), (1, 80)):
        library = fit(responses[h, :n], design[:n], 4)
        assert found.estimates[0, h] == pytest.approx(library.value(1), rel=1e-10)
        assert both[h, h] ** 0.5 == pytest.approx(library.error(1), rel=1e-10)
    # Across horizons: the weighted sum of cross-covariances.
    one, two = found.influences[0]
    cross = one @ two + sum(
        (1 - lag / 5) * (one[lag:] @ two[:-lag] + two[lag:] @ one[:-lag]) for lag in range(1, 5)
    )
    assert both[0, 1] == pytest.approx(cross, rel=1e-10)
    t = t_statistics(design.T[None], filled[None], present, np.array([0.0, 1.0, 0.0]), 4)
    assert t[0] == pytest.approx(found.estimates[0] / np.sqrt(np.diag(both)))


def test_the_largest_of_many() -> None:
    alone = np.quantile(largest_of(np.eye(1)), 0.95)
    assert alone == pytest.approx(1.96, abs=0.03)
    # Independent: 1 - (1 - .05)^(1/10), two-sided.
    assert np.quantile(largest_of(4 * np.eye(10)), 0.95) == pytest.approx(2.80, abs=0.04)
    assert np.quantile(largest_of(np.ones((10, 10))), 0.95) == pytest.approx(1.96, abs=0.03)
