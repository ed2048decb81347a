from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clock import from_text, to_text
from ingest.feeds.schedule import (
    LONGEST,
    SHORTEST,
    Heard,
    after_answer,
    after_failure,
    rhythm,
)

NOW = "2026-01-05T12:00:00Z"


def ago(minutes: float) -> str:
    return to_text(from_text(NOW) - timedelta(minutes=minutes))


def test_a_quarter_of_what_is_shown_is_replaced() -> None:
    # 40 items, one every 30 minutes: all are replaced in 20 hours, a quarter in 5.
    assert rhythm([ago(30 * k) for k in range(1, 41)], Heard(), 40, NOW) == 300


def test_the_newer_half_decides_where_it_came_faster() -> None:
    slow = [ago(600 + 60 * k) for k in range(1, 21)]
    fast = [ago(6 * k) for k in range(1, 21)]
    assert rhythm(slow + fast, Heard(), 40, NOW) == 60


def test_what_polls_found_counts_where_dates_are_missing_or_too_slow() -> None:
    heard = Heard(ago(600), 90)
    assert rhythm([None] * 20, heard, 10, NOW) == 30  # 100 in 600 minutes, 20 shown
    weekly = [ago(1000 * k) for k in range(1, 11)]
    assert rhythm(weekly * 2, heard, 10, NOW) == 30


def test_without_grounds_an_hour_and_for_old_items_a_day() -> None:
    assert rhythm([None, None], Heard(), 2, NOW) == 60
    assert rhythm([ago(60 * 24 * 30)] * 5, Heard(), 5, NOW) == LONGEST
    assert rhythm([], Heard(), 0, NOW) is None


def test_quiet_polls_back_off_to_twice_the_rhythm() -> None:
    waits, previous = [], 60
    for _ in range(4):
        previous = after_answer(60, previous, new=0, saturated=False, now=NOW).interval
        waits.append(previous)
    assert waits == [90, 120, 120, 120]
    assert after_answer(60, 120, new=3, saturated=False, now=NOW).interval == 60


def test_saturation_halves() -> None:
    assert after_answer(200, 120, new=20, saturated=True, now=NOW).interval == 60
    assert after_answer(20, 20, new=20, saturated=True, now=NOW).interval == SHORTEST


def test_failures_double_up_to_a_day_and_a_server_may_ask_for_more() -> None:
    waits = [after_failure(60, n, now=NOW).interval for n in (1, 2, 3, 9)]
    assert waits == [60, 120, 240, LONGEST]
    plan = after_failure(60, 1, now=NOW, wait=3 * 3600)
    assert (plan.interval, plan.due) == (180, "2026-01-05T15:00:00Z")


moments = st.one_of(st.none(), st.integers(-3000, 30_000).map(ago))


@given(st.lists(moments, max_size=80), st.integers(0, 500), st.integers(0, 80), st.booleans())
def test_an_interval_lies_between_a_quarter_of_an_hour_and_a_day(
    dates: list[str | None], earlier: int, new: int, saturated: bool
) -> None:
    found = rhythm(dates, Heard(ago(3000), earlier), new, NOW)
    for plan in (
        after_answer(found, 100, new=new, saturated=saturated, now=NOW),
        after_failure(found, 1 + new, now=NOW),
    ):
        assert SHORTEST <= plan.interval <= LONGEST
        assert from_text(plan.due) - from_text(NOW) == timedelta(minutes=plan.interval)


@pytest.mark.parametrize("every", [2, 20, 200])
def test_no_item_of_a_steady_feed_is_missed(every: int) -> None:
    """Polled at the longest interval that quiet polls can lead to, half of it is still there."""
    shown = 60
    found = rhythm([ago(every * k) for k in range(1, shown + 1)], Heard(), 0, NOW)
    longest = after_answer(found, 10_000, new=0, saturated=False, now=NOW).interval
    assert longest <= max(every * shown / 2, SHORTEST)
