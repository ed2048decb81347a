from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.sentiment import evaluate_sentiment
from nlp.records import Abstention, Sentiment


class WordScorer:
    """Reads its answer off the text: three digits are the three probabilities in tenths."""

    name = "word.v1"

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        assert len(texts) == len(languages)
        return [
            Sentiment(*(int(c) / 10 for c in t)) if t.isdigit() else Abstention("no digits")
            for t in texts
        ]


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = ["id,text,label,lang"] + [f"{i},{t},{lab},en" for i, (t, lab) in enumerate(rows)]
    path.write_text("\n".join(lines), encoding="utf8")
    return path


def test_figures_of_a_hand_made_file(tmp_path: Path) -> None:
    rows = [
        ("811", "negative"),
        ("181", "negative"),
        ("181", "neutral"),
        ("118", "positive"),
        ("none", "positive"),
    ]
    figures = evaluate_sentiment(write(tmp_path / "f.csv", rows), WordScorer())
    assert (figures["n"], figures["abstained"], figures["scorer"]) == (5, 1, "word.v1")
    assert figures["accuracy"] == pytest.approx(3 / 5)
    assert figures["per_class"]["negative"] == pytest.approx(
        {"precision": 1.0, "recall": 0.5, "f1": 2 / 3, "n": 2}
    )
    # The abstention is a miss of positive, and a prediction of nothing.
    assert figures["per_class"]["positive"]["recall"] == 0.5
    assert figures["per_class"]["positive"]["precision"] == 1.0
    assert figures["macro_f1"] == pytest.approx(2 / 3)


def test_neutral_takes_no_part_where_no_row_is_neutral(tmp_path: Path) -> None:
    figures = evaluate_sentiment(
        write(tmp_path / "f.csv", [("370", "negative"), ("172", "positive")]), WordScorer()
    )
    assert figures["accuracy"] == 1.0
    assert set(figures["per_class"]) == {"negative", "positive"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,text\n1,a\n", "lacks the column"),
        ("id,text,label\n", "has no rows"),
        ("id,text,label\n1,a,bullish\n", "unknown label"),
    ],
)
def test_a_bad_file_is_named_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf8")
    with pytest.raises(BubblefearError, match=message):
        evaluate_sentiment(path, WordScorer())
