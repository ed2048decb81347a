"""The family of thresholds: a planted one is found with its sign, missing states abstain."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.transmission.families.threshold import threshold
from models.transmission.innovations import ar_innovations
from models.transmission.sample import FEAR, align

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    return align(world.index, world.prices, spec)


@pytest.fixture
def no_state(spec: TransmissionSpec) -> TransmissionSpec:
    return dataclasses.replace(spec, state=None)


def test_a_planted_threshold_of_fear_is_found(
    world_of: Callable[..., Any], no_state: TransmissionSpec
) -> None:
    table = table_of(world_of, no_state, n=400)
    shocks = ar_innovations(table[FEAR]).residuals.fillna(0)
    table["QQQ"] -= 1.2 * shocks * (table[FEAR].shift(1) > 100.5)
    found = {result.hypothesis: result for result in threshold(table, no_state)}
    assert list(found) == ["threshold:BTC-USD|fear", "threshold:QQQ|fear", "threshold:NVDA|fear"]
    qqq = found["threshold:QQQ|fear"]
    assert qqq.estimate == pytest.approx(-1.2, abs=0.4)
    assert qqq.interval is not None
    assert qqq.interval[1] < 0
    assert qqq.p is not None
    assert qqq.p <= 0.02
    assert qqq.detail["threshold"] == pytest.approx(100.5, abs=0.4)
    low, high = qqq.detail["threshold_interval"]
    assert low <= 100.5 <= high
    assert qqq.detail["slopes"]["above"] < qqq.detail["slopes"]["below"] - 0.8
    assert (found["threshold:NVDA|fear"].p or 0) > 0.05


def test_each_result_is_complete_and_repeats(
    world_of: Callable[..., Any], no_state: TransmissionSpec
) -> None:
    table = table_of(world_of, no_state)
    first = threshold(table, no_state)
    assert first == threshold(table, no_state)
    for result in first:
        json.dumps(dataclasses.asdict(result), allow_nan=False)
        assert result.detail["plot"]["kind"] == "bars"
        assert result.size is not None
        assert result.mde is not None
        assert result.interval is not None
        assert result.interval[0] < (result.estimate or 0) < result.interval[1]


def test_later_fear_does_not_set_todays_regime(
    world_of: Callable[..., Any], no_state: TransmissionSpec
) -> None:
    """The regime of a session is set by the close before: the day's own fear must not enter."""
    table = table_of(world_of, no_state)
    table["QQQ"] -= 2.0 * (table[FEAR] > 100.5) * (table[FEAR] - 100.5)
    found = threshold(table, no_state)[1]
    shuffled = table[FEAR].shift(1)
    assert found.detail["threshold_variable"] == "fear the session before"
    assert shuffled.min() <= found.detail["threshold"] <= shuffled.max()


def test_a_missing_state_abstains(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    found = {result.hypothesis: result for result in threshold(table_of(world_of, spec), spec)}
    assert found["threshold:QQQ|VIX"].detail["abstained"].startswith("no prices of level:VIX")
    assert not found["threshold:QQQ|fear"].abstained
    table = table_of(world_of, spec)
    table[FEAR] = np.nan
    assert all(result.abstained for result in threshold(table, spec))
