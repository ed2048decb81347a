"""Dates and instants as a question gives them."""

from __future__ import annotations

import pytest

from bubblefear.errors import UsageError
from bubblefear.pipeline.read_index import end_of


@pytest.mark.parametrize("day", ["2025-12-01", "20251201", "2025-W49-1", "2025W491"])
def test_every_form_of_a_day_stands_for_its_end(day: str) -> None:
    assert end_of(day) == "2025-12-01T23:59:59Z"


def test_an_instant_is_put_into_utc() -> None:
    assert end_of("2025-12-01T16:00:00-05:00") == "2025-12-01T21:00:00Z"
    assert end_of("2025-12-01T16:00:00") == "2025-12-01T16:00:00Z"
    assert end_of("0001-01-01T00:00:00") == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+10:00", "2025-02-30", "yesterday", "16:00"],
)
def test_what_has_no_utc_instant_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="not a date or time"):
        end_of(text)
