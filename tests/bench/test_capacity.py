"""The capacity tables of the cluster guide are those of the results, by the formula given."""

from __future__ import annotations

import json

import pytest

from bench import capacity


def test_the_page_has_the_tables_of_the_results() -> None:
    page = capacity.PAGE.read_text(encoding="utf-8")
    results = json.loads(capacity.RESULTS.read_text(encoding="utf-8"))
    assert page == capacity.filled(page, results)
    assert capacity.MARK.search(page)


def test_the_formula() -> None:
    assert capacity.core_hours(3_600_000, 100) == pytest.approx(10)
    assert capacity.hours(3_600_000, 100, 10, 1_000) == pytest.approx(1 + 1)


def test_a_table_of_known_rates() -> None:
    figures = {
        "local_1_texts_per_s": {"median": 100.0, "rounds": 3},
        "whole_local_1_texts_per_s": 5.0,
        "merge_texts_per_s": 10_000.0,
    }
    lines = capacity.block({"engines": {"figures": figures}}, price=0.5).splitlines()
    row = next(line for line in lines if line.startswith("| 100 million"))
    assert row == "| 100 million | 278 | 139 | 6 days | 7.1 h | 3.1 h |"
    assert "from 100 cores on" in lines[-1]
