"""The index as a chart: line, moving averages, 90 % band and its highest days.

Charts are Vega-Lite specifications drawn by vl-convert in this process, so a picture or a page
needs no browser, no network and no script from elsewhere.
"""

from __future__ import annotations

import math
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import altair as alt
import vl_convert

from bubblefear.report.plot_labels import ROW, place
from bubblefear.report.terminal import one_line, shorten
from models.account.peaks import peaks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bubblefear.report.plot_labels import Flag
    from bubblefear.store.points import Point

# Fonts that have the glyphs of all three scripts, first found wins. Without one of them a PNG
# shows boxes for Chinese; SVG and HTML use what the reader's machine has.
FONTS = (
    "Noto Sans CJK SC, Noto Sans CJK TC, PingFang SC, PingFang TC, Microsoft YaHei, "
    "Microsoft JhengHei, WenQuanYi Zen Hei, Noto Sans, Helvetica, Arial, sans-serif"
)
# Mid tones: legible on white and on near-black alike, since a reader's page may be either.
LINE, SLOW, INK = "#d1495b", "#5b7db1", "#7b8494"
LABEL_COLUMNS = 40

Drawing = TypeVar("Drawing", alt.LayerChart, alt.VConcatChart)


def index_chart(
    points: Sequence[Point],
    *,
    title: str = "Fear that the AI boom is a bubble",
    subtitle: str = "",
    width: int = 860,
    height: int = 300,
    labels: int = 3,
    stories: Mapping[str, str] | None = None,
) -> alt.LayerChart:
    """Draw one series of the index.

    Args:
        points: one per session, in order of date; missing values leave a gap.
        title: said above the plot.
        subtitle: said under the title, such as the vintage.
        width: of the plotting area, in pixels.
        height: of the plotting area without the rows of labels, in pixels.
        labels: how many of the highest points get their date written beside them.
        stories: a few words for a date, written under it; they are cut to 40 columns.

    Returns:
        A chart with the layers band, daily value, 30-day mean and labelled peaks.
    """
    rows = [_row(point) for point in points]
    tops = sorted(peaks(points, labels), key=lambda top: -(top.value or 0.0))
    flags = _flags(points, tops, width, stories or {})
    head = ROW * (1 + max((flag.row for flag, _ in flags), default=-1))
    domain = _domain(rows, height, head)
    scale = alt.Scale(domain=domain, nice=False) if domain else alt.Scale(zero=False)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x_axis())
    band = base.mark_area(color=LINE, opacity=0.16).encode(
        y=alt.Y(
            "lo:Q", title="index (base mean = 100)", scale=scale, axis=_y_axis(domain, height, head)
        ),
        y2="hi:Q",
    )
    daily = base.mark_line(color=LINE, strokeWidth=1.4).encode(
        y=alt.Y("value:Q", scale=scale), tooltip=["session:N", "value:Q", "lo:Q", "hi:Q", "n:Q"]
    )
    slow = base.mark_line(color=SLOW, strokeWidth=2, strokeDash=[5, 3]).encode(y="ma30:Q")
    about = alt.TitleParams(title, subtitle=[subtitle] if subtitle else [], anchor="start")
    layers = [band, daily, slow, *_labels(flags, domain, height + head)]
    return styled(alt.LayerChart(layer=layers, title=about, width=width, height=height + head))


def x_axis() -> alt.X:
    """Dates without a time zone: a session is the same day wherever the reader is."""
    axis = alt.Axis(grid=False, labelOverlap=True, tickCount=8)
    return alt.X("date:T", title=None, axis=axis, scale=alt.Scale(type="utc"))


