"""Contemporaneous regressions beside further controls."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.transmission.families.regressions import contemporaneous
from models.transmission.sample import FEAR, align

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission import TransmissionSpec

ALL = "contemporaneous:QQQ|SPY+VIX+DXY+TNX"


@pytest.fixture
def controlled(spec: TransmissionSpec) -> TransmissionSpec:
    return dataclasses.replace(spec, controls=("VIX", "DXY", "TNX"))


@pytest.fixture
def table(world_of: Callable[..., Any], spec: TransmissionSpec) -> pd.DataFrame:
    world = world_of(n=300, same_day=-0.4)
    found = align(world.index, world.prices, spec)
    rng = np.random.default_rng(1)
    moves = {name: rng.standard_normal(len(found)) for name in ("VIX", "DXY", "TNX")}
    return found.assign(**moves)


def answers(table: pd.DataFrame, controlled: TransmissionSpec) -> dict[str, Any]:
    return {one.hypothesis: one for one in contemporaneous(table, controlled)}


def test_all_controls_stand_beside_fear(table: pd.DataFrame, controlled: TransmissionSpec) -> None:
    found = answers(table, controlled)
    assert len(found) == 9
    assert found[ALL].detail["control"] == "SPY, VIX, DXY, TNX"
    assert "left_out" not in found[ALL].detail
    assert found[ALL].estimate == pytest.approx(-0.4, abs=0.15)


def test_a_control_takes_what_is_its_own(table: pd.DataFrame, controlled: TransmissionSpec) -> None:
    """Fear that only goes with the volatility index tells nothing beside it."""
    table["VIX"] = table[FEAR].diff().fillna(0) + 0.3 * table["VIX"]
    table["QQQ"] = table["QQQ"] + 0.4 * (table[FEAR] - 0.5 * table[FEAR].shift(1)).fillna(0)
    table["QQQ"] -= 0.8 * table["VIX"]
    found = answers(table, controlled)
    assert (found["contemporaneous:QQQ|SPY"].p or 1) < 1e-6
    assert abs(found[ALL].estimate) < 0.2 * abs(found["contemporaneous:QQQ|SPY"].estimate)


def test_controls_that_cannot_be_used_are_left_out_and_named(
    table: pd.DataFrame, controlled: TransmissionSpec
) -> None:
    found = answers(table.drop(columns="DXY").assign(TNX=0.0), controlled)[ALL]
    assert not found.abstained
    assert found.detail["control"] == "SPY, VIX"
    assert set(found.detail["left_out"]) == {"DXY", "TNX"}
    assert found.detail["left_out"]["DXY"] == "no prices of DXY"
    assert "TNX is constant" in found.detail["left_out"]["TNX"]
    none = answers(table.drop(columns=["VIX", "DXY", "TNX"]), controlled)[ALL]
    assert none.verdict.startswith("abstained: no further control can be used: no prices of VIX")


def test_a_control_is_never_its_own_asset(
    table: pd.DataFrame, controlled: TransmissionSpec
) -> None:
    found = answers(table, dataclasses.replace(controlled, assets=("SPY", "VIX")))
    assert list(found) == [
        "contemporaneous:SPY",
        "contemporaneous:VIX",
        "contemporaneous:VIX|SPY",
        "contemporaneous:SPY|VIX+DXY+TNX",
        "contemporaneous:VIX|SPY+DXY+TNX",
    ]
    assert not any(one.abstained for one in found.values())
