from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.charts.sparkline import sparkline
from bubblefear.store.points import Point


def point(value: float | None, half: float | None = None) -> Point:
    ends = (None, None) if value is None or half is None else (value - half, value + half)
    return Point("total", "2025-11-21", value, None, None, *ends, 5)


def test_without_values_there_is_nothing_to_draw() -> None:
    assert sparkline([]) is None
    assert sparkline([point(None)]) is None


def test_the_highest_value_is_at_the_top_and_gaps_part_the_line() -> None:
    drawn = sparkline([point(1), point(3), point(None), point(2)], width=40, height=112)
    assert drawn is not None
    assert [slot.y for slot in drawn.slots] == [106.0, 6.0, None, 56.0]
    assert drawn.line == "M5.0 106.0 L15.0 6.0 M35.0 56.0h0"


def test_the_band_goes_there_and_back() -> None:
    drawn = sparkline([point(10, 5), point(10, 5)], width=20, height=112)
    assert drawn is not None
    assert drawn.band == "M5.0 6.0 L15.0 6.0 L15.0 106.0 L5.0 106.0Z"


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=300))
def test_everything_stays_in_the_box(values: list[float | None]) -> None:
    drawn = sparkline([point(v, 1.0) for v in values])
    if drawn is None:
        assert all(v is None for v in values)
    else:
        heights = [slot.y for slot in drawn.slots if slot.y is not None]
        assert all(0 <= y <= drawn.height for y in heights)
