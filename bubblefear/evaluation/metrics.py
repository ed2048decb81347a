"""Weighted classification and ranking figures on plain numpy arrays.

All take a weight per row (all ones for the unweighted figures); a figure that the rows cannot
give, such as an AUC over one class, is ``None``, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else 0.0


def precision_recall_f1(truth: Bools, predicted: Bools, weight: Floats) -> dict[str, float]:
    """Precision, recall and F1 of the positive class; 0 where a denominator is empty."""
    hit = float(weight[truth & predicted].sum())
    precision = _ratio(hit, float(weight[predicted].sum()))
    recall = _ratio(hit, float(weight[truth].sum()))
    f1 = _ratio(2 * precision * recall, precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1}


def accuracy(truth: Sequence[str], predicted: Sequence[str | None], weight: Floats) -> float | None:
    """Weighted share of equal labels; ``None`` without rows."""
    if len(truth) == 0:
        return None
    same = np.array([t == p for t, p in zip(truth, predicted, strict=True)])
    return _ratio(float(weight[same].sum()), float(weight.sum()))


def weighted_ranks(values: Floats, weight: Floats) -> Floats:
    """Mid-ranks where each row counts with its weight: weight below plus half of its ties'."""
    _, tie = np.unique(values, return_inverse=True)
    per_tie = np.bincount(tie, weights=weight)
    below = np.concatenate([[0.0], np.cumsum(per_tie)[:-1]])
    ranks: Floats = (below + per_tie / 2)[tie]
    return ranks


def auc(truth: Bools, score: Floats, weight: Floats) -> float | None:
    """Weighted area under the ROC curve: P(score of a positive > of a negative), ties half."""
    positive, negative = weight[truth].sum(), weight[~truth].sum()
    if positive <= 0 or negative <= 0:
        return None
    _, tie = np.unique(score, return_inverse=True)
    pos = np.bincount(tie, weights=weight * truth)
    neg = np.bincount(tie, weights=weight * ~truth)
    below = np.concatenate([[0.0], np.cumsum(neg)[:-1]])
    return float((pos * (below + neg / 2)).sum() / (positive * negative))


def spearman(x: Floats, y: Floats, weight: Floats) -> float | None:
    """Weighted Pearson correlation of weighted mid-ranks; ``None`` if either is constant."""
    if len(x) < 2:
        return None
    a, b = weighted_ranks(x, weight), weighted_ranks(y, weight)
    a, b = a - np.average(a, weights=weight), b - np.average(b, weights=weight)
    spread = float(np.sqrt(np.sum(weight * a * a) * np.sum(weight * b * b)))
    return float(np.sum(weight * a * b) / spread) if spread > 0 else None
