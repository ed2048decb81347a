"""Fear and price levels, both ways."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.transmission import TransmissionSpec
from models.transmission.families.toda_yamamoto import toda_yamamoto
from models.transmission.sample import REALTIME, level_of
from models.transmission.toda_yamamoto import TodaYamamoto
from models.transmission.verdicts import judge

SPEC = TransmissionSpec(assets=("BTC-USD", "QQQ"), size_draws=199, bootstrap_draws=99)


def world(n: int = 400, lead: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Fear is an AR(1); Bitcoin's return follows its innovation of the session before."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_normal(n)
    fear = np.empty(n)
    fear[0] = shocks[0]
    for day in range(1, n):
        fear[day] = 0.6 * fear[day - 1] + shocks[day]
    bitcoin = 2.0 * rng.standard_normal(n) + lead * np.r_[0.0, shocks[:-1]]
    qqq = rng.standard_normal(n)
    sessions = pd.bdate_range("2022-01-03", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            REALTIME: 100 + 10 * fear,
            level_of("BTC-USD"): 100 * np.exp(bitcoin.cumsum() / 100),
            level_of("QQQ"): 300 * np.exp(qqq.cumsum() / 100),
        },
        index=sessions,
    )


def test_a_lead_is_found_one_way() -> None:
    found = {one.hypothesis: one for one in judge(toda_yamamoto(world(lead=-1.0), SPEC), SPEC)}
    there = found["toda-yamamoto:fear->BTC-USD"]
    assert there.verdict.startswith("supported: ")
    assert there.detail["orders"] == {REALTIME: 0, "BTC-USD": 1}
    assert there.detail["extra_lags"] == 1
    assert there.detail["p_autocorrelation"] > 0.05
    assert there.estimate is not None
    assert there.interval is not None
    assert there.interval[0] < there.estimate < there.interval[1] < 0
    assert "overlap" not in there.detail
    assert "overlap" in found["toda-yamamoto:BTC-USD->fear"].detail
    for name in ("BTC-USD->fear", "fear->QQQ", "QQQ->fear"):
        one = found[f"toda-yamamoto:{name}"]
        assert "could not tell" in one.verdict
        assert one.size is not None
        assert 0.01 <= one.size <= 0.11  # of 199 draws
        assert one.detail["mde_rho"] > 0.13
    json.dumps([one.detail for one in found.values()])


def test_the_statistic_is_the_estimators() -> None:
    table = world()
    frame = pd.DataFrame(
        {
            "fear": table[REALTIME] / table[REALTIME].std(),
            "q": 100 * np.log(table[level_of("QQQ")]),
        }
    )
    ours = toda_yamamoto(table, replace(SPEC, size_draws=0))[2]
    direct = TodaYamamoto(frame, "fear", "q").fit()
    assert ours.hypothesis == "toda-yamamoto:fear->QQQ"
    assert (ours.p, ours.estimate, ours.n) == (direct.p, direct.total, direct.n)
    assert ours.size is None


def test_no_future() -> None:
    """The test of a sample is of that sample: what comes after its end is not looked at."""
    table = world()
    again = table.copy()
    again.iloc[300:] = np.nan
    first = toda_yamamoto(table.iloc[:300], SPEC)
    second = toda_yamamoto(again, SPEC)
    assert [one.p for one in first] == [one.p for one in second]
    assert [one.size for one in first] == [one.size for one in second]


def test_gaps_are_closed_and_told() -> None:
    table = world()
    table.iloc[[50, 51], 1] = np.nan
    found = toda_yamamoto(table, replace(SPEC, size_draws=0))
    assert found[0].detail["gaps"] == 2
    assert found[2].detail["gaps"] == 0


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (level_of("QQQ"), None, "no prices of QQQ"),
        (level_of("QQQ"), np.nan, "no session has a value"),
        (level_of("QQQ"), 5.0, "constant"),
    ],
)
def test_what_cannot_be_answered_abstains(column: str, value: float | None, said: str) -> None:
    table = world()
    table = table.drop(columns=column) if value is None else table.assign(**{column: value})
    found = toda_yamamoto(table, SPEC)
    assert [one.abstained for one in found] == [False, False, True, True]
    assert all(said in one.verdict for one in found[2:])


def test_two_rows_abstain() -> None:
    assert all("2 complete" in one.verdict for one in toda_yamamoto(world().iloc[:2], SPEC))


def test_measured_size_is_the_true_one() -> None:
    """Where the errors' size follows fear's own, the classical test rejects too often: told."""
    rng = np.random.default_rng(7)
    table = world(500, seed=8)
    shocks = (table[REALTIME] - 0.6 * table[REALTIME].shift(fill_value=100.0)).to_numpy()
    wild = rng.standard_normal(500) * np.r_[0.0, np.abs(shocks[:-1] - shocks.mean())] ** 1.5
    table[level_of("QQQ")] = 300 * np.exp(wild.cumsum() / 2000)
    found = toda_yamamoto(table, SPEC)[2]
    assert found.size is not None
    assert found.size > 0.075
    assert found.detail["p_simulated"] > found.p
