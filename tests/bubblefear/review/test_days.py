from __future__ import annotations

import sqlite3

import pytest

from bubblefear.review import days


def test_a_monday_takes_the_weekend() -> None:
    window = days.window("2025-11-24")
    assert window == days.Window("2025-11-24", "2025-11-21T21:00:00Z", "2025-11-24T21:00:00Z")


def test_a_half_day_closes_early() -> None:
    assert days.session_end("2025-11-28") == "2025-11-28T18:00:00Z"
    assert days.session_start("2025-12-01") == "2025-11-28T18:00:00Z"


@pytest.mark.parametrize("day", ["2025-11-27", "2025-11-22", "x", "", "0001-01-01", "9999-12-31"])
def test_no_session_no_window(day: str) -> None:
    assert days.window(day) is None


def test_the_news_of_a_holiday_belongs_to_the_next_session() -> None:
    assert days.next_session("2025-11-27") == "2025-11-28"


@pytest.mark.parametrize("value", [None, 5, b"2025-11-21"])
def test_sql_functions_take_anything(value: object) -> None:
    conn = sqlite3.connect(":memory:")
    conn.create_function("session_start", 1, days.session_start)
    assert conn.execute("SELECT session_start(?)", (value,)).fetchone() == (None,)
    conn.close()


@pytest.mark.parametrize(
    ("instant", "session"),
    [
        ("2025-11-21T21:00:00Z", "2025-11-21"),
        ("2025-11-21T21:00:01Z", "2025-11-24"),
        ("2025-11-28T18:00:01Z", "2025-12-01"),  # a half day
        ("2025-11-27T12:00:00Z", "2025-11-28"),  # a holiday
        ("0001-01-01T00:00:00Z", None),
    ],
)
def test_an_instant_belongs_to_the_next_close(instant: str, session: str | None) -> None:
    assert days.session_of(instant) == session
