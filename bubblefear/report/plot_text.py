"""Words around a chart: titles in lines that fit, and numbers as a sentence says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from bubblefear.report.terminal import display_width, is_missing, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE_SIZE, TEXT_SIZE = 13, 11
# Widths of an average Latin letter of a bold title and of a plain text, in pixels; a CJK
# character counts as two.
_TITLE_COLUMN, _TEXT_COLUMN = 7.4, 5.9


def heading(title: str, said: Sequence[str], width: int) -> alt.TitleParams:
    """A title and the lines under it, wrapped to ``width`` pixels.

    Units stand here and not along the axis: one such as "percent per standard deviation of the
    fear innovation" is longer than the axis is high.
    """
    return alt.TitleParams(
        wrapped(title, int(width / _TITLE_COLUMN)),
        subtitle=[line for text in said for line in wrapped(text, int(width / _TEXT_COLUMN))],
        anchor="start",
        frame="bounds",
        fontSize=TITLE_SIZE,
        subtitleFontSize=TEXT_SIZE,
        subtitlePadding=4,
        offset=10,
    )


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns`` columns; Chinese, which has no spaces, is cut anywhere."""
    lines: list[str] = []
    line = ""
    for word in _pieces(one_line(text), columns):
        joined = f"{line} {word}" if line else word
        if display_width(joined) > columns and line:
            lines.append(line)
            joined = word
        line = joined
    return [*lines, line] if line else lines


def _pieces(text: str, columns: int) -> list[str]:
    """The words, those that are too long for a line in parts."""
    found = []
    for word in text.split():
        part = ""
        for character in word:
            if display_width(part + character) > columns:
                found.append(part)
                part = ""
            part += character
        found.append(part)
    return found


def figure(value: float | None) -> str:
    """Three significant digits without an exponent where a reader can do without: 0.717, 89,400."""
    if value is None or is_missing(value):
        return "missing"
    if value == 0 or 1e-4 <= abs(value) < 1e3:
        return f"{value:.3g}"
    return f"{value:,.0f}" if 1e3 <= abs(value) < 1e9 else f"{value:.2e}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """``1 session``, ``2 sessions``; ``plural`` where it is not the noun with an s."""
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"
