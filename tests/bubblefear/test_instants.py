from __future__ import annotations

from bubblefear.instants import days_before


def test_days_are_of_24_hours_across_a_month_and_a_leap_day() -> None:
    assert days_before("2024-03-01T07:30:05Z", 1) == "2024-02-29T07:30:05Z"
    assert days_before("2025-01-01T00:00:00Z", 30) == "2024-12-02T00:00:00Z"
