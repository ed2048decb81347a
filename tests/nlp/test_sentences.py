"""Tokens and sentences: exact offsets, both languages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import NlpError
from nlp.folding import fold
from nlp.sentences import parse, split
from nlp.tokenizer import split_words

MIXED = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("AI泡沫。!?…；\n \t“”「」.,'’S&P500輝達晶片xU𠀀é")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
)


@given(MIXED)
def test_tokens_give_back_the_text(text: str) -> None:
    words, spaces = split_words(text)
    joined = "".join(w + " " * s for w, s in zip(words, spaces, strict=True))
    assert joined == text
    assert all(words)
    assert parse(text).text == fold(text)


@given(MIXED)
def test_sentences_cover_all_but_white_space(text: str) -> None:
    spans = split(text, "en")
    assert all(text[s.start : s.end] == s.text and s.text.strip() == s.text for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    covered = "".join(s.text for s in spans)
    assert "".join(covered.split()) == "".join(text.split())


@given(MIXED)
def test_folding_keeps_offsets_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shares fell 3.5%. Is it over? No!", ["Shares fell 3.5%.", "Is it over?", "No!"]),
        (
            "U.S. stocks rose vs. Europe, Acme Inc. said.",
            ["U.S. stocks rose vs. Europe, Acme Inc. said."],
        ),
        ("It fell. “It is over.” He left.", ["It fell.", "“It is over.”", "He left."]),
        (
            "泡沫破了嗎？沒有！他說：「還早。」明天再看",
            ["泡沫破了嗎？", "沒有！", "他說：「還早。」", "明天再看"],
        ),
        ("第一行\n第二行；第三", ["第一行", "第二行；", "第三"]),
        ("据24/7 Wall St.的数据，AMD.O跌1.2%。", ["据24/7 Wall St.的数据，AMD.O跌1.2%。"]),
        (" \n\t ", []),
    ],
)
def test_ends_of_sentences(text: str, expected: list[str]) -> None:
    assert [span.text for span in split(text, "zh-Hant")] == expected


def test_unknown_language_is_refused() -> None:
    with pytest.raises(NlpError, match="no sentence rules"):
        split("Bonjour.", "fr")


def test_words_stay_whole() -> None:
    words, _ = split_words("OpenAI said Nvidia's AI-led rally isn't 輝達的")
    assert words == [
        "OpenAI", "said", "Nvidia", "'", "s", "AI", "-", "led", "rally", "isn't", "輝", "達", "的",
    ]  # fmt: skip
