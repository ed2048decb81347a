"""The chart of the index's history as a Vega-Lite specification, for the browser to draw.

Above the sessions of a window, below all of them with the window as a brush. Its parameters:
``window`` (the brush), ``zoom`` (a span dragged over the chart) and ``day`` (the session under the
pointer). Colours are CSS variables, so that the chart follows the page's colour scheme.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from bubblefear.review.charts.views import TOTAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.review.charts.views import History

    Spec = dict[str, Any]

HEIGHT: Final = 280
_OVERVIEW: Final = 48
_BASE: Final = 100
# A wheel scrolls the page: it does not zoom what happens to be under it.
_SPAN: Final = {"type": "interval", "encodings": ["x"], "zoom": False}


def chart(found: History, since: str, until: str) -> Spec:
    """The chart of a view, opened on the sessions from ``since`` to ``until`` (``YYYY-MM-DD``)."""
    columns = [f"c{place}" for place in range(len(found.columns))]
    if found.view.name == TOTAL:
        layers = _total_layers()
    elif found.view.stacked:
        layers = [_area(place) for place in range(len(columns))]
    else:
        layers = [_line(column, f"var(--s{place + 1})") for place, column in enumerate(columns)]
    label = f"{found.view.label} from {since} to {until}; the table below has the figures"
    return {
        "description": label,
        "data": {"values": _values(found), "format": {"parse": _types(found)}},
        "bounds": "flush",
        "spacing": 34,
        "vconcat": [
            {
                "width": "container",
                "height": HEIGHT,
                "transform": [{"filter": {"param": "window"}}],
                "layer": [*layers, *([_base_line()] if found.view.based else []), _day(found)],
            },
            _overview(found, since, until),
        ],
    }


def _values(found: History) -> list[dict[str, str | float | None]]:
    """Dates and figures; of a stack also what stands below each part.

    Not as CSV: the browser's reader of it evaluates text as code, which our policy forbids.
    """
    names = list(_types(found))
    return [
        dict(zip(names, (day, *row, *(_tops(row) if found.view.stacked else ())), strict=True))
        for day, row in zip(found.dates, found.rows, strict=True)
    ]


def _types(found: History) -> dict[str, str]:
    names = [f"c{place}" for place in range(len(found.columns))]
    if found.view.stacked:
        names += [f"t{place}" for place in range(len(found.columns) + 1)]
    return {"date": "utc:'%Y-%m-%d'", **dict.fromkeys(names, "number")}


def _tops(row: Sequence[float | None]) -> list[float | None]:
    """Where each part of a stack begins and the last one ends; nothing where one is missing."""
    tops: list[float | None] = [0.0]
    height: float = 0.0
    for value in row:
        if value is None:
            return [None] * (len(row) + 1)
        height += value
        tops.append(round(height, 4))
    return tops


def _x(**more: object) -> Spec:
    axis = {
        "title": None,
        "grid": False,
        "tickCount": 8,
        "labelOverlap": "greedy",
        "labelSeparation": 14,
    }
    return {"field": "date", "type": "temporal", "axis": axis, "scale": {"type": "utc"}, **more}


def _y(column: str) -> Spec:
    axis = {"title": None, "minExtent": 40, "maxExtent": 40, "tickCount": 5}
    return {"field": column, "type": "quantitative", "axis": axis}


def _detail_x() -> Spec:
    return _x(scale={"type": "utc", "domain": {"param": "window"}})


def _line(column: str, color: str, **mark: object) -> Spec:
    # A lone session between two missing ones has no line: its point shows it.
    drawn = {"type": "line", "color": color, "strokeWidth": 1.6, "clip": True, **mark}
    return {"mark": drawn, "encoding": {"x": _detail_x(), "y": _y(column)}}


def _area(place: int) -> Spec:
    mark = {"type": "area", "color": f"var(--s{place + 1})", "opacity": 0.85, "clip": True}
    ends = {"y": _y(f"t{place}"), "y2": {"field": f"t{place + 1}"}}
    return {"mark": mark, "encoding": {"x": _detail_x(), **ends}}


def _total_layers() -> list[Spec]:
    band = {"type": "area", "color": "var(--accent)", "opacity": 0.14, "clip": True}
    return [
        {
            "mark": band,
            "encoding": {"x": _detail_x(), "y": _y("c3"), "y2": {"field": "c4"}},
        },
        _line("c0", "var(--accent)", strokeWidth=1.1, opacity=0.75, point=_points()),
        _line("c1", "var(--s1)", strokeWidth=1.6),
        _line("c2", "var(--ink)", strokeWidth=2.2),
    ]


def _points() -> Spec:
    return {"size": 9, "color": "var(--accent)", "opacity": 0.8}


def _base_line() -> Spec:
    """The base window's mean."""
    mark = {"type": "rule", "color": "var(--edge)", "strokeDash": [2, 4]}
    return {"mark": mark, "encoding": {"y": {"datum": _BASE}}}


def _day(found: History) -> Spec:
    """The session under the pointer, with its figures."""
    tooltip: list[Spec] = [
        {"field": "date", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": "Session",
         "format": "%Y-%m-%d"},
    ]  # fmt: skip
    for place, label in enumerate(found.columns):
        written = ",.0f" if label == "Articles" else ",.1f"
        figure = {"field": f"c{place}", "type": "quantitative", "format": written, "title": label}
        tooltip.append(figure)
    under = {"type": "point", "encodings": ["x"], "nearest": True, "on": "pointermove,pointerdown"}
    return {
        "params": [
            {"name": "day", "select": {**under, "clear": "pointerout"}},
            {"name": "zoom", "select": {**_SPAN, "translate": False}},
        ],
        "mark": {"type": "rule", "color": "var(--ink)"},
        "encoding": {
            "x": _detail_x(),
            "opacity": {"condition": {"param": "day", "empty": False, "value": 0.7}, "value": 0},
            "tooltip": tooltip,
        },
    }


def _overview(found: History, since: str, until: str) -> Spec:
    """All sessions, and the window on them as a brush."""
    brush = {"fill": "var(--link)", "fillOpacity": 0.16, "stroke": "var(--link)"}
    height = f"t{len(found.columns)}" if found.view.stacked else "c0"
    return {
        "width": "container",
        "height": _OVERVIEW,
        "params": [
            {
                "name": "window",
                "select": {**_SPAN, "mark": brush},
                "value": {"x": [_instant(since), _instant(until)]},
            }
        ],
        "mark": {"type": "area", "color": "var(--edge)", "opacity": 0.5},
        "encoding": {
            "x": _x(),
            "y": {"field": height, "type": "quantitative", "axis": None},
        },
    }


def _instant(day: str) -> int:
    """The beginning of a day in UTC, in milliseconds since 1970."""
    return round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
