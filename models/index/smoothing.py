"""Smoothing and rescaling, as in the published daily geopolitical risk index.

Source: Caldara and Iacoviello, "Measuring Geopolitical Risk", American Economic Review 112(4),
2022: the daily file's columns GPRD_MA7 and GPRD_MA30, and its mean of 100 over the base years.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.errors import ModelError


def trailing_mean(values: pd.Series, days: int) -> pd.Series:
    """Mean over the `days` calendar days that end with each date.

    Calendar days, so that the window over sessions (five a week) spans the same time as over
    daily data; a missing value takes no part, and one value is enough.

    Args:
        values: floats indexed by dates (`YYYY-MM-DD` or timestamps), ascending.
        days: length of the window.

    Returns:
        Floats on the same index.
    """
    timed = pd.Series(values.to_numpy(dtype="float64"), index=pd.DatetimeIndex(values.index))
    means = timed.rolling(f"{days}D", min_periods=1).mean()
    return pd.Series(means.to_numpy(), index=values.index, name=values.name)


def base_scale(values: np.ndarray, base: np.ndarray) -> float:
    """The factor that brings the mean over the base window to 100.

    Args:
        values: floats, missing ones NaN.
        base: booleans of the same length, true inside the base window.

    Raises:
        ModelError: nothing but missing values or zeros in the base window.
    """
    inside = values[base & np.isfinite(values)]
    if inside.size == 0 or not inside.mean() > 0:
        raise ModelError("the base window has no positive value to scale by")
    return float(100.0 / inside.mean())
