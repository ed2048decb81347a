"""The index as a chart: line, moving averages, 90 % band and its highest days.

Charts are Vega-Lite specifications drawn by vl-convert in this process, so a picture or a page
needs no browser, no network and no script from elsewhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bubblefear.store.points import Point

# Fonts that have the glyphs of all three scripts, first found wins. Without one of them a PNG
# shows boxes for Chinese; SVG and HTML use what the reader's machine has.
FONTS = (
    "Noto Sans CJK SC, Noto Sans CJK TC, PingFang SC, PingFang TC, Microsoft YaHei, "
    "Microsoft JhengHei, WenQuanYi Zen Hei, Noto Sans, Helvetica, Arial, sans-serif"
)
# Mid tones: legible on white and on near-black alike, since a reader's page may be either.
LINE, SLOW, INK = "#d1495b", "#5b7db1", "#7b8494"
_REACH = 5


def peaks(points: Sequence[Point], count: int = 3) -> list[Point]:
    """The highest points, each the maximum of its surroundings so that an episode is named once.

    Surroundings reach five points to either side; of equal values the earliest counts.
    """
    values = [_finite(point.value) for point in points]
    tops = [
        (value, i)
        for i, value in enumerate(values)
        if value is not None and _is_top(values, value, i)
    ]
    highest = sorted(tops, key=lambda pair: (-pair[0], pair[1]))[:count]
    return [points[place] for _, place in sorted(highest, key=lambda pair: pair[1])]


def _is_top(values: Sequence[float | None], value: float, place: int) -> bool:
    before = values[max(0, place - _REACH) : place]
    after = values[place + 1 : place + 1 + _REACH]
    return all(v is None or v < value for v in before) and all(
        v is None or v <= value for v in after
    )


def index_chart(
    points: Sequence[Point],
    *,
    title: str = "Fear that the AI boom is a bubble",
    subtitle: str = "",
    width: int = 860,
    height: int = 300,
    labels: int = 3,
) -> alt.LayerChart:
    """Draw one series of the index.

    Args:
        points: one per session, in order of date; missing values leave a gap.
        title: said above the plot.
        subtitle: said under the title, such as the vintage.
        width: of the plotting area, in pixels.
        height: of the plotting area, in pixels.
        labels: how many of the highest points get their date written beside them.

    Returns:
        A chart with four layers: band, daily value, 30-day mean and labelled peaks.
    """
    rows = [_row(point) for point in points]
    tops = [_row(point) | {"label": point.date} for point in peaks(points, labels)]
    day = alt.X("date:T", title=None, axis=alt.Axis(grid=False, labelOverlap=True, tickCount=8))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=day)
    scale = alt.Scale(zero=False)
    band = base.mark_area(color=LINE, opacity=0.16).encode(
        y=alt.Y("lo:Q", title="index (base mean = 100)", scale=scale), y2="hi:Q"
    )
    daily = base.mark_line(color=LINE, strokeWidth=1.4).encode(
        y=alt.Y("value:Q", scale=scale), tooltip=["date:T", "value:Q", "lo:Q", "hi:Q", "n:Q"]
    )
    slow = base.mark_line(color=SLOW, strokeWidth=2, strokeDash=[5, 3]).encode(y="ma30:Q")
    head = alt.TitleParams(title, subtitle=[subtitle] if subtitle else [], anchor="start")
    layers = [band, daily, slow, *_labels(tops)]
    return _styled(alt.LayerChart(layer=layers, title=head, width=width, height=height))


def _labels(tops: list[dict[str, Any]]) -> list[alt.Chart]:
    if not tops:
        return []
    base = alt.Chart(alt.InlineData(values=tops)).encode(x="date:T", y="value:Q")
    dots = base.mark_point(color=LINE, filled=True, size=40, opacity=1)
    text = base.mark_text(color=INK, dy=-10, fontSize=11, fontWeight=600).encode(text="label:N")
    return [dots, text]


def _styled(chart: alt.LayerChart) -> alt.LayerChart:
    styled: alt.LayerChart = (
        chart.configure(font=FONTS, background="transparent", padding=8)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor=INK, gridOpacity=0.2, domainColor=INK
        )
        .configure_title(color=INK, subtitleColor=INK, fontSize=14, subtitleFontSize=11)
    )
    return styled


def _row(point: Point) -> dict[str, Any]:
    numbers = {name: _finite(getattr(point, name)) for name in ("value", "ma30", "lo", "hi")}
    return {"date": point.date, "n": point.n, **numbers}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def svg(chart: alt.TopLevelMixin) -> str:
    """The chart as one SVG element, to be placed inside a page."""
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def save(chart: alt.TopLevelMixin, path: Path) -> Path:
    """Write a chart to a ``.svg``, ``.png`` or ``.html`` file; nothing in it is fetched later.

    Raises:
        ValueError: the suffix names no format that is drawn here.
    """
    specification = chart.to_dict()
    match path.suffix.lower():
        case ".svg":
            path.write_text(svg(chart), encoding="utf-8")
        case ".png":
            specification["config"]["background"] = "white"
            path.write_bytes(vl_convert.vegalite_to_png(specification, scale=2))
        case ".html":
            page = vl_convert.vegalite_to_html(specification, bundle=True)
            path.write_text(page, encoding="utf-8")
        case other:
            raise ValueError(f"{path}: charts are saved as .svg, .png or .html, not {other!r}")
    return path
