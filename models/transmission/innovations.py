"""Innovations: what of a series its own past did not tell.

Levels of two persistent series correlate by accident; their innovations do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.errors import ModelError


@dataclass(frozen=True)
class Innovations:
    """An autoregression and its residuals.

    Attributes:
        residuals: on the index of the series; missing where it or a lag is.
        order: lags chosen (0 = a constant only).
        coefficients: constant, then one per lag.
        sd: standard deviation of the residuals, degrees of freedom adjusted.
    """

    residuals: pd.Series
    order: int
    coefficients: np.ndarray
    sd: float


def ar_innovations(series: pd.Series, max_lags: int = 5) -> Innovations:
    """Residuals of an autoregression whose order the Bayesian criterion chooses.

    All orders are compared on the same observations; the chosen one is fitted on all it can use.

    Args:
        series: floats on a regular grid of sessions, missing = NaN.
        max_lags: highest order tried.

    Raises:
        ModelError: too few complete observations, or a constant series.
    """
    table = _lagged(series, max_lags)
    complete = table.dropna()
    if len(complete) < 3 * (max_lags + 1):
        raise ModelError(f"only {len(complete)} complete observations for {max_lags} lags")
    if complete["y"].std() == 0:
        raise ModelError("the series is constant")
    criteria = [_bic(complete, order) for order in range(max_lags + 1)]
    order = int(np.argmin(criteria))
    rows = table.iloc[:, : order + 1].dropna()
    coefficients, errors = _least_squares(rows)
    residuals = pd.Series(errors, index=rows.index).reindex(series.index)
    sd = float(np.sqrt(errors @ errors / (len(errors) - order - 1)))
    return Innovations(residuals, order, coefficients, sd)


def _lagged(series: pd.Series, lags: int) -> pd.DataFrame:
    """The series as `y` and its lags, on its own index."""
    columns = {"y": series} | {f"lag{lag}": series.shift(lag) for lag in range(1, lags + 1)}
    return pd.DataFrame(columns)


def _least_squares(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    values = rows.to_numpy(dtype="float64")
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    coefficients = np.linalg.lstsq(design, values[:, 0], rcond=None)[0]
    return coefficients, values[:, 0] - design @ coefficients


def _bic(complete: pd.DataFrame, order: int) -> float:
    _, errors = _least_squares(complete.iloc[:, : order + 1])
    n = len(errors)
    return float(n * np.log(errors @ errors / n) + (order + 1) * np.log(n))
