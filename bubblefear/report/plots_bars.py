"""Numbers beside one another, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt

from bubblefear.report.plot_text import counted, figure, heading
from bubblefear.report.plots import LINE, SLOW, styled

if TYPE_CHECKING:
    from bubblefear.report.plot_payload import Numbers, Payload

_ROW, _LABEL = 22, 120


@dataclass(frozen=True)
class Bars:
    """Values by label, in the order given."""

    labels: list[str]
    value: Numbers
    interval: tuple[Numbers, Numbers] | None
    y_label: str


def read(payload: Payload) -> Bars:
    """The fields of a payload of kind ``bars``.

    Raises:
        PlotError: a field is missing, of another length or no number, or a label comes twice.
    """
    labels = payload.texts("label")
    if len(set(labels)) < len(labels):
        raise payload.wrong("label", "holds a label twice")
    count = len(labels)
    interval = payload.interval("lo", "hi", count)
    return Bars(labels, payload.numbers("value", count), interval, payload.text("y_label"))


def draw(payload: Payload, title: str, width: int) -> alt.LayerChart:
    """Horizontal bars, so that long labels can be read; a missing value leaves its row empty."""
    bars = read(payload)
    low, high = bars.interval or ([None] * len(bars.labels), [None] * len(bars.labels))
    rows = [
        {"label": label, "value": value, "lo": lo, "hi": hi}
        for label, value, lo, hi in zip(bars.labels, bars.value, low, high, strict=True)
    ]
    axis = alt.Axis(labelLimit=_LABEL, ticks=False, domain=False, grid=False)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=bars.labels, title=None, axis=axis)
    )
    layers = [
        base.mark_bar(color=SLOW, opacity=0.75, height=10).encode(x=alt.X("value:Q", title=None)),
        base.mark_rule(color=LINE, strokeWidth=1.8).encode(x="lo:Q", x2="hi:Q"),
    ]
    return styled(
        alt.LayerChart(
            layer=layers,
            title=heading(title, [bars.y_label], width),
            width=width - _LABEL - 20,
            height=_ROW * len(bars.labels),
        )
    )


def words(payload: Payload, title: str) -> str:
    """The plot in one sentence, for whoever does not see it."""
    bars = read(payload)
    named = [f"{n} {figure(v)}" for n, v in zip(bars.labels, bars.value, strict=True)]
    shown = ", ".join(named[:12]) + (", and so on" if len(named) > 12 else "")
    return f"{title}: {counted(len(named), 'bar')}, {bars.y_label}: {shown}."
