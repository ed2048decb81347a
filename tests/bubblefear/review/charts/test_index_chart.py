from __future__ import annotations

import json
from typing import Any

import pytest

from bubblefear.review.charts.index_chart import chart
from bubblefear.review.charts.views import VIEWS, history
from bubblefear.store.points import Point

DAYS = ("2025-11-19", "2025-11-20", "2025-11-21")
SERIES = ("total", "threat", "act", "channel:credit", "channel:capex", "lang:en", "entity:Nvidia")


def points() -> list[Point]:
    values = {DAYS[0]: 100.0, DAYS[1]: None, DAYS[2]: 120.0}
    return [
        Point(series, day, value, value, value, value and value - 9, value and value + 9, 40)
        for series in SERIES
        for day, value in values.items()
    ]


def spec(view: str) -> dict[str, Any]:
    return chart(history(VIEWS[view], points(), "1"), DAYS[0], DAYS[2])


def test_the_window_opens_on_the_days_asked_for() -> None:
    brush = spec("total")["vconcat"][1]["params"][0]
    assert brush["value"] == {"x": [1763510400000, 1763683200000]}  # 2025-11-19 and -21, 00:00 UTC


def test_a_stack_stands_on_itself_and_a_missing_session_is_a_gap_in_all_of_it() -> None:
    rows = spec("kinds")["data"]["values"]
    assert rows[0] == {
        "date": DAYS[0],
        "c0": 100.0,
        "c1": 100.0,
        "t0": 0.0,
        "t1": 100.0,
        "t2": 200.0,
    }
    assert [rows[1][name] for name in ("c0", "c1", "t0", "t1", "t2")] == [None] * 5


def test_the_tooltip_names_every_column() -> None:
    shown = spec("channels")["vconcat"][0]["layer"][-1]["encoding"]["tooltip"]
    assert [figure["title"] for figure in shown] == ["Session", "capex", "credit"]


def test_colours_are_the_page_s_own() -> None:
    text = json.dumps(spec("channels")["vconcat"])
    assert "var(--s1)" in text
    assert "#" not in text


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_vega_lite_compiles_every_view(view: str) -> None:
    import vl_convert

    compiled = vl_convert.vegalite_to_vega(spec(view) | {"width": 600})
    names = {signal["name"] for signal in compiled["signals"]}
    assert {"window", "zoom", "day"} <= names


@pytest.mark.slow
def test_a_session_that_is_missing_breaks_the_line() -> None:
    import vl_convert

    told = spec("languages")
    told["vconcat"] = [part | {"width": 300} for part in told["vconcat"]]
    line = told["vconcat"][0]["layer"][0]["mark"]
    line["color"] = "#123456"
    drawn = vl_convert.vegalite_to_svg(told)
    path = next(part for part in drawn.split("<path")[1:] if 'stroke="#123456"' in part)
    assert path.split('d="')[1].split('"')[0].count("M") == 2
