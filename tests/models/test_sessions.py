"""To which New York session an instant belongs."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.sessions import closes, session_of


def one(text: str) -> str:
    return str(session_of(pd.Series(pd.to_datetime([text], utc=True))).iloc[0])


@pytest.mark.parametrize(
    ("instant", "session"),
    [
        ("2025-12-11T20:59:59Z", "2025-12-11"),
        ("2025-12-11T21:00:00Z", "2025-12-11"),  # the close itself still belongs to the day
        ("2025-12-11T21:00:01Z", "2025-12-12"),
        ("2025-12-12T21:00:01Z", "2025-12-15"),  # Friday after the close is Monday's
        ("2025-12-14T12:00:00Z", "2025-12-15"),
        ("2025-11-27T15:00:00Z", "2025-11-28"),  # Thanksgiving
        ("2025-11-28T18:00:00Z", "2025-11-28"),  # half day: closes at 13:00
        ("2025-11-28T18:00:01Z", "2025-12-01"),
        ("2025-12-24T18:00:01Z", "2025-12-26"),  # half day, then Christmas
        ("2025-07-10T20:00:00Z", "2025-07-10"),  # summer time: 16:00 is 20:00 UTC
        ("2025-07-10T20:00:01Z", "2025-07-11"),
        ("2025-03-07T20:30:00Z", "2025-03-07"),  # last Friday of winter time
        ("2025-03-10T20:30:00Z", "2025-03-11"),  # the next Monday the clocks have moved
        ("2031-07-04T12:00:00Z", "2031-07-07"),  # years after the library's default calendar
        ("2029-12-31T22:00:00Z", "2030-01-02"),  # across the calendar's decades
    ],
)
def test_known_instants(instant: str, session: str) -> None:
    assert one(instant) == session


def test_missing_stays_missing_and_the_index_is_kept() -> None:
    seen = pd.Series(pd.to_datetime([None, "2025-12-11T12:00:00Z"], utc=True), index=[7, 3])
    found = session_of(seen)
    assert found.index.tolist() == [7, 3]
    assert found.isna().tolist() == [True, False]
    assert session_of(seen.iloc[:0]).empty


def test_half_a_second_after_the_close_is_after_it() -> None:
    assert one("2025-12-11T21:00:00.5Z") == "2025-12-12"


@pytest.mark.parametrize("resolution", ["s", "ms", "us", "ns"])
def test_resolution_of_the_timestamps_does_not_matter(resolution: str) -> None:
    seen = pd.Series(pd.to_datetime(["2025-11-28T18:00:00Z"], utc=True)).dt.as_unit(resolution)
    assert session_of(seen).tolist() == ["2025-11-28"]


def test_another_time_zone_is_the_same_instant() -> None:
    taipei = pd.Series(pd.to_datetime(["2025-12-12T05:00:00+08:00"]))
    assert session_of(taipei).tolist() == ["2025-12-11"]


def test_refuses_naive_timestamps_and_dates_outside_the_calendar() -> None:
    with pytest.raises(ModelError, match="time zone"):
        session_of(pd.Series(pd.to_datetime(["2025-12-11"])))
    with pytest.raises(ModelError, match="1970-01-01"):
        one("1970-01-01T00:00:00Z")
    with pytest.raises(ModelError, match="2150"):
        one("2150-01-01T00:00:00Z")


def test_closes_of_half_days() -> None:
    found = closes("2025-11-26", "2025-12-01")
    assert found.index.tolist() == ["2025-11-26", "2025-11-28", "2025-12-01"]
    assert found["2025-11-28"] == pd.Timestamp("2025-11-28T18:00:00Z")
    assert closes("2025-12-24", "2025-12-24").iloc[0] == pd.Timestamp("2025-12-24T18:00:00Z")
    assert closes("2025-12-25", "2025-12-25").empty


@pytest.mark.parametrize(("start", "end"), [("2025-12-02", "2025-12-01"), ("soon", "2025-12-01")])
def test_closes_refuses_what_is_no_span(start: str, end: str) -> None:
    with pytest.raises(ModelError):
        closes(start, end)


INSTANTS = st.datetimes(
    dt.datetime(2021, 1, 1), dt.datetime(2038, 12, 31), timezones=st.just(dt.UTC)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(INSTANTS, min_size=1, max_size=20))
def test_every_instant_lies_between_two_closes(instants: list[dt.datetime]) -> None:
    seen = pd.Series(pd.to_datetime(instants, utc=True))
    every = closes("2020-01-02", "2039-12-30")
    for instant, session in zip(seen, session_of(seen), strict=True):
        place = every.index.get_loc(session)
        assert every.iloc[place - 1] < instant <= every.iloc[place]


@settings(max_examples=40, deadline=None)
@given(st.lists(INSTANTS, min_size=2, max_size=20))
def test_later_instants_have_no_earlier_session(instants: list[dt.datetime]) -> None:
    seen = pd.Series(pd.to_datetime(sorted(instants), utc=True))
    assert session_of(seen).is_monotonic_increasing
