"""Correlation of returns, in a rolling window and over the sample; never of price levels.

Two unrelated random walks correlate at .9 in levels often enough to make a headline.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices


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
    from scipy.stats import norm

    rows = pd.concat([first, second], axis=1).dropna()
    if window < 4 or len(rows) < window:
        raise ModelError(f"{len(rows)} complete sessions fill no window of {window}")
    r = rows.iloc[:, 0].rolling(window).corr(rows.iloc[:, 1]).iloc[window - 1 :]
    z = np.arctanh(r.clip(-1 + 1e-12, 1 - 1e-12))
    reach = norm.ppf(0.5 + level / 2) / np.sqrt(window - 3)
    return pd.DataFrame({"r": r, "lo": np.tanh(z - reach), "hi": np.tanh(z + reach)})


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
