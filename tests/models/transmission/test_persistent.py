"""Persistent regressors: IVX by its definition, sizes where plain least squares fails."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from models.errors import ModelError
from models.transmission.persistent import PersistentRegression, ivx


def pairs(
    draws: int, n: int, rho: float, seed: int, slope: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Returns and levels whose innovations correlate at -.9."""
    rng = np.random.default_rng(seed)
    shocks, other = rng.standard_normal((2, draws, n + 300))
    index = lfilter([1.0], [1.0, -rho], shocks, axis=1)
    returns = -0.9 * shocks + np.sqrt(1 - 0.81) * other
    returns[:, 1:] += slope * index[:, :-1]
    return returns[:, 300:], index[:, 300:]


def by_definition(
    y: np.ndarray, x: np.ndarray, horizon: int, *, constant: bool
) -> tuple[float, float]:
    """The paper's estimator and Wald statistic (sections 2.2 and 5.1), session by session."""
    y, past, now = y[1:], x[:-1], x[1:]
    n = len(y)
    design = np.column_stack([np.ones(n), past])
    e = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    own = design if constant else past[:, None]
    u = now - own @ np.linalg.lstsq(own, now, rcond=None)[0]
    lags = int(n**0.33)
    omega_uu, omega_eu = u @ u / n, e @ u / n
    for h in range(1, lags + 1):
        weight = 1 - h / (lags + 1)
        omega_uu += 2 * weight * sum(u[t] * u[t - h] for t in range(h, n)) / n
        omega_eu += weight * sum(u[t] * e[t - h] for t in range(h, n)) / n
    persistence, z = 1 - 1 / n**0.95, [0.0]
    for t in range(n - 1):
        z.append(persistence * z[-1] + now[t] - past[t])
    used = n - horizon + 1
    ys, xs, zs = (
        np.array([sum(one[t : t + horizon]) for t in range(used)]) for one in (y, past, z)
    )
    first = np.array(z[:used])
    crossed = first @ (xs - xs.mean())
    slope = first @ (ys - ys.mean()) / crossed
    corrected = e @ e / n - omega_eu**2 / omega_uu
    middle = zs @ zs * (e @ e / n) - used * zs.mean() ** 2 * corrected
    return float(slope), float(slope**2 * crossed**2 / middle)


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("constant", [True, False])
def test_ivx_is_the_papers_statistic(horizon: int, constant: bool) -> None:
    returns, index = pairs(3, 180, 0.95, seed=1, slope=0.05)
    slopes, errors = ivx(returns, index, horizon, constant=constant)
    for draw in range(3):
        slope, wald = by_definition(returns[draw], index[draw], horizon, constant=constant)
        assert slopes[draw] == pytest.approx(slope, rel=1e-8)
        assert (slopes[draw] / errors[draw]) ** 2 == pytest.approx(wald, rel=1e-8)


def test_least_squares_rejects_too_often_and_ivx_does_not() -> None:
    returns, index = pairs(1500, 200, 0.98, seed=2)
    slopes, errors = ivx(returns, index)
    assert 0.03 <= np.mean(np.abs(slopes / errors) > 1.96) <= 0.07
    slopes, errors = ivx(returns, index, 5)
    assert 0.02 <= np.mean(np.abs(slopes / errors) > 1.96) <= 0.075
    y = returns[:, 1:] - returns[:, 1:].mean(axis=1, keepdims=True)
    x = index[:, :-1] - index[:, :-1].mean(axis=1, keepdims=True)
    plain = (y * x).sum(axis=1) / (x * x).sum(axis=1)
    left = y - plain[:, None] * x
    t = plain / np.sqrt((left**2).sum(axis=1) / 197 / (x * x).sum(axis=1))
    assert np.mean(np.abs(t) > 1.96) > 0.10


