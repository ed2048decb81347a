"""What is kept may be shown again only where computing it anew would give the same."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.memory import key_of
from models.transmission.sample import align

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from models.transmission import TestResult


class Noted(dict[str, "list[TestResult]"]):
    """A memory that says what was put into it."""

    def put(self, key: str, family: str, found: list[TestResult]) -> None:
        self[key] = found


def test_a_second_run_computes_nothing(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world, memory = world_of(n=100), Noted()
    first = Lab(world.index, Market(world.prices), memory).run(spec)
    assert len(memory) == len(spec.families)
    memory.put = None  # type: ignore[assignment,method-assign] # a call would fail
    assert Lab(world.index, Market(world.prices), memory).run(spec) == first


def test_progress_is_told_family_by_family(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world, seen = world_of(n=60), []
    tell = lambda done, total: seen.append((done, total))  # noqa: E731 - a name for the two lines
    Lab(world.index, Market(world.prices), progress=tell).run(spec)
    assert seen == [(done, len(spec.families)) for done in range(1, len(spec.families) + 1)]


def test_the_key_is_of_data_choices_and_family(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=60)
    table = align(world.index, world.prices, spec)
    key = key_of("granger", table, spec)
    assert key == key_of("granger", table.copy(), spec)
    fewer = dataclasses.replace(spec, families=("granger",))
    assert key == key_of("granger", table, fewer)  # what runs beside it does not matter
    others = [
        key_of("predictive", table, spec),
        key_of("granger", table.iloc[1:], spec),
        key_of("granger", table.assign(QQQ=table["QQQ"] + 1e-9), spec),
        key_of("granger", table.rename(columns={"QQQ": "QQ"}), spec),
        key_of("granger", table, dataclasses.replace(spec, alpha=0.01)),
    ]
    assert len({key, *others}) == 6
