"""A statistic over a moving window, by the window's last session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import altair as alt

from bubblefear.report.plot_text import counted, figure, heading
from bubblefear.report.plots import INK, SLOW, styled

if TYPE_CHECKING:
    from bubblefear.report.plot_payload import Numbers, Payload

_HEIGHT = 170
# Calendar days from which a month is enough to name a tick.
_MONTHS = 150


@dataclass(frozen=True)
class Rolling:
    """A series by session; ``reference`` is a number to hold it against, such as a stated one."""

    dates: list[str]
    y_label: str
    value: Numbers
    interval: tuple[Numbers, Numbers] | None
    reference: float | None


def read(payload: Payload) -> Rolling:
    """The fields of a payload of kind ``rolling``.

    Raises:
        PlotError: a field is missing, of another length or no number, or a date is none or out
            of order.
    """
    dates = payload.texts("date")
    for day in dates:
        _check_day(payload, day)
    if any(later <= earlier for earlier, later in pairwise(dates)):
        raise payload.wrong("date", "is out of order or holds a day twice")
    count = len(dates)
    return Rolling(
        dates,
        payload.text("y_label"),
        payload.numbers("value", count),
        payload.interval("lo", "hi", count),
        payload.number("reference"),
    )


def _check_day(payload: Payload, day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise payload.wrong("date", f"holds {day[:40]!r}, which is no day") from error


def draw(payload: Payload, title: str, width: int) -> alt.LayerChart:
    """The line over its interval; the reference as a dashed line with its number."""
    rolling = read(payload)
    layers = [*_band(rolling), _line(rolling), *_reference(rolling)]
    said = [rolling.y_label]
    if rolling.reference is not None:
        said.append(f"dashed: {figure(rolling.reference)}")
    return styled(
        alt.LayerChart(
            layer=layers, title=heading(title, said, width), width=width - 60, height=_HEIGHT
        )
    )


def words(payload: Payload, title: str) -> str:
    """The plot in one sentence, for whoever does not see it."""
    rolling = read(payload)
    known = [
        (value, day)
        for value, day in zip(rolling.value, rolling.dates, strict=True)
        if value is not None
    ]
    if not known:
        return f"{title}: no window has a value."
    (low, at_low), (high, at_high) = min(known), max(known)
    last, day = known[-1]
    return (
        f"{title}: {counted(len(known), 'window')} of {counted(len(rolling.dates), 'session')}, "
        f"from {figure(low)} ({at_low}) to {figure(high)} ({at_high}), "
        f"last {figure(last)} ({day}); {rolling.y_label}."
    )


def _x(rolling: Rolling) -> alt.X:
    """Few ticks that all name their year: a row of April, October, April says nothing."""
    first, last = date.fromisoformat(rolling.dates[0]), date.fromisoformat(rolling.dates[-1])
    wanted = "%Y-%m" if (last - first).days > _MONTHS else "%Y-%m-%d"
    axis = alt.Axis(grid=False, labelOverlap=True, tickCount=4, format=wanted)
    return alt.X("date:T", title=None, axis=axis, scale=alt.Scale(type="utc"))


def _band(rolling: Rolling) -> list[alt.Chart]:
    if rolling.interval is None:
        return []
    pairs = zip(rolling.dates, *rolling.interval, strict=True)
    rows = [{"date": day, "lo": lo, "hi": hi} for day, lo, hi in pairs]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_x(rolling))
    return [base.mark_area(color=SLOW, opacity=0.24).encode(y=alt.Y("lo:Q", title=None), y2="hi:Q")]


def _line(rolling: Rolling) -> alt.Chart:
    pairs = zip(rolling.dates, rolling.value, strict=True)
    rows = [{"date": day, "value": value} for day, value in pairs]
    # A round cap shows also a window between two that are missing: a line of no length.
    line: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(color=SLOW, strokeWidth=1.6, strokeCap="round")
        .encode(x=_x(rolling), y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)))
    )
    return line


def _reference(rolling: Rolling) -> list[alt.Chart]:
    if rolling.reference is None:
        return []
    base = alt.Chart(alt.InlineData(values=[{"reference": rolling.reference}]))
    return [base.mark_rule(color=INK, strokeWidth=1.2, strokeDash=[5, 3]).encode(y="reference:Q")]
