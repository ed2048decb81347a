"""What a test or a claim hands over to be drawn, read with care.

A payload is a dictionary of plain lists that came out of a database: its lengths and types are
checked here, once, so that a drawing never shows a number beside the wrong date. ``None``, NaN and
infinities are missing and stay missing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from bubblefear.errors import PlotError
from bubblefear.report.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Numbers = list[float | None]


class Payload:
    """The fields of one payload; every method raises ``PlotError`` naming the field."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.kind = str(fields.get("kind"))

    def texts(self, name: str, least: int = 1) -> list[str]:
        """A list of at least so many labels, each as one line."""
        values = self._list(name)
        if len(values) < least:
            raise self.wrong(name, f"needs {least} or more values, not {len(values)}")
        return [one_line(str(value)) for value in values]

    def text(self, name: str) -> str:
        """A text, empty where it is absent."""
        value = self._fields.get(name)
        return "" if value is None else one_line(str(value))

    def numbers(self, name: str, length: int) -> Numbers:
        """A list of exactly so many numbers; missing is ``None``."""
        values = self._list(name)
        if len(values) != length:
            raise self.wrong(name, f"has {len(values)} values where {length} belong")
        return [self._number(name, value) for value in values]

    def interval(self, low: str, high: str, length: int) -> tuple[Numbers, Numbers] | None:
        """Two such lists, or ``None`` where either is absent; half an interval is missing."""
        if self._fields.get(low) is None or self._fields.get(high) is None:
            return None
        pairs = list(zip(self.numbers(low, length), self.numbers(high, length), strict=True))
        for lo, hi in pairs:
            if lo is not None and hi is not None and lo > hi:
                raise self.wrong(low, f"{lo:g} lies above {high} {hi:g}")
        whole = [pair if None not in pair else (None, None) for pair in pairs]
        return [lo for lo, _ in whole], [hi for _, hi in whole]

    def number(self, name: str) -> float | None:
        """One number, or ``None``."""
        return self._number(name, self._fields.get(name))

    def square(self, name: str, size: int) -> list[Numbers]:
        """A square table of numbers, by row."""
        rows = self._list(name)
        if len(rows) != size or not all(isinstance(r, list | tuple) for r in rows):
            raise self.wrong(name, f"is no table of {size} by {size}")
        if any(len(row) != size for row in rows):
            raise self.wrong(name, f"is no table of {size} by {size}")
        return [[self._number(name, value) for value in row] for row in rows]

    def records(self, name: str, length: int) -> list[dict[str, str]]:
        """A list of exactly so many dictionaries, as texts."""
        values = self._list(name)
        if len(values) != length or not all(isinstance(value, dict) for value in values):
            raise self.wrong(name, f"is no list of {length} dictionaries")
        return [{one_line(str(k)): one_line(str(v)) for k, v in value.items()} for value in values]

    def wrong(self, name: str, reason: str) -> PlotError:
        """The error of one field."""
        return PlotError(f"plot of kind {one_line(self.kind)}: {name} {reason}")

    def _list(self, name: str) -> Sequence[Any]:
        found = self._fields.get(name)
        if not isinstance(found, list | tuple):
            raise self.wrong(name, "is missing" if found is None else "is no list")
        return found

    def _number(self, name: str, value: object) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, f"holds {str(value)[:40]!r}, which is no number")
        return float(value) if math.isfinite(value) else None
