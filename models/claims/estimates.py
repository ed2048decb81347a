"""Estimates that several measurements share: HAC slopes, block-bootstrapped statistics, walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.resampling import mean_block, resample, stationary_indices
from models.transmission.inference.hac import fit, newey_west_lags

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.claims.data import Look
    from models.claims.measure import Interval

LEAST = 40


@dataclass(frozen=True)
class Slope:
    """A coefficient with its HAC interval and p-value, of `n` rows."""

    value: float
    interval: Interval
    p: float
    n: int


def slope(rows: pd.DataFrame, level: float, horizon: int = 1, least: int = LEAST) -> Slope:
    """Regress the first column on a constant and the others; the coefficient of the second.

    Args:
        rows: complete or not; rows with a missing value are passed over.
        level: coverage of the interval.
        horizon: sessions that responses overlap.
        least: rows needed.

    Raises:
        ModelError: too few rows, or columns that stand still or go together exactly.
    """
    whole = rows.dropna()
    if len(whole) < least:
        raise ModelError(f"{len(whole)} complete rows of {', '.join(map(str, rows.columns))}")
    values = whole.to_numpy(dtype="float64")
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    if np.linalg.matrix_rank(design) < design.shape[1] or np.ptp(values[:, 0]) == 0:
        raise ModelError(f"{', '.join(map(str, rows.columns))} stand still or go together exactly")
    fitted = fit(values[:, 0], design, newey_west_lags(len(values), horizon))
    return Slope(fitted.value(1), fitted.interval(1, level), fitted.p_value(1), len(values))


def bootstrap(
    values: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], look: Look
) -> list[Interval]:
    """Percentile intervals of statistics of rows, from the stationary block bootstrap.

    Args:
        values: shape (n, k), rows in order of time, resampled together.
        statistic: from draws of shape (m, n, k) to statistics of shape (m, s).
        look: gives draws, their source and the level.

    Returns:
        One interval per statistic.
    """
    block = max(mean_block(column) for column in values.T)
    places = stationary_indices(len(values), look.draws, block, look.rng)
    parts = np.array_split(places, max(1, places.size // 500_000))
    found = np.concatenate([statistic(values[part]) for part in parts])
    ends = np.nanquantile(found, [(1 - look.level) / 2, (1 + look.level) / 2], axis=0)
    return [(float(low), float(high)) for low, high in ends.T]


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson correlation along the last axis."""
    x = first - first.mean(axis=-1, keepdims=True)
    y = second - second.mean(axis=-1, keepdims=True)
    norm = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((x * y).sum(axis=-1) / norm)


def correlation_interval(pairs: np.ndarray, look: Look) -> Interval:
    """Block-bootstrapped interval of the correlation of two columns."""
    return bootstrap(pairs, lambda d: correlation(d[..., 0], d[..., 1])[:, None], look)[0]


def share_of_walks(steps: np.ndarray, length: int, observed: float, look: Look) -> float:
    """How often two independent walks correlate as much in levels as what was seen.

    Each walk adds up steps resampled from its own series alone (stationary bootstrap), so it has
    that series' drift and dependence and nothing of the other. The draws count the observation.

    Args:
        steps: log returns in percent of two series, shape (n, 2).
        length: prices of a walk.
        observed: the correlation of levels.
        look: gives draws and their source.
    """
    levels = [
        np.exp(resample(own, look.draws, look.rng, length).cumsum(axis=1) / 100.0)
        for own in steps.T
    ]
    found = np.abs(correlation(*levels))
    return float((1 + (found >= abs(observed)).sum()) / (1 + look.draws))
