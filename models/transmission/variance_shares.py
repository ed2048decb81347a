"""The arithmetic of connectedness tables, for one sample or for many at once.

The formulas and their sources stand in `connectedness`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from models.transmission import vector_autoregression as var

Method = Literal["generalized", "cholesky"]
METHODS = ("generalized", "cholesky")


def decomposition(psi: np.ndarray, covariance: np.ndarray, method: str) -> np.ndarray:
    """Shares of forecast-error variance; rows sum to 1.

    Args:
        psi: moving-average matrices, shape (draws, terms, k, k).
        covariance: of the innovations, shape (draws, k, k).
        method: `generalized` or `cholesky`.

    Returns:
        Shape (draws, k, k).
    """
    squares = ((psi @ impact(covariance, method)[:, None]) ** 2).sum(axis=1)
    # Dividing by the row's sum makes the forecast variance cancel out of the generalised table;
    # for Cholesky the row's sum is that variance.
    return np.asarray(squares / squares.sum(axis=2, keepdims=True))


def impact(covariance: np.ndarray, method: str) -> np.ndarray:
    """What a shock of one standard deviation does at once, shape (draws, k, k)."""
    if method == "cholesky":
        return np.linalg.cholesky(covariance)
    spread = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    return np.asarray(covariance / spread[:, None, :])


def tables(fitted: var.Autoregressions, horizon: int, method: str = "generalized") -> np.ndarray:
    """Tables of many samples, in percent; NaN where the autoregression is unstable or singular.

    Args:
        fitted: of each sample.
        horizon: steps of the forecast.
        method: `generalized` or `cholesky`.

    Returns:
        Shape (draws, k, k).
    """
    good = var.largest_root(fitted.lagged) < 1
    spread = np.sqrt(np.diagonal(fitted.covariance, axis1=1, axis2=2))
    good &= (spread > 0).all(axis=1)
    safe = np.where(good[:, None, None], fitted.covariance, np.eye(spread.shape[1]))
    psi = var.moving_average(np.where(good[:, None, None, None], fitted.lagged, 0.0), horizon)
    shares = 100 * decomposition(psi, safe, method)
    shares[~good] = np.nan
    return np.asarray(shares)


def totals(shares: np.ndarray) -> np.ndarray:
    """Total connectedness of each table (draws, k, k), in the tables' unit."""
    diagonal = np.trace(shares, axis1=1, axis2=2)
    return np.asarray((shares.sum(axis=(1, 2)) - diagonal) / shares.shape[1])


def nets(shares: np.ndarray) -> np.ndarray:
    """Given minus received of each table's series, shape (draws, k)."""
    return np.asarray(shares.sum(axis=1) - shares.sum(axis=2))