def test_the_corrections_remove_the_bias() -> None:
    returns, index = pairs(300, 150, 0.95, seed=3)
    found = [
        PersistentRegression(pd.Series(y), pd.Series(x)).fit()
        for y, x in zip(returns, index, strict=True)
    ]
    mean = {
        method: float(np.mean([one.slopes[method][0] for one in found]))
        for method in ("ols", "stambaugh", "amihud-hurvich")
    }
    assert mean["ols"] > 0.018
    assert abs(mean["stambaugh"]) < 0.25 * mean["ols"]
    assert abs(mean["amihud-hurvich"]) < 0.25 * mean["ols"]
    assert np.mean([one.bias for one in found]) == pytest.approx(mean["ols"], rel=0.25)
    assert np.mean([one.delta for one in found]) == pytest.approx(-0.9, abs=0.01)
    rho = np.mean([[one.rho, one.rho_corrected] for one in found], axis=0)
    assert rho[0] < 0.935
    assert rho[1] == pytest.approx(0.95, abs=0.01)
    t = [np.divide(*one.slopes["amihud-hurvich"]) for one in found]
    assert 0.02 <= np.mean(np.abs(t) > 1.96) <= 0.1


def test_what_foretells_is_found_and_covered() -> None:
    returns, index = pairs(400, 300, 0.95, seed=4, slope=0.1)
    slopes, errors = ivx(returns, index)
    assert np.mean(np.abs(slopes / errors) > 1.96) > 0.5
    assert 0.85 <= np.mean(np.abs(slopes - 0.1) <= 1.645 * errors) <= 0.95


def test_where_an_index_is_centred_does_not_matter() -> None:
    returns, index = (one[0] for one in pairs(1, 200, 0.9, seed=5))
    slope, error = ivx(returns, index)
    assert ivx(returns, index + 100) == pytest.approx((slope, error))
    assert ivx(returns, 10 * index) == pytest.approx((slope / 10, error / 10))


def test_the_result_shows_itself() -> None:
    returns, index = (pd.Series(one[0]) for one in pairs(1, 200, 0.9, seed=6))
    found = PersistentRegression(returns, index, horizon=3).fit()
    assert list(found.to_frame().index) == ["ols", "stambaugh", "amihud-hurvich", "ivx"]
    assert found.wald == pytest.approx(found.to_frame().loc["ivx", "t"] ** 2)
    assert "IVX Wald" in found.summary()
    assert "<table" in found._repr_html_()


BAD: dict[str, tuple[Callable[[pd.Series], pd.Series], str]] = {
    "NaN-ridden": (lambda one: one.where(one > -0.5), "no finite value"),
    "constant": (lambda one: one * 0, "constant"),
    "two rows": (lambda one: one.head(2), "not of the same sessions"),
    "non-overlapping": (lambda one: one.set_axis(one.index + 500), "not of the same sessions"),
    "unsorted": (lambda one: one.iloc[::-1], "order differs"),
    "double": (lambda one: pd.concat([one, one.tail(1)]), "not of the same sessions"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_series_end_in_one_line(case: str) -> None:
    change, message = BAD[case]
    returns, index = (pd.Series(one[0]) for one in pairs(1, 200, 0.5, seed=7))
    with pytest.raises(ModelError, match=message) as caught:
        PersistentRegression(change(returns), index).fit()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("case", "message"),
    [("two rows", "2 rows"), ("unsorted", "out of order"), ("double", "double")],
)
def test_bad_pairs_end_in_one_line(case: str, message: str) -> None:
    returns, index = (BAD[case][0](pd.Series(one[0])) for one in pairs(1, 200, 0.5, seed=7))
    with pytest.raises(ModelError, match=message):
        PersistentRegression(returns, index).fit()


def test_senseless_choices() -> None:
    returns, index = (pd.Series(one[0]) for one in pairs(1, 200, 0.5, seed=8))
    with pytest.raises(ModelError, match="horizon"):
        PersistentRegression(returns, index, horizon=90).fit()
    with pytest.raises(ModelError, match="exactly"):
        PersistentRegression(2 * index.shift(1).fillna(0), index).fit()
