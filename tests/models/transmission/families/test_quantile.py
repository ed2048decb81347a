"""The family of quantiles: fear in the bad end, the tail's beta there."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.errors import ModelError
from models.transmission.families.quantile import quantile, recursive_innovations
from models.transmission.innovations import ar_innovations
from models.transmission.sample import FEAR, REALTIME, align
from models.transmission.verdicts import judge

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TransmissionSpec


def table_of(world_of: Callable[..., Any], spec: TransmissionSpec, **planted: Any) -> pd.DataFrame:
    world = world_of(**planted)
    return align(world.index, world.prices, spec)


def test_what_moves_the_tail_is_found(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    table = table_of(world_of, spec, n=900, same_day=-0.9, next_day=-1.2)
    steps = np.random.default_rng(2).standard_normal(len(table))
    # Bitcoin's spread rises with technology's fall: a steeper slope in the bad end.
    table["BTC-USD"] = table["QQQ"] + (1.2 - 0.5 * table["QQQ"].clip(-2, 2)) * steps
    found = {one.hypothesis: one for one in judge(quantile(table, spec), spec)}
    assert found["quantile:QQQ:q0.05"].verdict.startswith("supported")
    assert found["quantile:QQQ:q0.05"].estimate == pytest.approx(-0.9, abs=0.4)
    assert found["quantile:NVDA:q0.05:next"].verdict.startswith("supported")
    assert not found["quantile:NVDA:q0.05"].verdict.startswith("supported")
    gap = found["quantile:BTC-USD~QQQ:q0.05-q0.5"]
    assert gap.verdict.startswith("supported")
    slopes = gap.detail["slopes"]
    assert gap.estimate == pytest.approx(slopes["q0.05"]["value"] - slopes["q0.5"]["value"])


def test_each_result_is_whole_and_repeats(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec, n=400)
    results = quantile(table, spec)
    assert results == quantile(table, spec)
    assert len(results) == 3 + 3 + 2
    for result in judge(results, spec):
        json.dumps(result.detail, allow_nan=False)
        assert not result.abstained, result.hypothesis
        assert result.interval is not None
        assert result.interval[0] < (result.estimate or 0) < result.interval[1]
        assert 0 < (result.p or 0) <= 1
        assert {"unit", "sign", "error", "p_simulated", "mde_rho", "series"} <= result.detail.keys()
    assert quantile(table, dataclasses.replace(spec, size_draws=0))[0].size is None


def test_predictions_see_the_realtime_index_alone(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    table = table_of(world_of, spec, n=400)
    altered = table.assign(**{FEAR: np.random.default_rng(0).standard_normal(len(table))})
    pairs = zip(quantile(table, spec), quantile(altered, spec), strict=True)
    for one, other in pairs:
        assert (one == other) == ("next" in one.hypothesis or "~" in one.hypothesis)


def test_what_was_new_is_known_at_the_close(world_of: Callable[..., Any]) -> None:
    index = world_of(n=300).index.set_index("date")["realtime"]
    whole = recursive_innovations(index, 5, 40)
    later = index.copy()
    later.iloc[200:] = 1000.0
    assert recursive_innovations(later, 5, 40).iloc[:200].equals(whole.iloc[:200])
    assert whole.dropna().std() == pytest.approx(1.0, abs=0.15)
    assert whole.corr(ar_innovations(index).residuals) > 0.95
    with pytest.raises(ModelError, match="too few"):
        recursive_innovations(index.head(80), 5, 40)


def test_a_thin_tail_abstains(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    table = table_of(world_of, spec, n=120).drop(columns="NVDA")
    results = {one.hypothesis: one for one in quantile(table, spec)}
    assert all(one.abstained for one in results.values())
    assert "lie beyond the quantile 0.05" in results["quantile:QQQ:q0.05"].verdict
    assert "no prices of NVDA" in results["quantile:NVDA:q0.05"].verdict
    blank = table.assign(**{REALTIME: np.nan})
    assert "no session" in quantile(blank, spec)[-4].verdict
