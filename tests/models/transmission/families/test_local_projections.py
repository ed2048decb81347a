"""The family of local projections: a planted path comes back, in its state."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.transmission.families.local_projections import local_projections
from models.transmission.innovations import ar_innovations
from models.transmission.sample import FEAR, REALTIME, align, level_of
from models.transmission.verdicts import judge

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TestResult, TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    table = align(world.index, world.prices, spec)
    level = np.zeros(len(table))
    noise = np.random.default_rng(3).standard_normal(len(table))
    for day in range(1, len(table)):
        level[day] = 0.95 * level[day - 1] + noise[day]
    return table.assign(**{level_of("VIX"): 20 + level})


def by_name(results: list[TestResult]) -> dict[str, TestResult]:
    return {result.hypothesis: result for result in results}


def test_a_planted_path_comes_back(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    table = table_of(world_of, spec, n=400, next_day=-0.8)
    found = by_name(judge(local_projections(table, spec), spec))
    nvda = found["local-projections:NVDA"]
    assert nvda.verdict.startswith("supported")
    assert nvda.estimate == pytest.approx(-0.8, abs=0.5)
    plot = nvda.detail["plot"]
    assert plot["kind"] == "path"
    assert plot["x"] == list(range(11))
    assert plot["estimate"][1] == pytest.approx(-0.8, abs=0.3)
    assert abs(plot["estimate"][0]) < 0.3  # of the same session: nothing was planted there
    assert plot["band_lo"][0] is None
    assert (plot["band_lo"][5], plot["band_hi"][5]) == pytest.approx(nvda.interval)
    assert plot["band_lo"][5] < plot["lo"][5] < plot["hi"][5] < plot["band_hi"][5]
    assert not found["local-projections:QQQ"].verdict.startswith("supported")


def test_stress_and_calm_differ_where_they_do(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec, n=600)
    shocks = ar_innovations(table[REALTIME]).residuals.fillna(0)
    stressed = (table[level_of("VIX")].shift(1) > 20).astype(float)
    table["QQQ"] += (-1.6 * shocks * stressed).shift(1).fillna(0)
    found = by_name(local_projections(table, spec))
    qqq = found["local-projections:QQQ:stress-calm"]
    assert qqq.estimate == pytest.approx(-1.6, abs=1.0)
    assert qqq.detail["p_simulated"] < 0.03
    assert qqq.detail["stress"]["estimate"][3] < qqq.detail["calm"]["estimate"][3] - 0.7
    assert found["local-projections:NVDA:stress-calm"].detail["p_simulated"] > 0.05


def test_each_result_is_whole_and_repeats(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    results = local_projections(table, spec)
    assert results == local_projections(table, spec)
    assert len(results) == 2 * len(spec.assets)
    for result in judge(results, spec):
        json.dumps(result.detail, allow_nan=False)
        assert result.verdict
        assert result.interval is not None
        assert result.interval[0] < (result.estimate or 0) < result.interval[1]
        assert (result.mde or 0) > 0
        assert {"unit", "sign", "error", "first", "last", "index", "level"} <= result.detail.keys()
        assert result.detail["series"] == "real-time"
        assert 0 < result.detail["mde_rho"] < 1


def test_only_the_realtime_index_is_seen(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    altered = table.assign(**{FEAR: np.random.default_rng(0).standard_normal(len(table))})
    assert local_projections(table, spec) == local_projections(altered, spec)


def test_what_cannot_be_tested_abstains(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec).drop(columns=level_of("VIX"))
    found = by_name(local_projections(table.drop(columns="NVDA"), spec))
    assert found["local-projections:NVDA"].verdict == "abstained: no prices of NVDA"
    assert found["local-projections:QQQ:stress-calm"].abstained
    assert not found["local-projections:QQQ"].abstained
    stateless = dataclasses.replace(spec, state=None, size_draws=0)
    linear = local_projections(table, stateless)
    assert [result.size for result in linear] == [None] * 3
    short = local_projections(table.head(62), spec)
    assert all(result.abstained for result in short if result.hypothesis.endswith("calm"))


@pytest.mark.slow
def test_nulls_are_rejected_about_one_time_in_twenty(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    chosen = dataclasses.replace(spec, assets=("QQQ",), state=None, path=5)
    rejected = []
    for seed in range(60):
        table = table_of(world_of, chosen, n=150, seed=2000 + seed, same_day=-0.5)
        result = local_projections(table, chosen)[0]
        rejected.append(result.detail["p_simulated"] < 0.05)
    assert np.mean(rejected) <= 0.13
