"""Correlation of returns, in a rolling window and over the sample; never of price levels.

Two unrelated random walks correlate at .9 in levels often enough to make a headline.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission.inference.power import normal_reach

_PART = 3_000_000  # numbers of resampled windows handled at once


def rolling_correlation(
    first: pd.Series, second: pd.Series, window: int = 30, level: float = 0.95
) -> pd.DataFrame:
    """Pearson correlation of two return series over each window of complete sessions.

    Fisher's z interval; it takes the pairs as independent and near normal, which daily returns
    are only roughly.

    Args:
        first: returns by session.
        second: returns on the same index.
        window: complete sessions in each window.
        level: coverage of the interval.

    Returns:
        Columns `r, lo, hi`, indexed by the last session of each window.

    Raises:
        ModelError: fewer complete sessions than the window, or fewer than 4 in it.
    """
    rows = pd.concat([first, second], axis=1).dropna()
    if window < 4 or len(rows) < window:
        raise ModelError(f"{len(rows)} complete sessions fill no window of {window}")
    r = rows.iloc[:, 0].rolling(window).corr(rows.iloc[:, 1]).iloc[window - 1 :]
    z = np.arctanh(r.clip(-1 + 1e-12, 1 - 1e-12))
    reach = normal_reach(level) / np.sqrt(window - 3)
    return pd.DataFrame({"r": r, "lo": np.tanh(z - reach), "hi": np.tanh(z + reach)})


def bootstrap_windows(
    first: pd.Series,
    second: pd.Series,
    window: int,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The same windows with intervals that allow for fat tails and clustered variance.

    Fisher's z, with the standard error of the stationary block bootstrap of each window's pairs
    (the standard deviation over the draws): percentiles of thirty pairs would be too narrow.

    Args:
        first: returns by session.
        second: returns on the same index.
        window: complete sessions in each window.
        level: coverage of the interval.
        draws: resampled windows behind each error.
        rng: source of the draws.

    Returns:
        Columns `r, lo, hi`, indexed by the last session of each window.

    Raises:
        ModelError: as `rolling_correlation`.
    """
    plain = rolling_correlation(first, second, window, level)
    rows = pd.concat([first, second], axis=1).dropna().to_numpy()
    block = max(mean_block(rows[:, 0]), mean_block(rows[:, 1]))
    # The same places in every window: they are drawn once, and neighbours are compared alike.
    places = stationary_indices(window, draws, min(block, window / 3), rng)
    starts = np.arange(len(plain))
    reach = normal_reach(level)
    errors = np.concatenate(
        [
            np.nanstd(_drawn_z(rows, part[:, None, None] + places), axis=1)
            for part in np.array_split(starts, max(1, len(starts) * places.size // _PART))
            if len(part)
        ]
    )
    z = np.arctanh(plain["r"].clip(-1 + 1e-12, 1 - 1e-12))
    return plain.assign(lo=np.tanh(z - reach * errors), hi=np.tanh(z + reach * errors))


def _drawn_z(rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Fisher's z of each resampled window, shape (windows, draws); missing where nothing moves."""
    x, y = rows[:, 0][places], rows[:, 1][places]
    x, y = x - x.mean(axis=2, keepdims=True), y - y.mean(axis=2, keepdims=True)
    products = np.einsum("wdn,wdn->wd", x, y)
    scale = np.sqrt(np.einsum("wdn,wdn->wd", x, x) * np.einsum("wdn,wdn->wd", y, y))
    r = np.divide(products, scale, out=np.full_like(products, np.nan), where=scale > 0)
    return np.asarray(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)))


def bootstrap_interval(
    first: np.ndarray,
    second: np.ndarray,
    draws: int,
    level: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Interval of the correlation from the stationary block bootstrap of the pairs."""
    block = max(mean_block(first), mean_block(second))
    places = stationary_indices(len(first), draws, block, rng)
    x, y = first[places], second[places]
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    low, high = np.quantile(r, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
