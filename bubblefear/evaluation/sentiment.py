"""``evaluate sentiment``: a scorer against a file of labelled texts."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.metrics import precision_recall_f1
from ingest.language import detect
from nlp.records import Abstention

if TYPE_CHECKING:
    from nlp.protocol import Scorer
    from nlp.records import Sentiment

LABELS = ("negative", "neutral", "positive")


class ClassFigures(TypedDict):
    """Figures of one class."""

    precision: float
    recall: float
    f1: float
    n: int


class SentimentFigures(TypedDict):
    """What ``evaluate sentiment --json`` prints."""

    scorer: str
    n: int
    abstained: int
    accuracy: float
    macro_f1: float
    per_class: dict[str, ClassFigures]
    texts_per_s: float


def read_rows(path: Path, required: Sequence[str]) -> list[dict[str, str]]:
    """Read a CSV and check its columns; raises ``BubblefearError`` naming what is missing."""
    csv.field_size_limit(10**8)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BubblefearError(f"cannot read {path}: {error}") from error
    if not rows:
        raise BubblefearError(f"{path} has no rows")
    missing = [c for c in required if c not in rows[0]]
    if missing:
        raise BubblefearError(f"{path} lacks the column(s) {', '.join(missing)}")
    return rows


def language_of(row: dict[str, str]) -> str:
    """The row's language: its ``lang`` up to the first space, else detected from the text."""
    return (row.get("lang") or "").split(" ")[0] or detect(row["text"])


def evaluate_sentiment(path: Path, scorer: Scorer) -> SentimentFigures:
    """Score every text of ``path`` and compare with its label.

    An abstention is a miss of its row's class and a prediction of none.  Where the file has no
    neutral label, neutral takes no part in the argmax.
    """
    rows = read_rows(path, ("id", "text", "label"))
    unknown = {r["label"] for r in rows} - set(LABELS)
    if unknown:
        raise BubblefearError(f"{path} has unknown label(s) {', '.join(sorted(unknown))}")
    classes = [lab for lab in LABELS if any(r["label"] == lab for r in rows)]
    started = time.perf_counter()
    results = scorer.score([r["text"] for r in rows], [language_of(r) for r in rows])
    seconds = time.perf_counter() - started
    predicted = list(_argmax(results, classes))
    truth = np.array([r["label"] for r in rows])
    guess = np.array([p or "" for p in predicted])
    per_class = {c: _class_figures(truth == c, guess == c) for c in classes}
    return {
        "scorer": scorer.name,
        "n": len(rows),
        "abstained": sum(p is None for p in predicted),
        "accuracy": float((truth == guess).mean()),
        "macro_f1": float(np.mean([f["f1"] for f in per_class.values()])),
        "per_class": per_class,
        "texts_per_s": len(rows) / seconds,
    }


def _argmax(
    results: Sequence[Sentiment | Abstention], classes: Sequence[str]
) -> Iterator[str | None]:
    for result in results:
        if isinstance(result, Abstention):
            yield None
        else:
            chances = [float(getattr(result, c)) for c in classes]
            yield classes[chances.index(max(chances))]


def _class_figures(truth: np.ndarray, guess: np.ndarray) -> ClassFigures:
    figures = precision_recall_f1(truth, guess, np.ones(len(truth)))
    return {
        "precision": figures["precision"],
        "recall": figures["recall"],
        "f1": figures["f1"],
        "n": int(truth.sum()),
    }
