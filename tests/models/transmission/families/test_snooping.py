"""The family of searches: luck is not a discovery, a planted prediction is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from models.transmission.families.snooping import _innovations, snooping
from models.transmission.sample import REALTIME, align

if TYPE_CHECKING:
    from models.transmission import TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    return align(world.index, world.prices, spec)


def test_a_planted_prediction_survives_the_search(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    (found,) = snooping(table_of(world_of, spec, next_day=-1.2), spec)
    assert found.estimate is not None
    assert found.estimate < -0.3
    assert found.p is not None
    assert found.p <= 0.01
    assert found.interval is not None
    assert found.interval[1] < 0
    assert found.detail["best"] == "NVDA, 1 sessions ahead, innovation, lag 0"
    assert found.detail["best"] in found.detail["survivors"]
    assert found.detail["losses"]["p_consistent"] < 0.05
    assert found.detail["losses"]["superior"]


def test_luck_is_not_a_discovery_and_the_curve_is_whole(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    (found,) = snooping(table, spec)
    assert (found,) == tuple(snooping(table, spec))
    json.dumps(dataclasses.asdict(found), allow_nan=False)
    assert found.p is not None
    assert found.p > 0.05
    assert found.detail["survivors"] == []
    assert found.detail["specifications"] == 3 * 2 * 9
    plot = found.detail["plot"]
    assert plot["kind"] == "curve"
    assert len(plot["label"]) == len(plot["choices"]) == 54
    assert plot["estimate"] == sorted(plot["estimate"])
    assert plot["choices"][0].keys() == {"asset", "horizon", "form", "lag"}
    assert found.size is not None
    assert found.mde is not None


def test_no_form_of_the_index_sees_ahead() -> None:
    rng = np.random.default_rng(1)
    index = pd.Series(100 + rng.standard_normal(120).cumsum())
    changed = index.copy()
    changed[80:] += 50 * rng.standard_normal(40)
    before, after = _innovations(index), _innovations(changed)
    assert before[:80].equals(after[:80])
    assert before[:21].isna().all()
    assert before[21:].notna().all()
    # At session 60: what a regression on the sessions before says of it.
    slope, constant = np.polyfit(index[:59], index[1:60], 1)
    assert before[60] == pytest.approx(index[60] - constant - slope * index[59])


def test_what_cannot_be_tested_abstains(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec)
    (left_out,) = snooping(table.drop(columns="NVDA"), spec)
    assert left_out.detail["left_out"] == ["NVDA"]
    table[REALTIME] = np.nan
    (none,) = snooping(table, spec)
    assert none.abstained
    (short,) = snooping(table_of(world_of, spec, n=75), spec)
    assert short.abstained
