from __future__ import annotations

import re
from datetime import date

import pytest
from datasette.utils.asgi import BadRequest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.pages import asked

FIRST, LAST = "2023-02-01", "2025-11-21"


def test_the_usual_is_the_total_over_twelve_months() -> None:
    found = asked.shown({}, FIRST, LAST)
    assert (found.view.name, found.mean) == ("total", "7")
    assert found.span == asked.Span("2024-11-21", LAST)


def test_no_day_before_the_first_session_is_usual() -> None:
    assert asked.shown({}, "2025-10-01", LAST).span.since == "2025-10-01"


def test_what_is_asked_for_is_shown() -> None:
    address = {"view": "channels", "mean": "30", "since": "2025-01-05", "until": "2025-02-05"}
    found = asked.shown(address, FIRST, LAST)
    assert (found.view.name, found.mean) == ("channels", "30")
    assert found.span == asked.Span("2025-01-05", "2025-02-05")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ({"view": "<b>"}, "no view '<b>'; there are total"),
        ({"mean": "8"}, "no mean '8'; there are 1, 7, 30"),
        ({"since": "yesterday"}, "since is a day such as 2025-11-20, not 'yesterday'"),
        ({"until": "2025-02-30"}, "until is a day"),
        ({"since": "2025-11-02", "until": "2025-11-01"}, "comes after the last"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(address: dict[str, str], reason: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(reason)):
        asked.shown(address, FIRST, LAST)


def test_series_by_name_and_all_of_them() -> None:
    known = ["act", "channel:credit", "total"]
    assert asked.series({}, known) == tuple(known)
    assert asked.series({"series": "total,act"}, known) == ("total", "act")
    with pytest.raises(BadRequest, match="no series 'fear'"):
        asked.series({"series": "total,fear"}, known)


def test_shortcuts_that_reach_before_the_index_are_left_to_all() -> None:
    found = asked.shortcuts("2025-09-01", LAST)
    assert [label for label, _ in found] == ["1 m", "All"]
    assert found[-1][1] == asked.Span("2025-09-01", LAST)


def test_a_month_back_from_its_last_day() -> None:
    assert asked.months_before("2025-03-31", 1) == "2025-02-28"
    assert asked.months_before("2024-03-31", 1) == "2024-02-29"
    assert asked.months_before("2025-12-31", 1) == "2025-11-30"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_months_back_is_a_day_of_the_month_that_many_before(day: date, months: int) -> None:
    found = date.fromisoformat(asked.months_before(str(day), months))
    assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
    assert found.day <= day.day
