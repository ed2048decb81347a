"""The mediation family: planted chains, the reverse beside them, timing and size."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.transmission import TransmissionSpec
from models.transmission.families.mediation import mediation
from models.transmission.sample import FEAR, REALTIME

SPEC = TransmissionSpec(assets=("BTC-USD",), factors=("QQQ",), size_draws=0, bootstrap_draws=199)
NAMES = [
    "mediation:fear->QQQ->BTC-USD",
    "mediation-timed:fear->QQQ->BTC-USD",
    "mediation:fear->BTC-USD->QQQ",
    "mediation-timed:fear->BTC-USD->QQQ",
    "mediation:BTC-USD->QQQ->fear",
]


def table_of(n: int = 500, day: float = 0.0, later: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Fear moves QQQ on its day and on the next; Bitcoin is QQQ and noise."""
    shocks, own, noise = np.random.default_rng(seed).standard_normal((3, n))
    fear = np.zeros(n)
    for t in range(1, n):
        fear[t] = 0.5 * fear[t - 1] + shocks[t]
    qqq = own + day * shocks + later * np.r_[0.0, shocks[:-1]]
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    columns = {FEAR: fear, REALTIME: fear, "QQQ": qqq, "BTC-USD": 1.2 * qqq + noise}
    return pd.DataFrame(columns, index=sessions)


def test_a_planted_chain_comes_back_on_its_day() -> None:
    results = mediation(table_of(1500, day=-0.5), replace(SPEC, size_draws=99))
    found = {result.hypothesis: result for result in results}
    assert list(found) == NAMES
    chain = found[NAMES[0]]
    assert chain.estimate == pytest.approx(-0.6, abs=0.15)
    assert chain.interval is not None
    assert chain.interval[0] < -0.6 < chain.interval[1]
    assert chain.p is not None
    assert chain.p < 0.02
    direct = chain.detail["effects"]["direct"]
    assert direct["interval"][0] < 0 < direct["interval"][1]
    timed = found[NAMES[1]]
    assert timed.p is not None
    assert timed.p > 0.02
    for result in results:
        json.dumps(result.detail, allow_nan=False)
        assert "no proof of cause" in result.detail["caution"]
        assert {"unit", "sign", "error", "first", "last", "mde_rho"} <= result.detail.keys()


def test_a_later_chain_is_found_by_the_timed_path_alone() -> None:
    found = {result.hypothesis: result for result in mediation(table_of(1500, later=-0.5), SPEC)}
    assert found[NAMES[1]].estimate == pytest.approx(-0.6, abs=0.15)
    assert found[NAMES[1]].p == pytest.approx(1 / 200)
    day = found[NAMES[0]]
    assert day.p is not None
    assert day.p > 0.02


def test_the_reverse_path_fits_as_well_where_technology_and_bitcoin_are_one() -> None:
    table = table_of(800, day=-0.5)
    table["BTC-USD"] = table["QQQ"] + 0.1 * np.random.default_rng(1).standard_normal(800)
    found = {result.hypothesis: result for result in mediation(table, SPEC)}
    total = found[NAMES[0]].detail["effects"]["total"]["value"]
    assert found[NAMES[2]].detail["effects"]["total"]["value"] == pytest.approx(total, abs=0.02)
    assert found[NAMES[2]].detail["reverse"]
    assert not found[NAMES[0]].detail["reverse"]


def test_the_curve_passes_the_estimate_and_crosses_at_rho() -> None:
    result = mediation(table_of(day=-0.5), SPEC)[0]
    curve = result.detail["sensitivity"]
    at = dict(zip(curve["rho"], curve["indirect"], strict=True))
    assert at[0.0] == pytest.approx(result.estimate)
    below = [rho for rho, value in at.items() if value < 0]
    assert max(below) < result.detail["rho_at_zero"] < max(below) + 0.1


def test_the_timed_path_ends_before_what_comes_later() -> None:
    table = table_of(300, later=-0.4)
    early = table.head(250)
    moved = table.copy()
    moved.iloc[250:] *= 7.0
    before, after = (mediation(one, SPEC)[1] for one in (early, moved.head(250)))
    assert before == after


@pytest.mark.slow
def test_no_first_step_is_found_at_most_about_one_time_in_twenty() -> None:
    ps = np.array(
        [[r.p for r in mediation(table_of(250, seed=seed), SPEC)] for seed in range(100)],
        dtype=float,
    )
    assert ((ps < 0.05).mean(axis=0) <= 0.11).all()


@pytest.mark.slow
def test_the_measured_size_is_near_the_nominal_and_intervals_hold() -> None:
    sizes = [
        r.size for r in mediation(table_of(400), replace(SPEC, size_draws=400, bootstrap_draws=400))
    ]
    assert all(size is not None and 0.01 <= size <= 0.10 for size in sizes)
    held = []
    for seed in range(100):
        chain = mediation(table_of(250, day=-0.5, seed=seed), replace(SPEC, level=0.9))[0]
        assert chain.interval is not None
        held.append(chain.interval[0] < -0.6 < chain.interval[1])
    assert 0.80 <= np.mean(held) <= 0.97


def test_what_cannot_be_judged_abstains() -> None:
    table = table_of(100)
    assert all(result.abstained for result in mediation(table.drop(columns="QQQ"), SPEC))
    assert all(result.abstained for result in mediation(table.head(30), SPEC))
    same = table.assign(**{"BTC-USD": 2 * table["QQQ"]})
    on_the_day = [result for result in mediation(same, SPEC) if not result.detail.get("timed")]
    assert any("collinear" in result.verdict for result in on_the_day)
    assert all(result.abstained for result in on_the_day)
