"""Whether memory and files grow no faster than the data: lines fitted over the days."""

from __future__ import annotations

from itertools import combinations
from statistics import linear_regression, median
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.longrun.days import Lived

# A build of a million entries has a gigabyte: so much memory an entry may cost.
BYTES_AN_ENTRY: Final = 1024
# Memory is allocated in steps and not all of it given back: this share of it is no trend.
SLACK: Final = 0.05
STEEPEST: Final = 1.15
SHORTEST: Final = 6


def of_database(lived: Sequence[Lived]) -> dict[str, Any]:
    """Bytes, entries, and bytes for each new entry (least squares) in both halves of the run."""
    half = len(lived) // 2
    early, late = lived[:half], lived[half:]
    return {
        "bytes": lived[-1].bytes,
        "entries": lived[-1].entries,
        "bytes_an_entry": round(lived[-1].bytes / lived[-1].entries),
        "bytes_a_new_entry": [_slope(early), _slope(late)],
    }


def _slope(lived: Sequence[Lived]) -> int:
    return round(linear_regression([d.entries for d in lived], [d.bytes for d in lived]).slope)


def of_memory(lived: Sequence[Lived], figure: str) -> dict[str, float]:
    """Megabytes over the second half of the run: median, slope a day (Theil-Sen), new entries.

    Before it libraries are loaded as they are first needed: the tests begin with the first values.
    """
    own = [day for day in lived if day.process]
    late = own[len(own) // 2 :]
    values = [day.process[figure] for day in late]
    pairs = combinations(enumerate(values), 2)
    return {
        "days": len(late),
        "level": round(median(values), 1),
        "most": round(max(day.process[figure] for day in own), 1),
        "a_day": round(median((b - a) / (n - m) for (m, a), (n, b) in pairs), 2),
        "entries": late[-1].entries - late[0].entries,
    }


def wrong_database(found: dict[str, Any]) -> list[str]:
    """Whether a new entry costs more late in the run than early."""
    early, late = found["bytes_a_new_entry"]
    if late > STEEPEST * early:
        return [f"the database grows by {late:,} bytes an entry, early in the run by {early:,}"]
    return []


def wrong_memory(found: dict[str, float], figure: str) -> list[str]:
    """Whether memory grew by more than the data's; a week is too short to tell."""
    if found["days"] < SHORTEST:
        return []
    allowed = SLACK * found["level"] + BYTES_AN_ENTRY * found["entries"] / 2**20
    grown = found["a_day"] * found["days"]
    if grown > allowed:
        return [f"{figure} grew by {grown:.0f} MB, noise and data account for {allowed:.0f}"]
    return []


def wrong_handles(lived: Sequence[Lived]) -> list[str]:
    """Whether open files or threads became more after the first days."""
    own = [day for day in lived if day.process]
    wrong = []
    for figure in ("files", "threads"):
        values = [day.process[figure] for day in own]
        first, last = max(values[: max(2, len(values) // 3)]), max(values[-2:])
        if last > first:
            wrong.append(f"{figure} grew from {first:.0f} to {last:.0f}")
    return wrong


def wrong_leavings(lived: Sequence[Lived]) -> list[str]:
    """Files that a day left behind."""
    return [f"{day.day.date} left {', '.join(day.left)}" for day in lived if day.left]
