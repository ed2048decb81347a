"""The correlation family: windows, dynamics and levels in the detail."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.transmission import TransmissionSpec
from models.transmission.families.correlation import correlation
from models.transmission.sample import level_of

SPEC = TransmissionSpec(assets=("BTC-USD",), factors=("QQQ",), size_draws=0, bootstrap_draws=99)


def table_of(n: int = 300, rho: float = 0.5, seed: int = 0) -> pd.DataFrame:
    """Returns of this correlation and their prices."""
    first, second = np.random.default_rng(seed).standard_normal((2, n))
    returns = {"BTC-USD": rho * first + np.sqrt(1 - rho**2) * second, "QQQ": first}
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    table = pd.DataFrame(returns, index=sessions)
    for name in returns:
        table[level_of(name)] = 100 * np.exp(table[name].cumsum() / 100)
    return table


def test_levels_stand_beside_returns_with_their_warning() -> None:
    table = table_of()
    (found,) = correlation(table, SPEC)
    json.dumps(found.detail, allow_nan=False)
    levels, last = found.detail["levels"], table.iloc[-30:]
    assert levels["levels"] == pytest.approx(last[level_of("QQQ")].corr(last[level_of("BTC-USD")]))
    assert levels["returns"] == pytest.approx(last["QQQ"].iloc[1:].corr(last["BTC-USD"].iloc[1:]))
    assert "no evidence of co-movement" in levels["warning"]
    assert 0 < levels["p_levels"] <= 1


def test_windows_are_drawn_ranked_and_hold_the_truth() -> None:
    (found,) = correlation(table_of(), SPEC)
    rolling, plot = found.detail["rolling"], found.detail["plot"]
    assert plot["value"] == rolling["series"]["r"]
    values = np.array(plot["value"])
    assert rolling["rank"] == pytest.approx(np.mean(values <= values[-1]))
    held = (np.array(plot["lo"]) < 0.5) & (np.array(plot["hi"]) > 0.5)
    assert held.mean() > 0.7


def test_dynamic_correlation_is_there_for_every_session() -> None:
    (found,) = correlation(table_of(), SPEC)
    dynamic = found.detail["dynamic"]
    assert len(dynamic["series"]["r"]) == len(dynamic["series"]["date"]) == 300
    assert dynamic["smallest"] <= dynamic["last"] <= dynamic["largest"]


def test_levels_decide_nothing() -> None:
    table = table_of()
    other = table.assign(**{level_of("QQQ"): table[level_of("BTC-USD")]})
    mine, theirs = correlation(table, SPEC)[0], correlation(other, SPEC)[0]
    assert (mine.estimate, mine.p, mine.interval) == (theirs.estimate, theirs.p, theirs.interval)
    lacking = correlation(table[["BTC-USD", "QQQ"]], SPEC)[0]
    assert "no prices" in lacking.detail["levels"]["abstained"]
    assert lacking.p == mine.p


def test_one_series_twice_abstains() -> None:
    table = table_of()
    (found,) = correlation(table.assign(QQQ=table["BTC-USD"]), replace(SPEC, size_draws=19))
    assert found.abstained
