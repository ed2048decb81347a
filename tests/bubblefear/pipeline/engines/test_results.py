"""Scores survive Arrow and Parquet to the last bit; a damaged file is an error, never a number."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.pipeline.engines.keys import text_key
from bubblefear.pipeline.engines.results import (
    as_stored,
    read_part,
    to_score,
    to_table,
    write_part,
)
from nlp.records import ArticleScore, Document, Evidence, Mention, Sentiment

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(0, 2**40)
SENTIMENTS = st.builds(Sentiment, FLOATS, FLOATS, FLOATS)
EVIDENCE = st.builds(
    Evidence,
    *(TEXTS, WHOLE, WHOLE, TEXTS),
    *[st.none() | FLOATS] * 3,
    *[FLOATS] * 4,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.lists(TEXTS, max_size=3).map(tuple),
)
MENTIONS = st.builds(Mention, TEXTS, TEXTS, TEXTS, TEXTS, WHOLE, WHOLE, WHOLE)
SCORES = st.builds(
    ArticleScore,
    *(TEXTS, TEXTS, st.none() | SENTIMENTS),
    *[st.none() | FLOATS] * 3,
    *[st.none() | TEXTS] * 2,
    st.none() | st.booleans(),
    st.none() | TEXTS,
    st.lists(EVIDENCE, max_size=3).map(tuple),
    st.lists(MENTIONS, max_size=3).map(tuple),
)


def key(number: int) -> bytes:
    return hashlib.sha256(bytes([number])).digest()


@given(st.lists(SCORES, max_size=4))
def test_scores_come_back_as_they_were(scores: list[ArticleScore]) -> None:
    keys = [key(place) for place in range(len(scores))]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "part.parquet"
        write_part(to_table(keys, scores), path)
        rows = read_part(path).to_pylist()
        assert [entry.name for entry in Path(folder).iterdir()] == [path.name]
    assert [row["key"] for row in rows] == keys
    found = [to_score(row, s.document_id) for row, s in zip(rows, scores, strict=True)]
    assert list(map(repr, found)) == list(map(repr, scores))  # -0.0 is not 0.0


@given(SCORES)
def test_only_what_the_store_drops_is_left_out(score: ArticleScore) -> None:
    kept = as_stored(score)
    assert (kept.relevance, kept.fear) == (score.relevance, score.fear)
    assert kept.evidence == (score.evidence if score.relevance else ())
    assert kept.mentions == (score.mentions if score.relevance else ())


@pytest.mark.parametrize("place", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_damaged_part_is_an_error(tmp_path: Path, place: float) -> None:
    path = tmp_path / "part.parquet"
    score = ArticleScore("a", "s", None, 0.5, 0.25, None, None, None, None, None, (), ())
    write_part(to_table([key(n) for n in range(200)], [score] * 200), path)
    content = bytearray(path.read_bytes())
    spot = int(len(content) * place)
    content[spot : spot + 8] = bytes(byte ^ 0x55 for byte in content[spot : spot + 8])
    path.write_bytes(content)
    try:
        rows = read_part(path).to_pylist()
    except (OSError, ValueError):
        return
    # Bytes of Parquet's own notes (who wrote it) may change without any number's doing so.
    assert [row["key"] for row in rows] == [key(n) for n in range(200)]
    assert {row["fear"] for row in rows} == {0.25}


@pytest.mark.parametrize("size", [0, 4, 100])
def test_a_part_that_is_cut_off_is_an_error(tmp_path: Path, size: int) -> None:
    path = tmp_path / "part.parquet"
    write_part(to_table([], []), path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises((OSError, ValueError)):
        read_part(path)


@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS, st.none() | TEXTS, TEXTS), max_size=6))
def test_a_key_is_of_all_that_is_read_and_of_nothing_else(
    texts: list[tuple[str, str | None, str | None, str]],
) -> None:
    keys = {text_key(Document("a", *text)) for text in texts}
    assert keys == {text_key(Document("b", *text)) for text in texts}
    assert len(keys) == len(set(texts))
