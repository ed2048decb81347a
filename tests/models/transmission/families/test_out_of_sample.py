"""The family of forecasts: a planted prediction improves them, and nothing later is seen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.transmission.families.out_of_sample import out_of_sample
from models.transmission.sample import FEAR, REALTIME, align

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    return align(world.index, world.prices, spec)


def test_a_planted_prediction_is_found(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    found = {
        result.hypothesis: result
        for result in out_of_sample(table_of(world_of, spec, next_day=-1.2), spec)
    }
    assert list(found)[:2] == ["out-of-sample:BTC-USD:h1", "out-of-sample:BTC-USD:h5"]
    nvda = found["out-of-sample:NVDA:h1"]
    assert nvda.estimate is not None
    assert nvda.estimate > 5
    assert nvda.p is not None
    assert nvda.p < 0.01
    assert nvda.detail["rolling"]["r2"] > 0
    assert nvda.detail["against_autoregression"]["p"] < 0.01
    assert nvda.detail["plot"]["value"][-1] > 0
    assert (found["out-of-sample:QQQ:h1"].p or 0) > 0.05


def test_each_result_is_complete_repeats_and_sees_the_real_time_index_alone(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    first = out_of_sample(table, spec)
    assert first == out_of_sample(table.assign(**{FEAR: 0.0}), spec)
    for result in first:
        json.dumps(dataclasses.asdict(result), allow_nan=False)
        assert result.detail["series"] == "real-time"
        assert result.detail["plot"]["kind"] == "rolling"
        assert len(result.detail["plot"]["date"]) == result.n
        assert result.size is not None
        assert result.mde is not None
        assert result.interval is not None
        assert result.interval[0] < (result.estimate or 0) < result.interval[1]


def test_later_sessions_change_no_earlier_saving(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    changed = table.copy()
    changed.iloc[200:] *= 1.5
    plots = [
        out_of_sample(one, dataclasses.replace(spec, size_draws=0))[2].detail["plot"]
        for one in (table, changed)
    ]
    known = [place for place, day in enumerate(plots[0]["date"]) if day < table.index[199]]
    assert len(known) > 80
    same = [[plot["value"][place] for place in known] for plot in plots]
    assert same[0] == pytest.approx(same[1], rel=1e-9)
    assert plots[0]["value"][-1] != plots[1]["value"][-1]


def test_what_cannot_be_tested_abstains(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    table[REALTIME] = np.nan
    assert all(result.abstained for result in out_of_sample(table, spec))
    short = out_of_sample(table_of(world_of, spec, n=70), spec)
    assert "no ten forecasts" in short[1].detail["abstained"]
