"""What a person types, read into words and spellings."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.review import search


def texts(query: str) -> list[str]:
    return [term.text for term in search.read(query).terms]


def spellings(query: str) -> set[str]:
    return {spelling for term in search.read(query).terms for spelling in term.spellings}


def test_words_phrases_exclusions_and_beginnings() -> None:
    found = search.read('bubble "AI boom" -crypto -"price target" overvalu*').terms
    assert [(t.text, t.unwanted, t.start) for t in found] == [
        ("bubble", False, False),
        ("AI boom", False, False),
        ("crypto", True, False),
        ("price target", True, False),
        ("overvalu", False, True),
    ]


def test_quotation_marks_of_a_chinese_keyboard() -> None:
    assert texts("“人工智能 泡沫” 恐慌") == ["人工智能 泡沫", "恐慌"]


def test_a_hyphen_inside_a_word_leaves_nothing_out() -> None:
    (term,) = search.read("data-centre").terms
    assert not term.unwanted


@pytest.mark.parametrize("query", ["", "  ", '"', "***", "。，", "-", "()", "- -", '-""', "\0"])
def test_signs_alone_are_no_word(query: str) -> None:
    found = search.read(query)
    assert (found.terms, found.wanted, found.unwanted) == ((), "", "")
    assert search.escape_fts(query) == '""'


def test_beginnings_are_of_two_letters_or_more_and_not_of_chinese() -> None:
    assert [(t.text, t.start) for t in search.read("a* ab* 泡*").terms] == [
        ("a", False),
        ("ab", True),
        ("泡", False),
    ]


@pytest.mark.parametrize("name", ["英伟达", "輝達", "英偉達", "Nvidia", "NVDA", "nvda"])
def test_a_company_is_looked_for_under_all_of_its_names(name: str) -> None:
    assert {"英伟达", "輝達", "英偉達"} <= spellings(name)
    assert {"nvidia", "nvda"} <= {spelling.casefold() for spelling in spellings(name)}


@pytest.mark.parametrize(("word", "other"), [("芯片", "晶片"), ("晶片", "芯片"), ("泡沫", "泡沫")])
def test_regional_wording(word: str, other: str) -> None:
    assert other in spellings(word)


def test_a_field_is_a_word_and_that_is_said() -> None:
    found = search.read("source:Gazette bubble")
    assert texts("source:Gazette bubble") == ["source:Gazette", "bubble"]
    assert any("source: is looked for as a word" in note for note in found.notes)
    assert search.read("bubble 10:30").notes == ()


def test_too_many_words_are_cut_and_that_is_said() -> None:
    found = search.read(" ".join(f"w{n}" for n in range(30)))
    assert len(found.terms) == search.MAX_WORDS
    assert found.notes == (f"Only the first {search.MAX_WORDS} words are looked for.",)


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize='unicode61')")
    conn.execute("INSERT INTO t VALUES ('bubble fears'), ('bubble hopes'), (' 泡  沫  破 ')")
    return conn


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("bubble", [1, 2]),
        ("bubble -fears", [2]),
        ("bub*", [1, 2]),
        ("bub", []),
        ("泡沫", [3]),
        ("沫泡", []),
        ('"bubble fears"', [1]),
        ('"fears bubble"', []),
        ("-bubble", []),
    ],
)
def test_datasettes_own_search(table: sqlite3.Connection, query: str, rows: list[int]) -> None:
    found = table.execute("SELECT rowid FROM t WHERE t MATCH ?", (search.escape_fts(query),))
    assert [row[0] for row in found] == rows


# The first call reads the dictionaries of both scripts.
@settings(deadline=None)
@given(st.text(max_size=60) | st.text(alphabet='ab泡 "-*:^(){}+“”\0', max_size=30))
def test_no_query_is_a_syntax_error(query: str) -> None:
    found = search.read(query)
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize='unicode61')")
    try:
        for match in (search.escape_fts(query), found.wanted, found.unwanted):
            if match:
                conn.execute("SELECT * FROM t WHERE t MATCH ?", (match,)).fetchall()
    finally:
        conn.close()
