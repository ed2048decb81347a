"""Shares from fear in a world whose decomposition is known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.transmission import TransmissionSpec
from models.transmission import vector_autoregression as var
from models.transmission.families.connectedness import connectedness
from models.transmission.sample import REALTIME
from models.transmission.variance_shares import nets, tables
from models.transmission.verdicts import judge

if TYPE_CHECKING:
    from models.transmission.results import TestResult

SPEC = TransmissionSpec(var_lags=2, size_draws=99, bootstrap_draws=99, seed=3)
MIX = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0.8, 0.7, 0], [0, 0.4, 0.2, 1]])
COLUMNS = [REALTIME, "QQQ", "NVDA", "BTC-USD"]


def lagged_of(lead: float, feedback: float = 0.0) -> np.ndarray:
    """Fear leads all three by a session with this coefficient; Bitcoin leads QQQ with the other."""
    lagged = np.zeros((1, 1, 4, 4))
    lagged[0, 0, 0, 0], lagged[0, 0, 1:, 0], lagged[0, 0, 1, 3] = 0.5, lead, feedback
    return lagged


def world(n: int, lead: float, seed: int, feedback: float = 0.0) -> pd.DataFrame:
    shocks = np.random.default_rng(seed).standard_normal((1, n + 50, 4)) @ MIX.T
    zero = np.zeros((1, 1, 4))
    path = var.simulate(zero[0], lagged_of(lead, feedback), shocks, zero)[0, 51:]
    sessions = pd.bdate_range("2022-01-03", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame(path, index=sessions, columns=COLUMNS)


def truth(lead: float, feedback: float = 0.0) -> np.ndarray:
    covariance = (MIX @ MIX.T)[None]
    known = var.Autoregressions(
        np.zeros((1, 4)), lagged_of(lead, feedback), np.zeros((1, 0, 4)), covariance
    )
    far, near = tables(known, 10), tables(known, 1)
    assert nets(near)[0, 3] < -2  # nobody leads anybody within a day, and yet Bitcoin "takes"
    return np.asarray(far[0])


def by_name(found: list[TestResult]) -> dict[str, TestResult]:
    return {one.hypothesis.removeprefix("connectedness:"): one for one in found}


def test_a_planted_share_comes_back() -> None:
    known = truth(0.4)
    found = by_name(judge(connectedness(world(1500, 0.4, seed=1), SPEC), SPEC))
    for row, name in enumerate(COLUMNS[1:], start=1):
        result = found[f"fear->{name}"]
        assert result.estimate == pytest.approx(known[row, 0], abs=3)
        assert result.interval is not None
        assert result.interval[0] < known[row, 0] < result.interval[1]
        assert result.p == pytest.approx(0.01)
        assert result.verdict.startswith("supported")
        bands = result.detail["bands"]
        assert sum(bands.values()) == pytest.approx(result.estimate, abs=1)
        orders = result.detail["cholesky"]
        # Fear does nothing on the same day here, so the order hardly matters.
        assert orders["first"] == pytest.approx(orders["last"], abs=1.5)
    assert found["net:fear"].estimate > 15
    assert found["net:fear"].verdict.startswith("supported")
    assert found["net:BTC-USD"].estimate < 0


def test_without_fear_there_is_nothing_to_find() -> None:
    # The measured size is the ratio of two simulated tails: 99 draws would say .02 to .16.
    spec = replace(SPEC, size_draws=599, bootstrap_draws=599)
    found = by_name(judge(connectedness(world(300, 0.0, seed=2), spec), spec))
    for name, result in found.items():
        if name == "total":
            continue
        assert "could not tell" in result.verdict
        assert result.size is not None
        assert 0.02 <= result.size <= 0.085
        assert result.mde is not None
        assert result.mde > 0
        low, high = result.interval or (1.0, 0.0)
        assert low <= 0 <= high
    assert found["fear->QQQ"].estimate > 0  # chance alone
    assert found["fear->QQQ"].detail["chance"] > 0


def test_a_tail_that_leads_is_a_giver() -> None:
    """The rows' normalisation makes Bitcoin's whole net negative; what its lags add is not."""
    found = by_name(connectedness(world(1500, 0.0, seed=3, feedback=0.3), SPEC))
    net = found["net:BTC-USD"]
    assert net.estimate > 3
    assert net.p == pytest.approx(0.01)
    assert judge([net], SPEC)[0].verdict.startswith("contradicted")  # expected was a taker


def test_total_is_described_and_drawn() -> None:
    found = by_name(judge(connectedness(world(400, 0.3, seed=4), SPEC), SPEC))["total"]
    assert (found.p, found.q, found.size, found.mde) == (None, None, None, None)
    assert found.verdict.startswith("description: ")
    assert found.interval is not None
    assert found.interval[0] < found.estimate < found.interval[1]
    network, rolling = found.detail["plot"]
    assert network["kind"] == "network"
    assert [sum(row) for row in network["table"]] == pytest.approx([100.0] * 4)
    assert rolling["kind"] == "rolling"
    assert rolling["date"][0] == world(400, 0.3, 4).index[119]
    assert len(rolling["date"]) == len(rolling["value"]) == 281
    assert found.detail["volatility"]["total"] > 0
    json.dumps(found.detail)


def test_draws_are_repeatable_and_can_be_left_out() -> None:
    table = world(200, 0.2, seed=5)
    first, second = (connectedness(table, SPEC) for _ in range(2))
    assert [one.interval for one in first] == [one.interval for one in second]
    plain = connectedness(table, replace(SPEC, size_draws=0))
    assert all(one.size is None for one in plain)
    assert [one.p for one in plain] == [one.p for one in first]


def test_a_gap_is_not_bridged() -> None:
    table = world(300, 0.3, seed=6)
    torn = table.copy()
    torn.iloc[100, 3] = np.nan
    whole, found = (connectedness(one, SPEC)[0] for one in (table, torn))
    assert found.n == whole.n - 3
    assert found.detail["gaps"] == 1
    assert found.estimate == pytest.approx(whole.estimate, abs=1)


def test_later_prices_change_no_earlier_window() -> None:
    table = world(300, 0.3, seed=7)
    changed = table.copy()
    changed.iloc[250:, 1:] *= -2
    plots = [connectedness(one, SPEC)[-1].detail["plot"][1] for one in (table, changed)]
    same = 250 - SPEC.rolling + 1
    # Rounding alone: the whole sample's scale is another.
    assert plots[0]["value"][:same] == pytest.approx(plots[1]["value"][:same], rel=1e-8)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="NVDA"), "no prices of NVDA"),
        (lambda t: t.assign(NVDA=np.nan), "no session has a value"),
        (lambda t: t.assign(NVDA=1.0), "NVDA is constant"),
        (lambda t: t.iloc[:2], "2 complete sessions"),
        (lambda t: t.assign(NVDA=t["QQQ"]), "collinear|singular"),
        (lambda t: t[(np.arange(len(t)) % 3 > 0)].reindex(t.index), "sessions from .* lack one"),
        (lambda t: t.iloc[:45], "45|coefficients|complete rows"),
    ],
)
def test_what_cannot_be_answered_abstains(change: object, said: str) -> None:
    table = change(world(200, 0.2, seed=8))  # type: ignore[operator]  # one of the lambdas above
    spec = replace(SPEC, var_lags=5)
    found = connectedness(table, spec)
    assert len(found) == 6
    for one in found:
        assert one.abstained
        assert one.n == 0
    assert re.search(said, found[0].verdict)


@pytest.mark.slow
@pytest.mark.parametrize("lead", [0.0, 0.3])
def test_intervals_cover(lead: float) -> None:
    """90 % intervals in 40 worlds; at a share of 0 they cover more, since they end there."""
    known = truth(lead)
    inside = []
    for seed in range(40):
        spec = replace(SPEC, level=0.9, size_draws=0, seed=seed)
        found = by_name(connectedness(world(150, lead, 100 + seed), spec))
        low, high = found["fear->BTC-USD"].interval or (0.0, 0.0)
        inside.append(low <= known[3, 0] + 1e-9 and known[3, 0] <= high)
    assert 0.80 <= np.mean(inside) <= 1.0


@pytest.mark.slow
def test_a_true_null_is_rejected_about_one_time_in_twenty() -> None:
    shares, gives = [], []
    for seed in range(60):
        spec = replace(SPEC, size_draws=0, seed=seed)
        found = by_name(connectedness(world(120, 0.0, 300 + seed), spec))
        shares.append(found["fear->BTC-USD"].p <= 0.05)
        gives.append(found["net:BTC-USD"].p <= 0.05)
    assert np.mean(shares) <= 0.12
    assert np.mean(gives) <= 0.12
