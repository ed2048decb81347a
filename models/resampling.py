"""The stationary block bootstrap: draws that keep a series' own dependence.

Politis and Romano, "The Stationary Bootstrap", Journal of the American Statistical Association
89, 1994: blocks of geometric length, wrapped around the end; the mean length is the automatic
one of Politis and White (2004, corrected 2009), from `arch`.
"""

from __future__ import annotations

import numpy as np


def mean_block(values: np.ndarray) -> float:
    """Automatic mean block length for a series, between 1 and a third of it."""
    from arch.bootstrap import optimal_block_length

    if np.ptp(values) == 0:
        return 1.0  # what stands still has no dependence to keep
    best = float(optimal_block_length(values)["stationary"].iloc[0])
    return float(np.clip(best, 1.0, len(values) / 3))


def stationary_indices(
    n: int, draws: int, block: float, rng: np.random.Generator, length: int | None = None
) -> np.ndarray:
    """Positions of resampled observations.

    Args:
        n: observations of the sample.
        draws: how many samples to draw.
        block: mean block length, 1 or more.
        rng: source of the draws.
        length: observations per draw; None = n.

    Returns:
        Integers in 0..n-1, shape (draws, length).
    """
    length = n if length is None else length
    starts = rng.integers(0, n, (draws, length))
    begins = rng.random((draws, length)) < 1 / block
    begins[:, 0] = True
    place = np.arange(length)
    since = place - np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    started = np.take_along_axis(starts, place - since, axis=1)
    return np.asarray((started + since) % n)


def resample(
    values: np.ndarray, draws: int, rng: np.random.Generator, length: int | None = None
) -> np.ndarray:
    """Resampled series, shape (draws, length), with blocks of the automatic length."""
    places = stationary_indices(len(values), draws, mean_block(values), rng, length)
    return np.asarray(values[places])
