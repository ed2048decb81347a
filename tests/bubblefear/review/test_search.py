from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review import search

if TYPE_CHECKING:
    from conftest import Asker

HANS, HANT, EN = "aaaa000000000002", "aaaa000000000003", "aaaa000000000001"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("泡沫", {HANS, HANT}),
        ("恐慌", {HANS}),
        ("英伟达", {HANS, HANT, EN}),
        ("輝達", {HANS, HANT, EN}),
        ("nvidia", {HANS, HANT, EN}),
        ("财报", {HANT}),
        ("大跌 泡沫", {HANS}),
        ('"bubble fears"', {EN}),
        ('"fears bubble"', set()),
        ("bubble", {EN}),
        ("沫泡", set()),
    ],
)
def test_words_are_found_in_both_scripts(asker: Asker, query: str, wanted: set[str]) -> None:
    page = asker.get(f"/search?q={quote(query)}").text
    assert {name for name in (HANS, HANT, EN) if name in page} == wanted


def test_hits_have_source_date_and_fear(asker: Asker) -> None:
    page = asker.get("/search?q=" + quote("泡沫")).text
    assert "海港日报" in page
    assert "2025-11-21 15:30" in page
    assert '<td class="num">0.60</td>' in page
    assert "3 articles" in page


def test_the_other_spellings_are_told(asker: Asker) -> None:
    assert "輝達" in asker.get("/search?q=" + quote("英伟达")).text


@pytest.mark.parametrize("query", ["", "  ", '"', "***", "。，", "-", "()"])
def test_a_query_without_a_word_finds_nothing_and_fails_not(asker: Asker, query: str) -> None:
    answer = asker.get(f"/search?q={quote(query)}")
    assert answer.status_code == 200
    assert "<table" not in answer.text


def test_a_query_is_shown_as_text(asker: Asker) -> None:
    page = asker.get("/search?q=" + quote('"><script>alert(1)</script>')).text
    assert "<script" not in page


@given(st.text(max_size=60))
def test_no_query_is_a_syntax_error(query: str) -> None:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize='unicode61')")
    try:
        conn.execute("SELECT * FROM t WHERE t MATCH ?", (search.escape_fts(query),)).fetchall()
    finally:
        conn.close()
