"""The GARCH family: planted effects, size, leverage that must not pass for fear, no look-ahead."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.transmission import TransmissionSpec
from models.transmission.families.garch import garch
from models.transmission.sample import REALTIME

SPEC = TransmissionSpec(assets=("QQQ",), size_draws=0, bootstrap_draws=20)


def table_of(
    n: int = 800, effect: float = 0.0, leverage: float = 0.0, seed: int = 0
) -> pd.DataFrame:
    """GARCH returns whose variance fear of the session before multiplies by exp(effect)."""
    rng = np.random.default_rng(seed)
    shocks, z = rng.standard_normal((2, n))
    returns, fear, h = np.zeros(n), np.zeros(n), 1.0
    for t in range(1, n):
        fall = leverage * min(returns[t - 1], 0.0) ** 2
        h = 0.1 + 0.08 * returns[t - 1] ** 2 + fall + (0.8 - leverage / 2) * h
        returns[t] = np.sqrt(h * np.exp(effect * shocks[t - 1])) * z[t]
        # Falling prices frighten: fear of t holds the return of t.
        shocks[t] -= 0.5 * returns[t] if leverage else 0.0
        fear[t] = 0.5 * fear[t - 1] + shocks[t]
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({REALTIME: fear, "QQQ": returns}, index=sessions)


def test_a_planted_effect_comes_back() -> None:
    (found,) = garch(table_of(2500, effect=0.25), replace(SPEC, size_draws=99))
    assert found.interval is not None
    assert found.interval[0] < 25 < found.interval[1]
    assert found.p is not None
    assert found.p < 0.01
    assert found.detail["p_simulated"] <= 0.02
    assert found.detail["series"] == "real-time"
    json.dumps(found.detail, allow_nan=False)


@pytest.mark.slow
@pytest.mark.parametrize("leverage", [0.0, 0.2])
def test_no_effect_is_rejected_about_one_time_in_twenty(leverage: float) -> None:
    """Also where falls raise fear and variance both, which is leverage and not fear."""
    rejected = []
    for seed in range(100):
        (found,) = garch(table_of(600, leverage=leverage, seed=5000 + seed), SPEC)
        assert found.p is not None
        rejected.append(found.p < 0.05)
    assert 0.01 <= np.mean(rejected) <= 0.12


@pytest.mark.slow
def test_the_measured_size_is_near_the_nominal_and_intervals_hold() -> None:
    sizes, held = [], []
    for seed in range(60):
        spec = replace(SPEC, size_draws=99 if seed < 8 else 0, level=0.9)
        (found,) = garch(table_of(700, effect=0.2, seed=seed), spec)
        assert found.interval is not None
        held.append(found.interval[0] < 20 < found.interval[1])
        sizes += [] if found.size is None else [found.size]
    assert 0.02 <= np.mean(sizes) <= 0.09
    assert np.mean(held) >= 0.80


def test_fear_after_the_last_return_changes_nothing() -> None:
    table = table_of(300)
    moved = table.copy()
    moved.iloc[-1, 0] += 50.0
    before, after = (garch(one, SPEC)[0] for one in (table, moved))
    # The scale of fear is of the whole sample; the test is not.
    assert after.p == pytest.approx(before.p, abs=1e-9)


def test_variance_is_fitted_on_sessions_without_fear_as_well() -> None:
    table = table_of(600)
    table.iloc[:400, 0] = np.nan
    (found,) = garch(table, SPEC)
    (whole,) = garch(table_of(600), SPEC)
    assert found.n < 200
    assert found.detail["garch"] == pytest.approx(whole.detail["garch"])


def test_even_noise_and_fear_are_still_judged() -> None:
    table = table_of(300)
    table["QQQ"] = np.random.default_rng(3).standard_normal(300)
    (found,) = garch(table, replace(SPEC, size_draws=19))
    assert not found.abstained


def test_what_cannot_be_judged_abstains() -> None:
    table = table_of(100)
    assert "no prices of QQQ" in garch(table[[REALTIME]], SPEC)[0].verdict
    assert "40 needed" in garch(table.head(30), SPEC)[0].verdict
    assert garch(table.assign(QQQ=1.0), SPEC)[0].abstained
    assert garch(table.assign(**{REALTIME: 2.0}), SPEC)[0].abstained
