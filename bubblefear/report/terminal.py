"""Plain-text pieces for a terminal: sparklines, a small table, signed changes.

Nothing here writes: every function returns text, so that a command decides where it goes.
"""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
GAP = " "
MISSING = "–"


def is_missing(value: float | None) -> bool:
    """Say whether a number is absent: ``None``, NaN or infinite."""
    return value is None or not math.isfinite(value)


def sparkline(values: Sequence[float | None]) -> str:
    """One character per value, from the lowest bar to the highest; a gap where one is missing.

    A flat series is drawn at mid height: its lowest value is its highest too.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return GAP * len(values)
    low, high = min(known), max(known)
    return "".join(_bar(value, low, high) for value in values)


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None or not math.isfinite(value):
        return GAP
    if high == low:
        return BARS[len(BARS) // 2 - 1]
    # Halves first: high - low of two huge values of opposite sign overflows to infinity.
    share = (value / 2 - low / 2) / (high / 2 - low / 2)
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def number(value: float | None, digits: int = 1) -> str:
    """A number with fixed decimals, or a dash where it is missing."""
    if value is None or is_missing(value):
        return MISSING
    return f"{value:,.{digits}f}"


def change(now: float | None, before: float | None, digits: int = 1) -> str:
    """Signed difference ``now - before``, or a dash where either is missing."""
    if now is None or before is None or is_missing(now) or is_missing(before):
        return MISSING
    return f"{now - before:+,.{digits}f}"


def display_width(text: str) -> int:
    """Columns that a terminal gives to a text: two for a CJK character, none for an accent."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def one_line(text: str) -> str:
    """The text without control characters and with single spaces.

    A title is a publisher's: an escape sequence in it would be obeyed by the terminal.
    """
    kept = (" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def shorten(text: str, width: int) -> str:
    """Cut a text to ``width`` columns, the last being an ellipsis where something was cut."""
    if display_width(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += _columns(character)
        if used > width - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int = 80) -> str:
    """Aligned columns: numbers to the right, the widest text column cut to fit ``width``."""
    cells = [[one_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(display_width(row[i]) for row in cells) for i in range(len(header))]
    excess = sum(widths) + 2 * (len(widths) - 1) - width
    if excess > 0:
        widest = widths.index(max(widths))
        widths[widest] = max(8, widths[widest] - excess)
    rights = [_is_numeric([row[i] for row in cells[1:]]) for i in range(len(header))]
    lines = [
        "  ".join(_cell(c, w, r) for c, w, r in zip(row, widths, rights, strict=True))
        for row in cells
    ]
    rule = "  ".join("─" * w for w in widths)
    return "\n".join(line.rstrip() for line in (lines[0], rule, *lines[1:]))


def _is_numeric(cells: Sequence[str]) -> bool:
    shown = [cell for cell in cells if cell not in ("", "-", MISSING)]
    return bool(shown) and all(
        cell.strip("+-–<>%,. ").replace(",", "").replace(".", "").isdigit() for cell in shown
    )


def _cell(text: str, width: int, right: bool) -> str:
    text = shorten(text, width)
    padding = " " * (width - display_width(text))
    return padding + text if right else text + padding
