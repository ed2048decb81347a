"""Dynamic correlation, levels beside returns, and windows with bootstrap intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission.dynamic_correlation import Dcc, _correlations
from models.transmission.level_correlation import (
    WARNING,
    levels_and_returns,
    rank_in_history,
    unrelated_levels,
)
from models.transmission.rolling_correlation import bootstrap_windows, rolling_correlation

if TYPE_CHECKING:
    from collections.abc import Callable


def pair_of(n: int = 600, rho: float | np.ndarray = 0.5, seed: int = 0) -> pd.DataFrame:
    """Two return series with this correlation, one for all sessions or one each."""
    first, second = np.random.default_rng(seed).standard_normal((2, n))
    second = rho * first + np.sqrt(1 - np.square(rho)) * second
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({"A": first, "B": second}, index=sessions)


def prices_of(returns: pd.DataFrame) -> pd.DataFrame:
    return 100 * np.exp(returns.cumsum() / 100)


@pytest.mark.slow
def test_a_correlation_that_moves_is_followed() -> None:
    truth = np.where(np.arange(1500) < 750, 0.0, 0.8)
    for corrected in (False, True):
        fitted = Dcc(pair_of(1500, truth, seed=1), corrected).fit()
        r = fitted.correlations["A~B"].to_numpy()
        assert abs(r[300:750].mean()) < 0.15
        assert r[900:].mean() == pytest.approx(0.8, abs=0.1)
        assert fitted.ratio > 20


def test_planted_dynamics_come_back() -> None:
    rng = np.random.default_rng(2)
    n, a, b = 3000, 0.05, 0.92
    s = np.array([[1, 0.4], [0.4, 1]])
    q, z = s.copy(), np.empty((n, 2))
    for t in range(n):
        scale = np.sqrt(np.diag(q))
        z[t] = np.linalg.cholesky(q / np.outer(scale, scale)) @ rng.standard_normal(2)
        q = (1 - a - b) * s + a * np.outer(z[t], z[t]) + b * q
    fitted = Dcc(pd.DataFrame(z, columns=["A", "B"])).fit()
    assert fitted.a == pytest.approx(a, abs=0.02)
    assert fitted.b == pytest.approx(b, abs=0.05)


@pytest.mark.parametrize("corrected", [False, True])
def test_the_recursion_by_hand(corrected: bool) -> None:
    z, (a, b) = np.random.default_rng(3).standard_normal((40, 3)), (0.1, 0.7)
    used, own = z.copy(), np.ones(3)
    if corrected:
        for t in range(40):
            used[t] = np.sqrt(own) * z[t]
            own = (1 - a - b) + a * used[t] ** 2 + b * own
    s = np.corrcoef(used, rowvar=False)
    q = (1 - a - b) * s + a * s + b * s
    found = _correlations(z, np.array([a, b]), corrected)
    for t in range(40):
        scale = np.sqrt(np.diag(q))
        assert found[t] == pytest.approx(q / np.outer(scale, scale))
        q = (1 - a - b) * s + a * np.outer(used[t], used[t]) + b * q


def test_three_series_give_three_correlations_that_show_themselves() -> None:
    frame = pair_of(400).assign(C=pair_of(400, seed=9)["A"])
    fitted = Dcc(frame).fit()
    assert list(fitted.correlations) == ["A~B", "A~C", "B~C"]
    assert (fitted.correlations.abs() <= 1).all().all()
    assert "DCC(1,1)" in fitted.summary()
    assert "<table" in fitted._repr_html_()


def test_levels_and_returns_by_hand() -> None:
    prices = prices_of(pair_of(80, 0.3))
    found = levels_and_returns(prices["A"], prices["B"], 30, draws=99)
    window = prices.iloc[-30:]
    last = found.to_frame().iloc[-1]
    assert last["levels"] == pytest.approx(window.corr().iloc[0, 1])
    assert last["returns"] == pytest.approx(np.log(window).diff().corr().iloc[0, 1])
    assert len(found.table) == 51
    assert WARNING in found.summary()
    assert "<table" in found._repr_html_()


def test_levels_of_unrelated_walks_are_no_discovery() -> None:
    """Windows of unrelated prices: |r| of .8 and more is common, and p_levels knows it."""
    high, found = [], []
    for seed in range(60):
        prices = prices_of(pair_of(250, 0.0, seed))
        last = levels_and_returns(prices["A"], prices["B"], 63, draws=199, seed=seed).table.iloc[-1]
        high.append(abs(last["levels"]) > 0.6)
        found.append(last["p_levels"] < 0.05)
    assert np.mean(high) > 0.2
    assert np.mean(found) < 0.15


def test_unrelated_levels_correlate_more_the_more_they_drift() -> None:
    still, rng = pair_of(300, 0.0), np.random.default_rng(0)
    drifting = still + 1.0
    assert np.median(unrelated_levels(drifting, 60, 299, rng)) > np.median(
        unrelated_levels(still, 60, 299, rng)
    )


def test_rank_in_history() -> None:
    assert rank_in_history(pd.Series([0.1, 0.5, np.nan, 0.3])) == pytest.approx(2 / 3)
    with pytest.raises(ModelError, match="no window"):
        rank_in_history(pd.Series([np.nan]))


def test_bootstrap_windows_keep_the_correlation_and_hold_the_truth() -> None:
    frame = pair_of(900, 0.5, seed=4)
    rng = np.random.default_rng(1)
    windows = bootstrap_windows(frame["A"], frame["B"], 60, 0.9, 199, rng)
    plain = rolling_correlation(frame["A"], frame["B"], 60, 0.9)
    assert windows["r"].to_numpy() == pytest.approx(plain["r"].to_numpy())
    assert ((windows["lo"] <= windows["r"]) & (windows["r"] <= windows["hi"])).all()
    # Windows 60 sessions apart share nothing.
    apart = windows.iloc[::60]
    held = (apart["lo"] < 0.5) & (apart["hi"] > 0.5)
    assert held.mean() > 0.7


def test_fat_tails_that_come_together_widen_the_interval() -> None:
    wild = np.random.default_rng(5).standard_t(2.5, 300)
    frame = pair_of(300, 0.3, seed=6).mul(wild, axis=0)
    windows = bootstrap_windows(frame["A"], frame["B"], 100, 0.9, 199, np.random.default_rng(2))
    plain = rolling_correlation(frame["A"], frame["B"], 100, 0.9)
    assert (windows["hi"] - windows["lo"]).mean() > 1.3 * (plain["hi"] - plain["lo"]).mean()


def spoil_nan(f: pd.DataFrame) -> pd.DataFrame:
    return f.assign(A=f["A"].where(np.arange(len(f)) != 3))


BAD: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (spoil_nan, "A: no finite value in 1 rows: 2021-01-07"),
    (lambda f: f.assign(A=1.0), "A is constant"),
    (lambda f: f.head(2), "2 rows where at least"),
    (lambda f: f.iloc[::-1], "out of order at"),
    (lambda f: pd.concat([f.head(5), f.iloc[4:]]), "double: 1 rows: 2021-01-08"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD)
def test_bad_input_is_one_line(spoil: Callable[[pd.DataFrame], pd.DataFrame], words: str) -> None:
    frame = spoil(pair_of(120))
    with pytest.raises(ModelError, match=words) as caught:
        Dcc(frame).fit()
    assert "\n" not in str(caught.value)
    prices = spoil(prices_of(pair_of(120)))
    with pytest.raises(ModelError, match=words):
        levels_and_returns(prices["A"], prices["B"], 30)


def test_series_that_do_not_go_together_are_refused() -> None:
    prices = prices_of(pair_of(120))
    with pytest.raises(ModelError, match="not of the same sessions"):
        levels_and_returns(prices["A"].head(60), prices["B"].tail(60), 30)
    with pytest.raises(ModelError, match="not above 0 at 2021-01-04"):
        levels_and_returns(-prices["A"], prices["B"], 30)
    with pytest.raises(ModelError, match="fill no window"):
        levels_and_returns(prices["A"], prices["B"], 130)
    with pytest.raises(ModelError, match="collinear"):
        Dcc(pair_of(120).assign(B=lambda f: 2 * f["A"])).fit()
    with pytest.raises(ModelError, match="two series"):
        Dcc(pair_of(120)[["A"]]).fit()
