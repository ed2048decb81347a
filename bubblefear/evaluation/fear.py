"""``evaluate fear``: article-level relevance, fear, stance, kind and channel against codes.

The coded file's rows are a stratified draw: the weight of a row is ``stratum_size / stratum_n``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.metrics import (
    Bools,
    Floats,
    accuracy,
    auc,
    precision_recall_f1,
    spearman,
)
from bubblefear.evaluation.sentiment import language_of, read_rows
from nlp.aggregate import FEAR_THRESHOLD, is_topical, stance
from nlp.records import Document

if TYPE_CHECKING:
    from nlp.article import ArticleScorer
    from nlp.records import ArticleScore

COLUMNS = (
    "id", "lang", "text", "topic", "fear", "stance", "kind", "channel",
    "stratum", "stratum_size", "stratum_n",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One coded row beside what the scorer says of it."""

    row: dict[str, str]
    language: str
    weight: float
    topic: bool
    score: float
    stance: str
    kind: str | None
    channel: str | None
    abstained: bool


def evaluate_fear(path: Path, scorer: ArticleScorer) -> dict[str, Any]:
    """Score the coded file and return the figures, weighted, unweighted and by language."""
    rows = read_rows(path, COLUMNS)
    weights = [_weight(path, r) for r in rows]
    documents = [Document(r["id"], r["text"], "", "", language_of(r)) for r in rows]
    scores = scorer.score(documents)
    judged = [_judge(r, w, s) for r, w, s in zip(rows, weights, scores, strict=True)]
    return {
        "n": len(judged),
        "abstained": sum(j.abstained for j in judged),
        "weighted": figures(judged, weighted=True),
        "unweighted": figures(judged, weighted=False),
        "by_lang": {
            lang: figures([j for j in judged if j.language == lang], weighted=True)
            for lang in sorted({j.language for j in judged})
        },
    }


def _weight(path: Path, row: dict[str, str]) -> float:
    try:
        weight = float(row["stratum_size"]) / float(row["stratum_n"])
        grade = float(row["fear"])
    except (ValueError, ZeroDivisionError) as error:
        raise BubblefearError(f"{path}: row {row['id']}: bad number in its codes") from error
    if not (0 < weight < float("inf") and 0 <= grade <= 3):
        raise BubblefearError(f"{path}: row {row['id']}: weight or fear out of range")
    return weight


def _judge(row: dict[str, str], weight: float, score: ArticleScore) -> Judged:
    relevance, fear, relief = (
        float(x) if x is not None else 0.0 for x in (score.relevance, score.fear, score.relief)
    )
    return Judged(
        row=row,
        language=language_of(row),
        weight=weight,
        topic=is_topical(relevance),
        score=relevance * fear,
        stance=stance(relevance * fear, relevance * relief),
        kind=score.kind,
        channel=score.channel,
        abstained=score.abstained is not None,
    )


def figures(judged: Sequence[Judged], *, weighted: bool) -> dict[str, Any]:
    """Figures of one group of rows."""
    weight = np.array([j.weight if weighted else 1.0 for j in judged])
    grade = np.array([float(j.row["fear"]) for j in judged])
    score = np.array([j.score for j in judged])
    fearful = grade > 0
    topic = np.array([j.row["topic"] == "1" for j in judged])
    found = score >= FEAR_THRESHOLD
    return {
        "topic": precision_recall_f1(topic, np.array([j.topic for j in judged]), weight),
        "fear": {
            **precision_recall_f1(fearful, found, weight),
            "auc": auc(fearful, score, weight),
            "spearman": spearman(score, grade, weight),
        },
        "stance_accuracy": _label_accuracy(
            judged, weight, "stance", [j.row["stance"] != "none" for j in judged]
        ),
        "kind_accuracy": _label_accuracy(judged, weight, "kind", fearful),
        "channel_accuracy": _label_accuracy(judged, weight, "channel", fearful),
    }


def _label_accuracy(
    judged: Sequence[Judged], weight: Floats, field: str, keep: Sequence[bool] | Bools
) -> float | None:
    index = np.flatnonzero(np.asarray(keep)).tolist()
    return accuracy(
        [judged[i].row[field] for i in index],
        [getattr(judged[i], field) for i in index],
        weight[index],
    )
