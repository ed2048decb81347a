"""The Granger family beside the library's test, where the two must agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import grangercausalitytests

from models.transmission import TransmissionSpec
from models.transmission.families.granger import granger
from models.transmission.sample import REALTIME

SPEC = TransmissionSpec(assets=("QQQ",), size_draws=0)


def table_of(n: int, lead: float) -> pd.DataFrame:
    """Even noise: nothing that errors robust to clustered variance would see."""
    rng = np.random.default_rng(21)
    fear, returns = rng.standard_normal((2, n))
    returns[1:] += lead * fear[:-1]
    sessions = pd.bdate_range("1990-01-01", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({REALTIME: fear, "QQQ": returns}, index=sessions)


@pytest.mark.parametrize("lead", [0.0, 0.05])
def test_same_coefficients_and_on_even_noise_nearly_the_same_statistic(lead: float) -> None:
    table = table_of(8000, lead)
    scaled = table / [table[REALTIME].std(), 1.0]
    for place, order in enumerate((["QQQ", REALTIME], [REALTIME, "QQQ"])):
        ours = granger(table, SPEC)[place]
        lags = ours.detail["granger_lags"]
        tests, models = grangercausalitytests(scaled[order].to_numpy(), [lags])[lags]
        theirs = models[1].params[lags : 2 * lags].sum()
        assert ours.estimate == pytest.approx(theirs)
        assert ours.n == 8000 - lags
        f, p, _, _ = tests["params_ftest"]
        assert ours.detail["statistic"] == pytest.approx(float(f), rel=0.12, abs=0.02)
        assert ours.p == pytest.approx(float(p), abs=0.03)


def test_where_variance_clusters_only_the_robust_test_keeps_its_size() -> None:
    """Returns as wild as fear was yesterday: the library's test rejects far too often."""
    rng = np.random.default_rng(22)
    ours, theirs = [], []
    for _ in range(60):
        fear, noise = rng.standard_normal((2, 400))
        returns = noise * np.r_[1.0, fear[:-1] ** 2]
        table = pd.DataFrame({REALTIME: fear, "QQQ": returns})
        table.index = pd.bdate_range("2022-01-03", periods=400).strftime("%Y-%m-%d")
        one = granger(table, replace(SPEC, max_lags=1))[0]
        ours.append(one.p < 0.05)
        f = grangercausalitytests(table[["QQQ", REALTIME]].to_numpy(), [1])[1][0]["params_ftest"]
        theirs.append(f[1] < 0.05)
    assert np.mean(theirs) > 0.2
    assert np.mean(ours) < 0.15
