"""One long run from the first morning to the last check."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.longrun import checks, growth, items, table
from bench.longrun.days import Lived, Place, live, prepare
from bench.longrun.plan import days as planned
from bench.longrun.server import World, serving
from bench.texts import NEWS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.longrun.plan import Day


@dataclass(frozen=True)
class Volume:
    """How much news, and who reads it.

    Attributes:
        a_day: Items a day.
        pages: Pages fetched a day at most.
        scorer: Whose scores.
        real: Real headlines and prices; None = where they are at hand.
        one_process: One process for all days.
        every: One vintage in so many is also rebuilt by the command.
        quick: Few symbols and one family of tests.
    """

    a_day: int = 400
    pages: int = 12
    scorer: str = "finbert-multi.v1"
    real: bool | None = None
    one_process: bool = False
    every: int = 10
    quick: bool = False


def long_run(folder: Path, count: int, volume: Volume) -> dict[str, Any]:
    """Live through the days, check what is left and sum it up.

    Args:
        folder: Empty; the run's own.
        count: Days.
        volume: How much news.

    Returns:
        Figures as JSON holds them; ``wrong`` has what is not as it must be, by check.
    """
    days = planned(count)
    real = items.at_hand() if volume.real is None else volume.real
    place, world = Place(folder), _world(days, volume.a_day, real=real)
    started = time.monotonic()
    with serving(world):
        prepare(place, world, count, volume)
        table.head()
        lived = []
        for day in live(place, world, days, one_process=volume.one_process):
            table.line(day)
            lived.append(day)
    seconds = time.monotonic() - started
    summary = {
        "days": count,
        "news": NEWS.name if real else "made up",
        "items_a_day": volume.a_day,
        "scorer": volume.scorer,
        "one_process": volume.one_process,
        "seconds": round(seconds, 1),
        **_figures(lived),
    }
    summary |= _checked(place, world, lived, volume)
    return summary | {"check_seconds": round(time.monotonic() - started - seconds, 1)}


def _world(days: Sequence[Day], a_day: int, *, real: bool) -> World:
    first = date.fromisoformat(days[0].date) - timedelta(days=2)
    found = items.between(f"{first}", days[-1].date, a_day, real=real)
    return World(found, len(days) + 2, real)


def _figures(lived: Sequence[Lived]) -> dict[str, Any]:
    ran = [day for day in lived if day.stages]
    steady = ran[len(ran) // 2 :]
    stages: dict[str, list[float]] = defaultdict(list)
    for day in steady:
        for name, seconds in day.stages.items():
            stages[name].append(seconds)
    return {
        "seconds_a_day": round(median(day.seconds for day in steady), 2),
        "processor_seconds_a_day": round(median(day.process["cpu_s"] for day in steady), 2),
        "stage_seconds_a_day": {name: round(median(own), 2) for name, own in stages.items()},
        "database": growth.of_database(lived),
        "peak_mb": growth.of_memory(lived, "peak_mb"),
        "rss_mb": growth.of_memory(lived, "rss_mb"),
    }


def _checked(place: Place, world: World, lived: Sequence[Lived], volume: Volume) -> dict[str, Any]:
    known, vintages = checks.equal_vintages(place, every=volume.every, progress=table.compared)
    told, explanations = checks.explained(place)
    figure = "rss_mb" if volume.one_process else "peak_mb"
    wrong = {
        "vintages": vintages,
        "explanations": explanations,
        "seals": checks.broken_seals(place),
        "items": checks.lost_or_doubled(place, world.served),
        "database": growth.wrong_database(growth.of_database(lived)),
        "memory": growth.wrong_memory(growth.of_memory(lived, figure), figure),
        "handles": growth.wrong_handles(lived),
        "leavings": growth.wrong_leavings(lived),
    }
    return {
        "vintages": known,
        "explained": told,
        "items_served": len(world.served),
        "wrong": {name: found for name, found in wrong.items() if found},
    }
