"""The downside family by regime and through time; the whole-sample betas are tested elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.transmission import TransmissionSpec
from models.transmission.families.downside import downside
from models.transmission.sample import level_of

SPEC = TransmissionSpec(
    assets=("BTC-USD",), factors=("QQQ",), rolling=60, size_draws=0, bootstrap_draws=20
)


def table_of(n: int = 800, extra: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Bitcoin's down beta is 1, and more by `extra` after a close with a VIX above 20."""
    rng = np.random.default_rng(seed)
    qqq, noise = rng.standard_normal((2, n))
    vix = 20 + rng.standard_normal(n)
    stress = np.r_[0.0, vix[:-1] > 20]
    bitcoin = qqq + extra * stress * np.minimum(qqq, 0) + 0.7 * noise
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({"BTC-USD": bitcoin, "QQQ": qqq, level_of("VIX"): vix}, index=sessions)


def test_a_planted_difference_comes_back() -> None:
    results = downside(table_of(2000, extra=0.8), replace(SPEC, size_draws=99))
    found = {result.hypothesis: result for result in results}
    assert list(found) == [
        "downside-beta:BTC-USD~QQQ",
        "downside-asymmetry:BTC-USD~QQQ",
        "downside-regime:BTC-USD~QQQ",
    ]
    regime = found["downside-regime:BTC-USD~QQQ"]
    assert regime.interval is not None
    assert regime.interval[0] < 0.8 < regime.interval[1]
    assert regime.p is not None
    assert regime.p < 0.001
    betas = regime.detail["regimes"]
    difference = betas["stress"]["betas"]["down"]["value"] - betas["calm"]["betas"]["down"]["value"]
    assert regime.estimate == pytest.approx(difference)
    assert regime.detail["p_equal"] < 0.001
    for result in results:
        json.dumps(result.detail, allow_nan=False)


def test_the_rolling_beta_is_there_to_be_drawn() -> None:
    table = table_of(200)
    plot = downside(table, SPEC)[0].detail["plot"]
    assert plot["kind"] == "rolling"
    assert len(plot["date"]) == len(plot["value"]) == len(plot["lo"]) == 141
    last = table.iloc[-60:]
    beta = np.polyfit(last["QQQ"], last["BTC-USD"], 1)[0]
    assert plot["value"][-1] == pytest.approx(beta)
    assert "plot" not in downside(table, replace(SPEC, rolling=300))[0].detail


def test_no_difference_is_found_about_one_time_in_twenty() -> None:
    ps = [downside(table_of(300, seed=seed), SPEC)[2].p for seed in range(60)]
    assert np.mean([p is not None and p < 0.05 for p in ps]) <= 0.15


def test_no_state_no_question_and_no_prices_of_it_an_abstention() -> None:
    table = table_of(200)
    assert len(downside(table, replace(SPEC, state=None))) == 2
    lacking = downside(table[["BTC-USD", "QQQ"]], SPEC)[2]
    assert lacking.verdict == "abstained: no prices of VIX"
    calm = table.assign(**{level_of("VIX"): np.arange(200.0)[::-1]})
    assert "abstained" in downside(calm, SPEC)[2].verdict
