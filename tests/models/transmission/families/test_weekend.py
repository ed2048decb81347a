"""Bitcoin while New York is closed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.transmission.families.weekend import weekend
from models.transmission.innovations import ar_innovations
from models.transmission.sample import FEAR, align, closed_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from models.transmission import TransmissionSpec


def test_a_planted_weekend_effect_comes_back(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=500)
    table = align(world.index, world.prices, spec)
    innovations = ar_innovations(table[FEAR])
    rng = np.random.default_rng(1)
    effect = -0.8 * innovations.residuals / innovations.sd + rng.standard_normal(len(table))
    closed = closed_of("BTC-USD")
    (found,) = weekend(table.assign(**{closed: effect.where(table[closed].notna())}), spec)
    assert found.n == pytest.approx(len(table) / 5, rel=0.15)
    assert found.estimate is not None
    assert abs(found.estimate + 0.8) < 3 * found.detail["standard_error"]
    assert found.p is not None
    assert found.p < 0.001


def test_too_few_weekends_are_abstained_from(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=60)
    (found,) = weekend(align(world.index, world.prices, spec), spec)
    assert found.verdict.startswith("abstained: 1")
    assert "weekends and holidays" in found.verdict


def test_an_asset_without_bars_on_closed_days_is_abstained_from(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=60)
    only = dataclasses.replace(spec, crypto=("DOGE-USD",))
    (found,) = weekend(align(world.index, world.prices, spec), only)
    assert found.verdict == "abstained: no prices of DOGE-USD"
