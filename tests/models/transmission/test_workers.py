"""Who computes a family changes nothing."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import pytest

from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.workers import computed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FOUR = ("contemporaneous", "predictive", "granger", "weekend")


@pytest.mark.slow
def test_several_processes_give_what_one_gives(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=520)  # 520 sessions of three assets: large enough to be shared
    chosen = dataclasses.replace(spec, families=FOUR)
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    alone = Lab(world.index, Market(world.prices)).run(chosen)
    shared = Lab(world.index, Market(world.prices), workers=2).run(chosen)
    assert [one.hypothesis for one in shared] == [one.hypothesis for one in alone]
    for one, other in zip(shared, alone, strict=True):
        assert one.estimate == pytest.approx(other.estimate, rel=1e-9)
        assert one.p == pytest.approx(other.p, rel=1e-9)
        assert one.size == other.size
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before


def test_nothing_to_do_starts_no_process() -> None:
    assert list(computed([], 4)) == []
