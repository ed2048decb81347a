from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.texts.versions import CUT, IN, OUT, SAME, Piece, changed, compare, shortened
from bubblefear.store.entry_versions import Version

WORDS = st.lists(
    st.sampled_from(["泡沫", "bubble", " ", ".", "。", "fear", "輝達", "\n"]), max_size=60
)


def test_english_is_compared_by_words_and_chinese_by_characters() -> None:
    assert compare("Lenders doubt it", "Lenders fear it") == [
        Piece(SAME, "Lenders "), Piece(OUT, "doubt"), Piece(IN, "fear"), Piece(SAME, " it")
    ]  # fmt: skip
    assert compare("股价大跌", "股价小跌") == [
        Piece(SAME, "股价"), Piece(OUT, "大"), Piece(IN, "小"), Piece(SAME, "跌")
    ]  # fmt: skip


@given(old=WORDS, new=WORDS)
def test_pieces_give_both_texts_back(old: list[str], new: list[str]) -> None:
    one, other = "".join(old), "".join(new)
    pieces = compare(one, other)
    assert "".join(piece.text for piece in pieces if piece.how != IN) == one
    assert "".join(piece.text for piece in pieces if piece.how != OUT) == other


def test_a_long_text_is_compared_by_sentences_and_then_by_words() -> None:
    old = [f"Sentence number {n} says little." for n in range(600)]
    new = list(old)
    new[1], new[598] = "Sentence number one says much.", "The last but one is new."
    pieces = compare(" ".join(old), " ".join(new))
    assert Piece(OUT, "1") in pieces
    assert Piece(IN, "one") in pieces
    assert "".join(piece.text for piece in pieces if piece.how != OUT) == " ".join(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("泡沫" * 400, "沫泡" * 400),
        ("泡沫" * 500_000, "沫泡" * 500_000),
        ("a " * 90_000, "b " * 90_000),
        ("." * 90_000, "!" * 90_000),
    ],
)
def test_no_text_takes_long_to_compare(old: str, new: str) -> None:
    start = time.perf_counter()
    compare(old, new)
    assert time.perf_counter() - start < 2


def test_long_runs_are_shortened_and_the_ends_kept() -> None:
    found = shortened([Piece(SAME, "a" * 1000), Piece(IN, "b" * 5000)])
    assert [piece.how for piece in found] == [SAME, CUT, SAME, IN, CUT]
    assert found[1].text == "760"
    assert found[4].text == "1,000"


def test_each_version_is_compared_with_the_one_before_and_a_missing_part_is_no_change() -> None:
    texts = [
        Version("2025-11-21T01:00:00Z", "One", "Sum", "Body", None),
        Version("2025-11-21T02:00:00Z", "Two", None, None, None),
        Version("2025-11-21T03:00:00Z", "Two", "Sum of it", None, "2025-11-21T00:00:00Z"),
        Version("2025-11-21T04:00:00Z", "Two", None, None, None),
    ]
    found = changed(texts)
    assert [[field.field for field in one.fields] for one in found] == [["title"], ["summary"], []]
    assert found[1].fields[0].pieces == (Piece(SAME, "Sum"), Piece(IN, " of it"))
    assert changed([]) == []
