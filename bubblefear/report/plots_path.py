"""A path: the response at each session after a shock, or around an event, with its bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt

from bubblefear.report.plot_text import counted, figure, heading
from bubblefear.report.plots import INK, LINE, styled

if TYPE_CHECKING:
    from bubblefear.report.plot_payload import Numbers, Payload

_HEIGHT = 190


@dataclass(frozen=True)
class Path:
    """A response by step; ``band`` is simultaneous, ``interval`` pointwise."""

    x: list[float]
    x_label: str
    y_label: str
    estimate: Numbers
    interval: tuple[Numbers, Numbers] | None
    band: tuple[Numbers, Numbers] | None

    @property
    def outside(self) -> int:
        """Steps at which the widest band that there is leaves out 0."""
        shown = self.band or self.interval
        if shown is None:
            return 0
        pairs = zip(*shown, strict=True)
        return sum(1 for lo, hi in pairs if lo is not None and hi is not None and lo * hi > 0)


def read(payload: Payload) -> Path:
    """The fields of a payload of kind ``path``.

    Raises:
        PlotError: a field is missing, of another length or no number.
    """
    count = len(payload.texts("x"))
    steps = payload.numbers("x", count)
    known = [step for step in steps if step is not None]
    if len(known) < count:
        raise payload.wrong("x", "has a step that is missing")
    return Path(
        known,
        payload.text("x_label"),
        payload.text("y_label"),
        payload.numbers("estimate", count),
        payload.interval("lo", "hi", count),
        payload.interval("band_lo", "band_hi", count),
    )


def draw(payload: Payload, title: str, width: int) -> alt.LayerChart:
    """Line and points over the pointwise interval and, lighter, the simultaneous band."""
    path = read(payload)
    layers = [_zero()]
    if path.band:
        layers += _area(path, path.band, 0.16)
    if path.interval:
        layers += _area(path, path.interval, 0.26)
    layers.append(_line(path))
    said = [path.y_label, _legend(path)]
    return styled(
        alt.LayerChart(
            layer=layers, title=heading(title, said, width), width=width - 60, height=_HEIGHT
        )
    )


def words(payload: Payload, title: str) -> str:
    """The plot in one sentence, for whoever does not see it."""
    path = read(payload)
    known = [
        (value, step)
        for value, step in zip(path.estimate, path.x, strict=True)
        if value is not None
    ]
    if not known:
        return f"{title}: no step has a value."
    (low, at_low), (high, at_high) = min(known), max(known)
    return (
        f"{title}: over {counted(len(path.x), 'step')} ({path.x_label}) the estimate goes from "
        f"{figure(low)} at {at_low:g} to {figure(high)} at {at_high:g}, {path.y_label}; "
        f"its band leaves out 0 at {path.outside} of them."
    )


def _legend(path: Path) -> str:
    if path.interval and path.band:
        return "dark: interval at each step; light: band for the whole path"
    if path.interval:
        return "shaded: interval at each step"
    return "shaded: band for the whole path" if path.band else ""


def _x(path: Path) -> alt.X:
    # Ticks at the steps: there is no response at session 2.5.
    step = max(1, len(path.x) // 11)
    axis = alt.Axis(grid=False, values=path.x[::step], format="d", title=path.x_label)
    return alt.X("x:Q", axis=axis, scale=alt.Scale(nice=False, padding=6))


def _zero() -> alt.Chart:
    base = alt.Chart(alt.InlineData(values=[{"zero": 0.0}]))
    zero: alt.Chart = base.mark_rule(color=INK, strokeWidth=1).encode(y=alt.Y("zero:Q", title=None))
    return zero


def _area(path: Path, band: tuple[Numbers, Numbers], opacity: float) -> list[alt.Chart]:
    low, high = band
    rows = [{"x": x, "lo": a, "hi": b} for x, a, b in zip(path.x, low, high, strict=True)]
    y, y2 = alt.Y("lo:Q", title=None), "hi:Q"
    area = alt.Chart(alt.InlineData(values=rows)).mark_area(color=LINE, opacity=opacity)
    layers = [area.encode(x=_x(path), y=y, y2=y2)]
    # An area of one step between two that are missing has no width: it is drawn as a line.
    alone = [row for at, row in enumerate(rows) if _alone(low, at)]
    if alone:
        rule = alt.Chart(alt.InlineData(values=alone)).mark_rule(
            color=LINE, opacity=opacity, strokeWidth=5
        )
        layers.append(rule.encode(x=_x(path), y=y, y2=y2))
    return layers


def _alone(values: Numbers, at: int) -> bool:
    beside = [*values[max(0, at - 1) : at], *values[at + 1 : at + 2]]
    return values[at] is not None and not any(value is not None for value in beside)


def _line(path: Path) -> alt.Chart:
    rows = [{"x": x, "value": v} for x, v in zip(path.x, path.estimate, strict=True)]
    mark = alt.OverlayMarkDef(color=LINE, size=26, filled=True)
    line: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(color=LINE, strokeWidth=1.8, point=mark)
        .encode(x=_x(path), y=alt.Y("value:Q", title=None))
    )
    return line
