"""Rows are judged by their bars, and a missed one is told."""

from __future__ import annotations

import pytest

from bench.rows import Row, judged, missed
from bench.table import HEAD, cells, growth, markdown, number, text

FIGURES = {
    "ours": {"s": {"median": 2.0, "least": 1.5, "most": 3.0, "rounds": 3}},
    "peer_s": 4.0,
    "rate": 12_000,
    "lost": 0,
}


@pytest.mark.parametrize(
    ("row", "met", "ratio"),
    [
        (Row("seconds", "ours.s", "s", at_most=2.0, peer="peer_s", peer_label="it"), True, 0.5),
        (Row("seconds", "ours.s", "s", at_most=1.9, peer="peer_s", peer_label="it"), False, 0.5),
        (Row("rows a second", "rate", "rows/s", at_least=12_001), False, None),
        (Row("rows a second", "rate", "rows/s", at_least=12_000), True, None),
        (Row("lost", "lost", "", at_most=0), True, None),
        (Row("seconds", "ours.s", "s", peer="not there", peer_label="it"), None, None),
    ],
)
def test_a_figure_is_held_against_its_bar_and_its_peer(
    row: Row, met: bool | None, ratio: float | None
) -> None:
    found = judged([row], FIGURES)[0]
    assert (found["met"], found["ratio"]) == (met, ratio)
    assert (missed([found]) == [found]) is (met is False)


def test_a_figure_that_was_not_measured_has_no_row() -> None:
    rows = [Row("no such", "ours.mb", "MB", at_most=1), Row("nor this", "rate.s", "s")]
    assert judged(rows, FIGURES) == []


def test_the_spread_is_that_of_several_rounds() -> None:
    once = FIGURES | {"ours": {"s": {"median": 2.0, "least": 2.0, "most": 2.0, "rounds": 1}}}
    row = Row("seconds", "ours.s", "s")
    assert judged([row], FIGURES)[0]["spread"] == [1.5, 3.0]
    assert judged([row], once)[0]["spread"] is None


def test_a_table_says_value_peer_ratio_and_bar() -> None:
    row = Row("seconds", "ours.s", "s", at_most=1.0, peer="peer_s", peer_label="the peer")
    lines = [cells(found) for found in judged([row], FIGURES)]
    assert lines[0] == ("seconds", "2 s", "1.5 - 3", "the peer: 4 s", "0.5", "<= 1", "MISSED")
    assert "MISSED" in text(HEAD, lines).splitlines()[1]
    assert markdown(HEAD, lines).count("\n") == 2


def test_columns_that_are_empty_in_every_row_are_left_out() -> None:
    lines = [cells(found) for found in judged([Row("lost", "lost", "")], FIGURES)]
    assert text(HEAD, lines).split() == ["what", "measured", "lost", "0"]


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0123, "0.0123"), (12.345, "12.3"), (208_314.2, "208,314"), (3.0, "3")]
)
def test_numbers_have_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_an_exponent_over_the_bar_is_flagged() -> None:
    fitted = {"constant": 0.1, "exponent": 1.3, "error": 0.04, "form": "a + b n^c"}
    figures = {"import": {"s": {"1000": 1.0, "30000": 9.0}, "fit": fitted}, "explain": {"s": {}}}
    head, rows = growth(figures, {"import": "`import`"}, 1.15)
    assert head[1:3] == ["1,000", "30,000"]
    assert rows[0] == ["`import`", "1", "9", "0.1", "1.30 (s.e. 0.04)", "over 1.15"]
    assert rows[1][0] == "explain"
    assert growth(figures, {}, 1.4)[1][0][-1] == ""