def _domain(rows: Sequence[dict[str, Any]], height: int, head: int) -> list[float]:
    """From the lowest to the highest number and ``head`` pixels more; empty without a number."""
    names = ("value", "ma30", "lo", "hi")
    known = [row[name] for row in rows for name in names if row[name] is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    reach = (high - low) or max(abs(high), 1.0)
    return [low - reach * 0.03, high + reach * (head + 8) / height]


def _y_axis(domain: Sequence[float], height: int, head: int) -> alt.Axis:
    """Ticks beside the data, none among the labels above it."""
    if not domain or not head:
        return alt.Axis()
    top = domain[1] - (domain[1] - domain[0]) * head / (height + head)
    return alt.Axis(values=ticks(domain[0], top))


def ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers from ``low`` to ``high``."""
    raw = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= raw * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(i * step, 10) for i in range(first, last + 1)]


def _flags(
    points: Sequence[Point], tops: Sequence[Point], width: int, stories: Mapping[str, str]
) -> list[tuple[Flag, Point]]:
    """The labels with their places and points, the highest point's first to get one."""
    if not tops:
        return []
    first, last = _day(points[0].date), _day(points[-1].date)
    days = (last - first).days
    by_x = {
        (_day(top.date) - first).days / days * width if days else width / 2: top for top in tops
    }
    wanted = [(x, _lines(top.date, stories.get(top.date))) for x, top in by_x.items()]
    return [(flag, by_x[flag.x]) for flag in place(wanted, width)]


def _lines(date: str, story: str | None) -> tuple[str, ...]:
    return (date, shorten(one_line(story), LABEL_COLUMNS)) if story else (date,)


def _labels(
    flags: Sequence[tuple[Flag, Point]], domain: Sequence[float], height: int
) -> list[alt.Chart]:
    """Points, leaders and texts, for a plot of ``height`` pixels over the ``domain``."""
    rows = []
    for flag, point in flags:
        top = domain[1] - (domain[1] - domain[0]) * flag.row * ROW / height
        rows.append(_row(point) | {"top": top, "lines": list(flag.lines), "side": flag.side})
    if not rows:
        return []
    base = alt.Chart(alt.InlineData(values=rows)).encode(x="date:T")
    leaders = base.mark_rule(color=INK, strokeWidth=1, opacity=0.6).encode(y="value:Q", y2="top:Q")
    dots = base.mark_point(color=LINE, filled=True, size=40, opacity=1).encode(y="value:Q")
    right = _texts(base, "left", 4).transform_filter("datum.side > 0")
    left = _texts(base, "right", -4).transform_filter("datum.side < 0")
    return [leaders, dots, right, left]


def _texts(base: alt.Chart, align: Literal["left", "right"], dx: int) -> alt.Chart:
    """Lines of words beside their leaders' upper ends."""
    text: alt.Chart = base.mark_text(
        color=INK, align=align, dx=dx, baseline="top", fontSize=11, lineHeight=13, dy=1
    ).encode(y="top:Q", text="lines:N")
    return text


def styled(chart: Drawing) -> Drawing:
    """The same look for every chart: fonts of three scripts, no background, quiet axes."""
    found: Drawing = (
        chart.configure(font=FONTS, background="transparent", padding=8)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor=INK, gridOpacity=0.2, domainColor=INK
        )
        .configure_legend(labelColor=INK, labelLimit=200)
        .configure_title(color=INK, subtitleColor=INK, fontSize=14, subtitleFontSize=11)
    )
    return found


def _row(point: Point) -> dict[str, Any]:
    numbers = {name: _finite(getattr(point, name)) for name in ("value", "ma30", "lo", "hi")}
    return {"date": point.date, "session": point.date, "n": point.n, **numbers}


def _day(text: str) -> date:
    """A session, a week's Monday, or the first day of a month (``2025-11``)."""
    return date.fromisoformat(text if len(text) > len("2025-11") else f"{text}-01")


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def svg(chart: alt.TopLevelMixin) -> str:
    """The chart as one SVG element, to be placed inside a page."""
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def drawn(chart: alt.TopLevelMixin, suffix: str) -> bytes:
    """A chart as the bytes of a ``.svg``, ``.png`` or ``.html`` file, which fetches nothing.

    Raises:
        ValueError: the suffix names no format that is drawn here.
    """
    specification = chart.to_dict()
    match suffix.lower():
        case ".svg":
            return svg(chart).encode()
        case ".png":
            specification["config"]["background"] = "white"
            return bytes(vl_convert.vegalite_to_png(specification, scale=2))
        case ".html":
            page = str(vl_convert.vegalite_to_html(specification, bundle=True))
            name = escape(specification["title"]["text"])
            return page.replace("<title>Chart</title>", f"<title>{name}</title>", 1).encode()
        case other:
            raise ValueError(f"charts are saved as .svg, .png or .html, not {other!r}")


def save(chart: alt.TopLevelMixin, path: Path) -> Path:
    """Write a chart to a ``.svg``, ``.png`` or ``.html`` file.

    Raises:
        ValueError: the suffix names no format that is drawn here.
    """
    path.write_bytes(drawn(chart, path.suffix))
    return path
