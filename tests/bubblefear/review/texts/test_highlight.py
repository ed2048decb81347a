from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.texts.highlight import fits, passages, shade
from bubblefear.store.article_queries import EvidenceLine, MentionLine

TEXT = "AI泡沫 may burst. Nvidia says no; AI泡沫 is a word."


def line(text: str, start: int, end: int, *phrases: str) -> EvidenceLine:
    return EvidenceLine(
        position=0, field="body", start=start, end=end, sentence=text[start:end],
        relevance=1.0, fear=0.6, relief=0.0, weight=1.0, kind=None, channel=None, phrases=phrases,
    )  # fmt: skip


def test_phrases_and_names_are_marked_inside_their_sentence_only() -> None:
    mention = MentionLine("entity", "Nvidia", "Nvidia", "body", 16, 22)
    cut = passages(TEXT, [line(TEXT, 0, 15, "ai泡沫", "BURST"), line(TEXT, 16, 31)], [mention])
    marked = [(piece.role, piece.text) for part in cut for piece in part.pieces if piece.role]
    assert marked == [("phrase", "AI泡沫"), ("phrase", "burst"), ("name", "Nvidia")]


def test_a_changed_text_does_not_fit() -> None:
    lines = [line(TEXT, 0, 16)]
    assert fits(TEXT, lines)
    assert not fits(TEXT.replace("may", "will"), lines)


def test_shades() -> None:
    assert [shade(x) for x in (None, 0.0, 0.05, 0.25, 0.5, 0.75, 1.0)] == [0, 0, 1, 2, 3, 4, 4]


@given(
    text=st.text(max_size=80),
    spans=st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=6),
    names=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=6),
    phrase=st.text(max_size=3),
)
def test_cutting_never_loses_or_doubles_a_character(
    text: str, spans: list[tuple[int, int]], names: list[tuple[int, int]], phrase: str
) -> None:
    lines = [line(text, max(0, a), max(0, b), phrase) for a, b in spans]
    mentions = [MentionLine("entity", "x", "x", "body", a, b) for a, b in names]
    cut = passages(text, lines, mentions)
    assert "".join(piece.text for part in cut for piece in part.pieces) == text
