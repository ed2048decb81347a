"""Weighted measures for many sets of weights at once: the estimate and its bootstrap in one go.

Everywhere `weights` has shape (draws, items); a figure that the items cannot give, such as a recall
without any positive, is NaN.
"""

from __future__ import annotations

import numpy as np


def precision_recall_f1(
    truth: np.ndarray, found: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Precision, recall and F1 of the positive class, each of shape (draws,)."""
    hit = weights @ (truth & found).astype("float64")
    precision = _ratio(hit, weights @ found.astype("float64"))
    recall = _ratio(hit, weights @ truth.astype("float64"))
    either = weights @ found.astype("float64") + weights @ truth.astype("float64")
    return {"precision": precision, "recall": recall, "f1": _ratio(2 * hit, either)}


def spearman(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pearson correlation of weighted mid-ranks, shape (draws,)."""
    total = weights.sum(axis=1, keepdims=True)
    a, b = _ranks(x, weights), _ranks(y, weights)
    a = a - _ratio((weights * a).sum(axis=1, keepdims=True), total)
    b = b - _ratio((weights * b).sum(axis=1, keepdims=True), total)
    spread = np.sqrt((weights * a * a).sum(axis=1) * (weights * b * b).sum(axis=1))
    # Ranks of a constant differ from their mean by rounding alone.
    spread[spread < 1e-9 * total[:, 0] ** 3] = 0.0
    return _ratio((weights * a * b).sum(axis=1), spread)


def resampled(
    strata: np.ndarray, weight: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Weights of a stratified bootstrap, shape (draws + 1, items); the first row is `weight`.

    Each stratum is redrawn with replacement, as many as it holds. Strata of a single item would
    never vary: they are redrawn as one.

    Args:
        strata: label of each item.
        weight: inclusion weight of each.
        draws: how many.
        rng: the generator.
    """
    _, code, size = np.unique(strata, return_inverse=True, return_counts=True)
    code = np.where(size[code] == 1, len(size), code)
    out = np.empty((draws + 1, len(weight)))
    out[0] = weight
    for one in np.unique(code).tolist():
        inside = np.flatnonzero(code == one)
        times = rng.multinomial(len(inside), np.full(len(inside), 1 / len(inside)), draws)
        out[1:, inside] = times * weight[inside]
    return out


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weight below plus half of the ties', shape (draws, items)."""
    _, tie = np.unique(values, return_inverse=True)
    per_tie = weights @ np.eye(int(tie.max()) + 1)[tie]
    below = per_tie.cumsum(axis=1) - per_tie
    ranks: np.ndarray = (below + per_tie / 2)[:, tie]
    return ranks


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.full(np.shape(top), np.nan)
    np.divide(top, bottom, out=found, where=bottom > 0)
    return found
