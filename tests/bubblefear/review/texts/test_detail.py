from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.texts.detail import SHORT, Table, tables

SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=40,
)


def only(detail: dict[str, Any]) -> Table:
    (found,) = tables(detail)
    return found


def test_facts_are_pairs_in_plain_words() -> None:
    found = only({"mde_rho": 0.12345, "lags": 6, "interval": [0.5, None], "claims": [10, 14]})
    assert found == Table(
        "Facts",
        (),
        (
            ("mde rho", "0.1235"), ("lags", "6"), ("interval", "0.5 to unknown"),
            ("claims", "10; 14"),
        ),
    )  # fmt: skip


def test_named_records_are_one_table() -> None:
    found = only({"slopes": {"q0.05": {"value": 0.9, "p": 0.001}, "q0.5": {"value": 0.7}}})
    assert (found.caption, found.columns) == ("Slopes", ("", "value", "p"))
    assert found.rows == (("q0.05", "0.9", "0.001"), ("q0.5", "0.7", ""))


def test_long_lists_of_one_length_stand_beside_one_another() -> None:
    days = [f"2025-11-{day:02}" for day in range(1, 13)]
    detail = {"rolling": {"window": 30, "series": {"date": days, "r": [0.5] * 12, "x": [1] * 10}}}
    facts, series, other = tables(detail)
    assert (facts.caption, facts.rows) == ("Rolling", (("window", "30"),))
    assert (series.caption, series.columns) == ("Rolling: series", ("date", "r"))
    assert series.rows[0] == ("2025-11-01", "0.5")
    assert len(series.rows) == 12
    assert (other.columns, len(other.rows)) == (("x",), 10)


def test_a_square_has_the_names_of_its_series() -> None:
    detail = {"names": ["fear", "QQQ"], "table": [[98.0, 2.0], [1.0, 99.0]]}
    _, square = tables(detail)
    assert square.columns == ("", "fear", "QQQ")
    assert square.rows[1] == ("QQQ", "1", "99")
    (ends,) = tables({"date_intervals": [["2025-05-16", "2025-07-29"]]})
    assert (ends.columns, ends.rows) == (("", "1", "2"), (("1", "2025-05-16", "2025-07-29"),))


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=6))
def test_any_detail_becomes_tables_with_rows_of_one_width(detail: dict[str, Any]) -> None:
    for found in tables(detail):
        widths = {len(row) for row in found.rows}
        assert len(widths) == 1
        assert not found.columns or widths == {len(found.columns)}


@given(st.lists(st.text("abc", min_size=1, max_size=4), max_size=20, unique=True))
def test_no_value_is_left_out(values: list[str]) -> None:
    found = tables({"one": {"two": values}, "three": values})
    cells = [cell for table in found for row in table.rows for cell in row[-1].split("; ")]
    assert sorted(filter(None, cells)) == sorted(values * 2)
    assert all(len(table.rows) > SHORT for table in found if table.columns)
