"""Placebos: quiet where nothing is, loud where something was planted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.transmission import run
from models.transmission.families.placebo import placebo
from models.transmission.sample import align

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from models.transmission import TransmissionSpec


@pytest.fixture
def alone(spec: TransmissionSpec) -> TransmissionSpec:
    return dataclasses.replace(spec, families=("placebo",), bootstrap_draws=400)


def test_placebos_of_a_true_effect_are_quiet(
    world_of: Callable[..., Any], alone: TransmissionSpec
) -> None:
    world = world_of(n=300, same_day=-0.5)
    noise = np.random.default_rng(2).standard_normal(300)
    found = run(world.index.assign(**{"placebo:weather": noise}), world.prices, alone)
    names = [one.hypothesis for one in found]
    assert "placebo:weather:QQQ" in names
    assert "placebo:future:QQQ" in names
    tested = [one for one in found if one.p is not None]
    assert len(tested) == 6
    assert all(one.verdict.startswith("quiet") for one in tested)


def test_a_topic_that_moves_with_returns_is_an_alarm(
    world_of: Callable[..., Any], alone: TransmissionSpec
) -> None:
    world = world_of(n=300, same_day=-0.5)
    index = world.index.assign(**{"placebo:disguised": world.index["value"]})
    found = {one.hypothesis: one for one in run(index, world.prices, alone)}
    assert found["placebo:disguised:QQQ"].verdict.startswith("alarm")


def test_permuted_indices_are_rejected_about_one_time_in_twenty(
    world_of: Callable[..., Any], alone: TransmissionSpec
) -> None:
    world = world_of(n=300, same_day=-0.5)
    found = {one.hypothesis: one for one in placebo(align(world.index, world.prices, alone), alone)}
    planted = found["placebo:permuted:QQQ"]
    assert 2 < (planted.estimate or 0.0) < 9
    assert planted.detail["beyond"] == 0.0  # none does as well as the true one
    assert found["placebo:permuted:NVDA"].detail["beyond"] > 0.0
    assert planted.p is None
    assert planted.verdict.startswith("measured")
