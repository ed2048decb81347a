from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.report.terminal import (
    change,
    display_width,
    number,
    one_line,
    shorten,
    sparkline,
    table,
)


def test_sparkline_goes_from_lowest_to_highest_with_gaps() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([1, None, 2, math.nan, 3]) == "▁ ▅ █"
    assert sparkline([5, 5]) == "▄▄"
    assert sparkline([None, None]) == "  "
    assert sparkline([]) == ""


@given(st.lists(st.one_of(st.none(), st.floats())))
def test_sparkline_has_one_character_per_value(values: list[float | None]) -> None:
    drawn = sparkline(values)
    assert len(drawn) == len(values)
    known = [i for i, v in enumerate(values) if v is not None and math.isfinite(v)]
    assert [i for i, c in enumerate(drawn) if c != " "] == known


def test_numbers_and_changes_are_dashes_where_missing() -> None:
    assert (number(1234.56), number(None), number(math.nan)) == ("1,234.6", "–", "–")
    assert (change(3, 1), change(1, 3), change(None, 1), change(1, None)) == (
        "+2.0", "-2.0", "–", "–",
    )  # fmt: skip


def test_width_counts_columns() -> None:
    assert display_width("AI泡沫") == 6
    assert display_width("e\u0301") == 1


def test_a_title_cannot_steer_the_terminal() -> None:
    assert one_line("a\x1b[31mb\r\nc\u202ed") == "a [31mb c d"
    assert "\x1b" not in table(["t"], [["\x1b]0;owned\x07"]])


@given(st.text(), st.integers(1, 40))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert display_width(shorten(text, width)) <= width


def test_table_aligns_numbers_right_and_cuts_the_widest_column() -> None:
    rows = [["2025-11-20", "9.5", "泡沫" * 30], ["", "120.0", ""]]
    drawn = table(["date", "value", "title"], rows, width=40)
    lines = drawn.splitlines()
    assert all(display_width(line) <= 40 for line in lines)
    assert lines[2].startswith("2025-11-20    9.5  泡沫")
    assert lines[2].endswith("…")
    assert lines[3].startswith("            120.0")


@given(st.lists(st.tuples(st.text(max_size=50), st.text(max_size=50)), max_size=5))
def test_table_has_a_line_per_row(rows: list[tuple[str, str]]) -> None:
    assert len(table(["a", "b"], rows).split("\n")) == len(rows) + 2


@pytest.mark.parametrize("cell", ["-", "–", ""])
def test_a_dash_does_not_make_a_column_of_words(cell: str) -> None:
    assert table(["n"], [["100"], ["+7"], [cell]]).splitlines()[3] == " +7"
