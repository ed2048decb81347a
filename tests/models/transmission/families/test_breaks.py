"""The family of breaks: a planted one is found, a null rarely, and what is missing is said."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.transmission.families.breaks import breaks, ud_max
from models.transmission.inference.nulls import sieve
from models.transmission.sample import FEAR, align

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    return align(world.index, world.prices, spec)


def test_planted_breaks_are_dated(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    table = table_of(world_of, spec)
    late = np.arange(len(table)) >= 150
    table[FEAR] += 4.0 * late
    table["QQQ"] *= np.where(late, 2.5, 1.0)
    found = {result.hypothesis: result for result in breaks(table, spec)}
    assert list(found) == [
        "breaks:fear",
        "breaks:volatility:QQQ",
        "breaks:volatility:BTC-USD",
        "breaks:beta:BTC-USD~QQQ",
    ]
    fear = found["breaks:fear"]
    assert fear.estimate == pytest.approx(4, abs=0.8)
    assert fear.interval is not None
    assert fear.interval[0] > 0
    assert fear.p is not None
    assert fear.p < 0.05
    assert fear.detail["number"] == 1
    low, high = fear.detail["date_intervals"][0]
    assert low <= table.index[149] <= high
    volatility = found["breaks:volatility:QQQ"]
    assert volatility.estimate is not None
    assert volatility.estimate > 0.5
    assert volatility.p is not None
    assert volatility.p < 0.05


def test_each_result_is_complete_and_repeats(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    first, again = breaks(table, spec), breaks(table, spec)
    assert first == again
    for result in first:
        json.dumps(dataclasses.asdict(result), allow_nan=False)
        detail = result.detail
        assert {"unit", "sign", "error", "first", "last", "index", "level", "series"} <= set(detail)
        plot = detail["plot"]
        assert plot["kind"] == "rolling"
        assert len(plot["date"]) == len(plot["value"]) == len(plot["lo"]) == result.n
        assert result.size is not None
        assert result.mde is not None
        assert result.mde > 0
        assert 0 < detail["mde_rho"] < 1
    none = breaks(table, dataclasses.replace(spec, size_draws=0))
    assert all(one.size is None and one.detail["p_simulated"] is None for one in none)


def test_what_cannot_be_tested_abstains(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec).drop(columns="QQQ")
    table[FEAR] = 100.0
    reasons = {result.hypothesis: result.detail.get("abstained") for result in breaks(table, spec)}
    assert "constant" in reasons["breaks:fear"]
    assert reasons["breaks:volatility:QQQ"] == "no prices of QQQ"
    assert reasons["breaks:beta:BTC-USD~QQQ"] == "no prices of QQQ"
    assert reasons["breaks:volatility:BTC-USD"] is None
    short = breaks(table_of(world_of, spec, n=30), spec)
    assert all(result.abstained for result in short)


def test_persistent_nulls_are_rejected_as_often_as_they_should_be() -> None:
    """600 autoregressions without a break, each against one draw of its own sieve."""
    rng = np.random.default_rng(4)
    series = np.zeros((600, 200))
    shocks = rng.standard_normal(series.shape)
    for t in range(1, 200):
        series[:, t] = 0.6 * series[:, t - 1] + shocks[:, t]
    design = np.ones((200, 1))
    critical = np.quantile(ud_max(sieve(series, 1, rng), design), 0.95)
    assert 0.025 <= (ud_max(series, design) > critical).mean() <= 0.085
    # Independent draws of the same values would reject most of these nulls.
    naive = np.quantile(ud_max(sieve(series, 0, rng), design), 0.95)
    iid = np.quantile(ud_max(rng.standard_normal(series.shape), design), 0.95)
    assert (ud_max(series, design) > iid).mean() > 0.5
    assert naive > iid
