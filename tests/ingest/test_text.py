from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import first_words, plain_line, plain_text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One &amp; two</p><p>three</p>", "One & two\nthree"),
        ('<img src="x"/><b>Bold</b> move', "Bold move"),
        ("a<br>b", "a\nb"),
        ("<script>alert(1)</script>text", "text"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("zero\u200bwidth\u00a0space", "zerowidth space"),
        ("<![broken <p>x", "x"),
    ],
)
def test_plain_text(markup: str, expected: str) -> None:
    assert plain_text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("AT&amp;amp;T up", "AT&T up"),
        ("Bring back the <dialog> element", "Bring back the <dialog> element"),
        ("<b>Stocks</b>\n fall", "Stocks fall"),
        ("<b></b>", "<b></b>"),
        ("&lt;blink&gt; is back", "<blink> is back"),
    ],
)
def test_plain_line(markup: str, expected: str) -> None:
    assert plain_line(markup) == expected


def test_first_words_cut_at_a_word() -> None:
    assert first_words("one two three", 9) == "one two…"
    assert first_words("芯片股普遍下跌", 4) == "芯片股普…"
    assert first_words("short") == "short"


@given(st.text(st.characters(), max_size=200) | st.text("a<>&;\ud800\udfff", max_size=20))
def test_never_fails_and_leaves_one_line(markup: str) -> None:
    plain_text(markup).encode("utf-8")  # half a character cannot be stored
    plain_line(markup).encode("utf-8")
    assert "\n" not in plain_line(markup)


@pytest.mark.parametrize("unit", ["<a ", "<style ", "<!-- >", "<![CDATA[ >", "<a href='"])
def test_a_megabyte_of_tags_without_an_end_is_read_in_a_moment(unit: str) -> None:
    """An hour and more where each is looked for anew; a second here, on a slow machine."""
    started = time.process_time()
    assert plain_text("<p>AI &amp; fear</p>" + unit * (1_000_000 // len(unit))).startswith("AI & f")
    assert time.process_time() - started < 10


def test_scripts_and_comments_stay_unseen_beside_tags_without_an_end() -> None:
    markup = "<script>if (a<b) {}</script>one<!-- <i>two</i> -->" + "<a " * 5000
    assert "a<b" not in plain_text(markup)
    assert "two" not in plain_text(markup)
    assert plain_text(markup).startswith("one")
