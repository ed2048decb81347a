"""Where the words beside a chart's peaks go: inside the plot, over no line and no other words.

Each peak gets a flag: a vertical leader from its point up to a row above all data, and text that
begins or ends at the leader. A flag may lie on no other flag's text, and no leader may run through
a text. Pixels count from the plot's left and upper edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.report.terminal import display_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROW: Final = 32
# A column of an 11 px font, on the generous side; a CJK character takes two.
COLUMN: Final = 6.2
GAP: Final = 10.0


@dataclass(frozen=True, slots=True)
class Flag:
    """A label in its place.

    Attributes:
        x: Its point and leader.
        lines: Its text.
        row: 0 is the uppermost.
        side: 1 reads to the right of the leader, -1 ends at it.
        span: From where to where the text reaches, with a little air.
    """

    x: float
    lines: tuple[str, ...]
    row: int
    side: int
    span: tuple[float, float]


def text_width(lines: Sequence[str]) -> float:
    """Pixels of the longest line, leader and air included."""
    return max(display_width(line) for line in lines) * COLUMN + GAP


def place(wanted: Sequence[tuple[float, tuple[str, ...]]], width: float) -> list[Flag]:
    """Give every label its row and side, in as few rows as will do.

    Args:
        wanted: Pixel of the point and lines of the text, the most important first.
        width: Of the plot.

    Returns:
        The labels that have room, by their points from left to right: where there is none for
        all, the least important go first.
    """
    sides = {label: _sides(*label, width) for label in wanted}
    for count in range(len(wanted), 0, -1):
        chosen = sorted(wanted[:count])
        for rows in range(1, count + 1):
            found = _search(chosen, sides, rows, [])
            if found is not None:
                return found
    return []


def _sides(x: float, lines: tuple[str, ...], width: float) -> list[tuple[int, tuple[float, float]]]:
    """The sides on which a text stays inside the plot, right first, and its span there."""
    reach = text_width(lines)
    found = []
    if x + reach <= width:
        found.append((1, (x - GAP / 2, x + reach + GAP / 2)))
    if x - reach >= 0:
        found.append((-1, (x - reach - GAP / 2, x + GAP / 2)))
    return found


def _search(
    wanted: Sequence[tuple[float, tuple[str, ...]]],
    sides: Mapping[tuple[float, tuple[str, ...]], Sequence[tuple[int, tuple[float, float]]]],
    rows: int,
    done: list[Flag],
) -> list[Flag] | None:
    if len(done) == len(wanted):
        return done
    x, lines = wanted[len(done)]
    for row in range(rows):
        for side, span in sides[x, lines]:
            if not any(_clash(x, row, span, other) for other in done):
                flag = Flag(x, lines, row, side, span)
                found = _search(wanted, sides, rows, [*done, flag])
                if found is not None:
                    return found
    return None


def _clash(x: float, row: int, span: tuple[float, float], other: Flag) -> bool:
    """Whether two texts lie on each other, or the upper one's leader on the lower text."""
    if row == other.row:
        return span[0] < other.span[1] and other.span[0] < span[1]
    if row < other.row:
        return other.span[0] < x < other.span[1]
    return span[0] < other.x < span[1]
