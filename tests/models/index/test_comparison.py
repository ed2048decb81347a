"""Two series side by side: against scipy, against a planted lead, and against no connection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from models.errors import ModelError
from models.index.comparison import Draws, association, changes, compare, cross_correlation

FEW = Draws(draws=200)


def ar1(n: int, phi: float, rng: np.random.Generator) -> np.ndarray:
    shocks = rng.standard_normal(n + 50)
    series = np.zeros(n + 50)
    for t in range(1, n + 50):
        series[t] = phi * series[t - 1] + shocks[t]
    return series[50:]


def positive(n: int, seed: int) -> np.ndarray:
    return np.asarray(np.exp(0.5 * np.random.default_rng(seed).standard_normal(n)) * 200)


def test_changes_by_hand() -> None:
    found = changes(np.array([0.0, 100.0, 300.0, np.nan, 100.0, -100.0]))
    two = np.log(2)
    assert found == pytest.approx([np.nan, two, two, np.nan, np.nan, -2 * two], nan_ok=True)


def test_correlations_are_scipys_over_the_pairs_that_are_there() -> None:
    rng = np.random.default_rng(1)
    x = rng.standard_normal(80)
    y = 0.5 * x + np.round(rng.standard_normal(80))
    x[3], y[[10, 11]] = np.nan, np.nan
    both = np.isfinite(x) & np.isfinite(y)
    found = association(x, y, FEW)
    assert found.n == 77
    assert found.pearson.value == pytest.approx(pearsonr(x[both], y[both])[0])
    assert found.spearman.value == pytest.approx(spearmanr(x[both], y[both])[0])
    for one in (found.pearson, found.spearman):
        assert one.lo < one.value < one.hi


def test_intervals_are_as_wide_as_theory_says() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((2, 400))
    found = association(x, y, Draws(draws=2000)).pearson
    assert found.hi - found.lo == pytest.approx(2 * 1.96 / np.sqrt(400), rel=0.12)


def test_a_lag_by_hand() -> None:
    x, y = positive(60, 3), positive(60, 4)
    found = {one.lag: one for one in cross_correlation(x, y, 3, FEW)}
    assert sorted(found) == [-3, -2, -1, 0, 1, 2, 3]
    assert found[2].r.value == pytest.approx(pearsonr(x[:-2], y[2:])[0])
    assert found[-3].r.value == pytest.approx(pearsonr(x[3:], y[:-3])[0])
    assert (found[2].n, found[-3].n) == (58, 57)
    for one in found.values():
        assert one.joint_lo <= one.r.lo < one.r.value < one.r.hi <= one.joint_hi


@pytest.mark.parametrize("sign", [1, -1])
def test_a_planted_lead_of_two_sessions_is_found(sign: int) -> None:
    rng = np.random.default_rng(5)
    log = np.cumsum(0.2 * rng.standard_normal((2, 152)), axis=1)
    first = 500 * np.exp(log[0] - log[0].mean())
    follows = sign * np.r_[0.0, 0.0, log[0][:-2]] + 0.3 * (log[1] - log[1].mean())
    second = 500 * np.exp(follows - follows.mean())
    found = compare(first, second, 6, FEW).largest
    assert (found.lag, found.outside) == (2, True)
    assert np.sign(found.r.value) == sign
    assert compare(second, first, 6, FEW).largest.lag == -2


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), gaps=st.sets(st.integers(0, 59), max_size=8))
def test_turned_round_the_lags_are_mirrored(seed: int, gaps: set[int]) -> None:
    x, y = positive(60, seed), positive(60, seed + 1)
    x[list(gaps)] = np.nan
    there = cross_correlation(x, y, 4, Draws(draws=20))
    back = cross_correlation(y, x, 4, Draws(draws=20))
    for one, other in zip(there, reversed(back), strict=True):
        assert (one.lag, one.n) == (-other.lag, other.n)
        assert one.r.value == pytest.approx(other.r.value)


def test_a_gap_is_not_bridged() -> None:
    first, second = positive(60, 6), positive(60, 7)
    first[30] = np.nan
    found = compare(first, second, 2, FEW)
    assert (found.levels.n, found.changes.n) == (59, 57)


def test_lags_with_too_few_pairs_are_left_out() -> None:
    found = compare(positive(25, 8), positive(25, 9), 10, FEW)
    assert [one.lag for one in found.lagged] == [-4, -3, -2, -1, 0, 1, 2, 3, 4]
    assert min(one.n for one in found.lagged) == 20


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(ModelError, match="19 pairs"):
        compare(positive(20, 1), positive(20, 2))
    with pytest.raises(ModelError, match="the second series stands still"):
        compare(positive(40, 1), np.full(40, 100.0))


def test_a_series_and_itself_go_together_wholly() -> None:
    x = positive(60, 10)
    found = compare(x, x.copy(), 2, FEW)
    assert found.changes.pearson.value == pytest.approx(1)
    assert (found.largest.lag, found.largest.outside) == (0, True)


def test_the_same_question_has_the_same_answer() -> None:
    x, y = positive(60, 11), positive(60, 12)
    assert compare(x, y, 3, FEW) == compare(x, y, 3, FEW)
    assert compare(x, y, 3, FEW) != compare(x, y, 3, Draws(draws=200, seed=12))


@pytest.mark.slow
def test_the_joint_band_holds_no_connection_at_all_lags() -> None:
    rng = np.random.default_rng(13)
    joint, own, looks = 0, 0, 0
    for seed in range(200):
        x, y = (np.diff(ar1(150, 0.8, rng)) for _ in range(2))
        found = cross_correlation(x, y, 10, Draws(draws=300, seed=seed))
        joint += not any(one.outside for one in found)
        own += sum(one.r.shown for one in found)
        looks += len(found)
    # .95 and 2.6 standard errors of 200 samples to either side; measured: .92 to .94.
    assert 0.91 <= joint / 200 <= 0.99
    assert own / looks == pytest.approx(0.05, abs=0.02)
