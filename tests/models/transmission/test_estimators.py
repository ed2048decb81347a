"""The pieces: HAC errors, innovations, power, unit roots, adjustment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from models.errors import ModelError
from models.transmission.inference.hac import batch, fit, newey_west_lags, wald
from models.transmission.inference.multiple_testing import adjusted
from models.transmission.inference.power import (
    needed_distance,
    smallest_correlation,
    smallest_effect,
    smallest_joint_correlation,
)
from models.transmission.inference.size import dickey_fuller, size_of_slope, size_of_unit_root
from models.transmission.innovations import ar_innovations
from models.transmission.rolling_correlation import bootstrap_interval, rolling_correlation
from models.transmission.unit_roots import UnitRoot, unit_root


def ar1(n: int, phi: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    series = np.zeros(n)
    for t in range(1, n):
        series[t] = phi * series[t - 1] + rng.standard_normal()
    return series


# -- HAC -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lags", [1, 4, 9])
def test_batch_is_the_librarys_formula(lags: int) -> None:
    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(120), rng.standard_normal((120, 3))])
    responses = rng.standard_normal((5, 120)) * (1 + design[:, 1] ** 2)
    coefficients, covariances = batch(responses, design, lags)
    for draw in range(5):
        one = fit(responses[draw], design, lags)
        assert coefficients[draw] == pytest.approx(one.coefficients, abs=1e-10)
        assert covariances[draw] == pytest.approx(one.covariance, rel=1e-8)


def test_wald_is_the_librarys_statistic() -> None:
    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(90), rng.standard_normal((90, 3))])
    response = rng.standard_normal(90) + 0.2 * design[:, 2]
    one = fit(response, design, 3)
    library = OLS(response, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}, use_t=True
    )
    test = library.wald_test(np.eye(4)[[1, 2]], use_f=True, scalar=True)
    ours = wald(one.coefficients[None], one.covariance[None], [1, 2])[0]
    assert ours == pytest.approx(float(test.statistic), rel=1e-8)
    assert one.p_value(2) == pytest.approx(library.pvalues[2], rel=1e-8)
    assert one.interval(2, 0.9) == pytest.approx(tuple(library.conf_int(0.1)[2]), rel=1e-8)


def test_lags_grow_with_the_sample_and_cover_the_horizon() -> None:
    assert [newey_west_lags(n) for n in (60, 100, 250, 1500)] == [3, 4, 4, 7]
    assert newey_west_lags(100, horizon=10) == 10


# -- innovations -----------------------------------------------------------------------------


def test_innovations_of_an_autoregression() -> None:
    series = pd.Series(100 + ar1(2000, 0.6, seed=3))
    found = ar_innovations(series)
    assert found.order == 1
    assert found.coefficients[1] == pytest.approx(0.6, abs=0.05)
    assert found.sd == pytest.approx(1.0, abs=0.05)
    assert abs(found.residuals.autocorr(1)) < 0.05
    assert found.residuals.isna().tolist() == [True] + [False] * 1999


def test_white_noise_has_no_lags() -> None:
    assert ar_innovations(pd.Series(np.random.default_rng(4).standard_normal(500))).order == 0


def test_a_gap_is_not_bridged() -> None:
    series = pd.Series(ar1(300, 0.6, seed=5))
    series[100] = np.nan
    residuals = ar_innovations(series).residuals
    assert residuals[residuals.isna()].index.tolist() == [0, 100, 101]


def test_innovations_refuse_a_constant_and_too_few() -> None:
    with pytest.raises(ModelError, match="constant"):
        ar_innovations(pd.Series(np.ones(100)))
    with pytest.raises(ModelError, match="10 complete"):
        ar_innovations(pd.Series(np.arange(15.0)))


# -- power and adjustment --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "rho"), [(21, 0.58), (30, 0.49), (61, 0.35), (120, 0.25), (250, 0.18), (500, 0.13)]
)
def test_smallest_detectable_correlations(n: int, rho: float) -> None:
    assert smallest_correlation(n) == pytest.approx(rho, abs=0.006)


def test_power_is_what_it_says() -> None:
    """Draw from the effect that should be found 8 times in 10, and count."""
    assert needed_distance() == pytest.approx(2.80, abs=0.005)
    rng = np.random.default_rng(9)
    found = np.abs(rng.standard_normal(20_000) + smallest_effect(1.0)) > 1.96
    assert found.mean() == pytest.approx(0.80, abs=0.01)
    # One restriction is the two-sided test of one correlation.
    assert smallest_joint_correlation(250, 1) == pytest.approx(smallest_correlation(250), abs=0.005)
    assert smallest_joint_correlation(250, 3) > smallest_joint_correlation(250, 1)
    assert smallest_joint_correlation(250, 3, inflation=1.5) > smallest_joint_correlation(250, 3)
    with pytest.raises(ModelError):
        smallest_correlation(3)


def test_benjamini_hochberg_by_hand() -> None:
    assert adjusted([0.04, 0.01, 0.03, 0.5]) == pytest.approx([0.16 / 3, 0.04, 0.16 / 3, 0.5])
    assert adjusted([]) == []


# -- unit roots ------------------------------------------------------------------------------


def test_unit_root_answers() -> None:
    assert unit_root(ar1(400, 0.3, seed=10)).answer(0.05).startswith("stationary")
    walk = np.cumsum(np.random.default_rng(11).standard_normal(400))
    assert unit_root(walk).answer(0.05).startswith("not stationary")
    assert UnitRoot(-1.0, 0.7, 0, 0.1, 0.1).answer(0.05).startswith("this sample could not tell")
    assert UnitRoot(-5.0, 0.001, 0, 1.0, 0.01).answer(0.05).startswith("mixed")
    assert UnitRoot(-5.0, 0.001, 0, 0.1, 0.1).answer(0.05, adf_p=0.3).startswith("this sample")


@pytest.mark.parametrize(
    "values",
    [
        np.ones(50),
        np.arange(10.0),
        np.r_[np.arange(40.0), np.nan],
        np.tile([1.0, 2.0, 3.0, -5.0], 30),  # repeats itself exactly: the library gives up
    ],
)
def test_unit_root_refuses_what_it_cannot_use(values: np.ndarray) -> None:
    with pytest.raises(ModelError):
        unit_root(values)


# -- size ------------------------------------------------------------------------------------


def test_size_of_a_sound_test_is_near_nominal() -> None:
    rng = np.random.default_rng(12)
    response, regressor = rng.standard_normal((2, 400))
    design = np.column_stack([np.ones(400), regressor])
    size = size_of_slope(response, design, 1, 1, 0.5, 1000, rng)
    assert 0.03 <= size.rate <= 0.075
    assert size.trusted
    assert size.p_simulated == pytest.approx(0.617, abs=0.06)


def test_size_finds_an_unsound_test() -> None:
    """Two persistent series and errors that allow for one lag only: far too many rejections."""
    rng = np.random.default_rng(13)
    design = np.column_stack([np.ones(200), ar1(200, 0.9, seed=14)])
    size = size_of_slope(ar1(200, 0.9, seed=15), design, 1, 1, 2.5, 400, rng)
    assert size.rate > 0.15
    assert not size.trusted
    assert size.inflation > 1.3
    assert size.p_simulated > 0.05  # a t of 2.5 is nothing here


@pytest.mark.parametrize("phi", [0.0, 0.8])
def test_size_of_the_unit_root_test_on_stationary_series(phi: float) -> None:
    """Its null has a unit root even if the series has none (naive resampled steps give .9)."""
    series = ar1(150, phi, seed=16)
    found = unit_root(series)
    rng = np.random.default_rng(17)
    size = size_of_unit_root(series, found.adf_lags, found.adf, 600, rng)
    assert 0.02 <= size.rate <= 0.09


def test_the_unit_root_statistic_is_the_librarys() -> None:
    series = ar1(150, 0.8, seed=18)
    found = unit_root(series)
    ours = dickey_fuller(series[None], found.adf_lags)[1][0]
    assert ours == pytest.approx(found.adf, rel=1e-8)


# -- correlation -----------------------------------------------------------------------------


def test_rolling_correlation_by_hand() -> None:
    rng = np.random.default_rng(19)
    x = pd.Series(rng.standard_normal(60))
    y = 0.5 * x + pd.Series(rng.standard_normal(60))
    y[10] = np.nan
    rolling = rolling_correlation(x, y, window=30)
    assert len(rolling) == 30
    last = rolling.loc[59]
    assert last["r"] == pytest.approx(x.tail(30).corr(y.tail(30)))
    half = 1.95996 / np.sqrt(27)
    assert np.arctanh(last["hi"]) - np.arctanh(last["r"]) == pytest.approx(half, abs=1e-4)
    # The window that ends at 39 passes over the gap: it holds sessions 9 to 39 without 10.
    assert rolling.loc[39, "r"] == pytest.approx(x.loc[9:39].corr(y.loc[9:39]))
    with pytest.raises(ModelError, match="fill no window"):
        rolling_correlation(x.head(20), y.head(20))


def test_bootstrap_interval_covers_the_correlation() -> None:
    rng = np.random.default_rng(20)
    covered = []
    for _ in range(60):
        x, e = rng.standard_normal((2, 150))
        low, high = bootstrap_interval(x, 0.6 * x + 0.8 * e, 200, 0.90, rng)
        covered.append(low <= 0.6 <= high)
    assert 0.78 <= np.mean(covered) <= 0.98
