"""Geometry of a sparkline with its band, for an SVG element inside a page.

Only numbers leave this module: the template writes them, so nothing has to be escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.store.points import Point

_MARGIN = 6.0


@dataclass(frozen=True)
class Slot:
    """One day's column, which links to its page; ``y`` is ``None`` where the value is missing."""

    date: str
    x: float
    width: float
    centre: float
    y: float | None
    value: float | None


@dataclass(frozen=True)
class Sparkline:
    """SVG path data in a box of ``width`` x ``height``; gaps where values are missing."""

    width: float
    height: float
    line: str
    band: str
    slots: tuple[Slot, ...]
    low: float
    high: float


def sparkline(points: Sequence[Point], width: float = 720, height: float = 120) -> Sparkline | None:
    """Lay out a series; ``None`` where it has no value to show."""
    shown = [p.value for p in points if p.value is not None]
    if not shown:
        return None
    ends = [e for p in points for e in (p.lo, p.hi) if e is not None and p.value is not None]
    low, high = min([*shown, *ends]), max([*shown, *ends])
    step = width / len(points)

    def y_of(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(height - _MARGIN - share * (height - 2 * _MARGIN), 1)

    slots = tuple(
        Slot(p.date, round(i * step, 2), round(step, 2), round((i + 0.5) * step, 2),
             None if p.value is None else y_of(p.value), p.value)
        for i, p in enumerate(points)
    )  # fmt: skip
    upper = [None if p.hi is None or p.value is None else y_of(p.hi) for p in points]
    lower = [None if p.lo is None or p.value is None else y_of(p.lo) for p in points]
    return Sparkline(width, height, _line(slots), _band(slots, upper, lower), slots, low, high)


def _line(slots: Sequence[Slot]) -> str:
    parts = []
    for known, run in groupby(slots, key=lambda slot: slot.y is not None):
        if known:
            corners = " L".join(f"{slot.centre} {slot.y}" for slot in run)
            # A lone point would have no length: a zero-length line with round caps is a dot.
            parts.append(f"M{corners}" + ("" if " L" in corners else "h0"))
    return " ".join(parts)


def _band(
    slots: Sequence[Slot], upper: Sequence[float | None], lower: Sequence[float | None]
) -> str:
    rows = list(zip(slots, upper, lower, strict=True))
    parts = []
    for known, run in groupby(rows, key=lambda row: row[1] is not None and row[2] is not None):
        if known:
            corners = list(run)
            there = [f"{slot.centre} {top}" for slot, top, _ in corners]
            back = [f"{slot.centre} {bottom}" for slot, _, bottom in reversed(corners)]
            parts.append("M" + " L".join([*there, *back]) + "Z")
    return " ".join(parts)
