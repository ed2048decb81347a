from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.charts.views import MOST, VIEWS, between, history
from bubblefear.store.points import Point

DAYS = ("2025-11-19", "2025-11-20", "2025-11-21")


def point(series: str, day: str, value: float | None, ma7: float | None = None) -> Point:
    return Point(series, day, value, ma7, None, None, None, 5)


def test_the_total_shows_every_figure_and_none_of_other_series() -> None:
    own = Point("total", DAYS[0], 110.0, 105.0, 101.0, 90.0, 130.0, 40)
    found = history(VIEWS["total"], [own, point("realtime:total", DAYS[0], 3.0)])
    assert found.columns[0] == "Index"
    assert found.rows == ((110.0, 105.0, 101.0, 90.0, 130.0, 40),)


def test_series_stand_by_their_mean_and_a_session_that_one_lacks_is_missing() -> None:
    points = [
        point("channel:credit", DAYS[0], 10.0),
        point("channel:capex", DAYS[0], 20.0),
        point("channel:capex", DAYS[1], None),
        point("channel:credit", DAYS[2], 30.0),
        point("threat", DAYS[2], 900.0),
    ]
    found = history(VIEWS["channels"], points, "1")
    assert found.columns == ("capex", "credit")
    assert found.dates == DAYS
    assert found.rows == ((20.0, 10.0), (None, None), (None, 30.0))


def test_the_mean_asked_for_is_shown() -> None:
    points = [point("lang:en", DAYS[0], 10.0, ma7=4.0)]
    assert history(VIEWS["languages"], points, "7").rows == ((4.0,),)


def test_no_more_series_than_there_are_colours() -> None:
    points = [point(f"entity:{place}", DAYS[0], float(place)) for place in range(MOST + 4)]
    found = history(VIEWS["entities"], points, "1")
    assert found.columns == tuple(str(place) for place in range(MOST + 3, 3, -1))


def test_sessions_between_two_days_newest_first() -> None:
    found = history(VIEWS["kinds"], [point("act", day, 1.0) for day in DAYS], "1")
    assert between(found, DAYS[1], "2025-12-31") == [(DAYS[2], (1.0,)), (DAYS[1], (1.0,))]


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "total"])
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.floats(0, 1e6) | st.none())))
def test_no_figure_is_lost_or_moved(name: str, drawn: list[tuple[int, int, float | None]]) -> None:
    view = VIEWS[name]
    prefix = view.prefixes[0]
    figures = {(f"{prefix}{number}", DAYS[day]): value for number, day, value in drawn}
    points = [point(series, day, value) for (series, day), value in figures.items()]
    found = history(view, points, "1")
    for (series, day), value in figures.items():
        label = series.rpartition(":")[2]
        if label in found.columns:
            assert found.rows[found.dates.index(day)][found.columns.index(label)] == value
    assert len(found.columns) == min(MOST, len({series for series, _ in figures}))
