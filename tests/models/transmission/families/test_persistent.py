"""The family of persistent regressors: found where it is, with its bias told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.transmission.families.persistent import persistent
from models.transmission.sample import FEAR, REALTIME, align
from models.transmission.verdicts import judge

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    return align(world.index, world.prices, spec)


def test_a_level_that_foretells_is_found(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec, n=400, same_day=-0.5)
    scaled = (table[REALTIME] - 100) / table[REALTIME].std()
    table["NVDA"] -= 0.7 * scaled.shift(1).fillna(0)
    found = {one.hypothesis: one for one in judge(persistent(table, spec), spec)}
    assert list(found) == ["persistent:BTC-USD", "persistent:QQQ", "persistent:NVDA"]
    nvda = found["persistent:NVDA"]
    assert nvda.verdict.startswith("supported")
    assert nvda.interval is not None
    assert nvda.interval[0] <= -0.7 <= nvda.interval[1]
    assert not found["persistent:QQQ"].verdict.startswith("supported")
    # QQQ falls on the day that fear rises; NVDA does not.
    assert found["persistent:QQQ"].detail["delta"] < -0.2
    assert abs(nvda.detail["delta"]) < 0.2
    assert nvda.detail["rho"] < nvda.detail["rho_corrected"]


def test_each_result_is_whole_and_repeats(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    results = persistent(table, spec)
    assert results == persistent(table, spec)
    for result in judge(results, spec):
        json.dumps(result.detail, allow_nan=False)
        assert 0 <= (result.size or 0) < 0.2
        assert set(result.detail["slopes"]) == {"ols", "stambaugh", "amihud-hurvich", "ivx"}
        assert {"rho", "bias", "delta", "p_simulated", "mde_rho", "series"} <= result.detail.keys()
    assert persistent(table, dataclasses.replace(spec, size_draws=0))[0].size is None


def test_only_what_was_known_is_seen(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    table = table_of(world_of, spec)
    altered = table.assign(**{FEAR: np.random.default_rng(0).standard_normal(len(table))})
    assert persistent(table, spec) == persistent(altered, spec)


def test_gaps_cut_the_sample(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    table = table_of(world_of, spec)
    table.loc[table.index[60], "QQQ"] = np.nan
    found = {one.hypothesis: one for one in persistent(table, spec)}
    assert found["persistent:QQQ"].detail["first"] == table.index[61]
    assert found["persistent:QQQ"].detail["left_out"] == 41
    assert found["persistent:NVDA"].detail["left_out"] == 0
    short = table_of(world_of, spec, n=90)
    short.loc[short.index[55], "QQQ"] = np.nan
    assert "without a gap" in persistent(short, spec)[1].verdict
    assert persistent(table.drop(columns="QQQ"), spec)[1].verdict == "abstained: no prices of QQQ"


@pytest.mark.slow
def test_a_biased_null_is_not_rejected(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    chosen = dataclasses.replace(spec, assets=("QQQ",), size_draws=0)
    rejected = [
        (persistent(table_of(world_of, chosen, n=120, seed=s, same_day=-1.5), chosen)[0].p or 0)
        < 0.05
        for s in range(150)
    ]
    assert 0.005 <= np.mean(rejected) <= 0.10
