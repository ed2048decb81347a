"""Correlation of returns, in a rolling window and over the sample; never of price levels.

Two unrelated random walks correlate at .9 in levels often enough to make a headline.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission.hac import newey_west_lags
from models.transmission.regressions import clock
from models.transmission.results import TestResult, abstention
from models.transmission.sample import complete_stretch
from models.transmission.slopes import Question, generator, slope_result

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec


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


def correlation(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Correlation of the tail's returns with each factor's."""
    return [_correlation(table, factor, spec) for factor in spec.factors]


def _correlation(table: pd.DataFrame, factor: str, spec: TransmissionSpec) -> TestResult:
    name = f"correlation:{spec.tail}~{factor}"
    try:
        rows = complete_stretch(table, [spec.tail, factor], spec).dropna()
        rolling = rolling_correlation(rows[spec.tail], rows[factor], spec.window, spec.level)
    except ModelError as error:
        return abstention(name, "correlation", str(error))
    standardised = (rows - rows.mean()) / rows.std(ddof=0)
    question = Question(
        hypothesis=name,
        family="correlation",
        sign=1,
        unit="Pearson correlation of log returns",
        detail={"rolling": _summary(rolling, spec)} | clock(spec.tail, spec),
    )
    # The slope of standardised returns is the correlation; its HAC test allows for the
    # clustered variance that Fisher's z does not.
    result = slope_result(question, standardised, 1, newey_west_lags(len(rows)), spec)
    if result.abstained:
        return result
    x, y = (rows[column].to_numpy() for column in (spec.tail, factor))
    rng = generator(spec, name)
    interval = bootstrap_interval(x, y, spec.bootstrap_draws, spec.level, rng)
    detail = result.detail | {"interval": "stationary block bootstrap of the pairs"}
    return dataclasses.replace(
        result, interval=interval, mde=result.detail["mde_rho"], detail=detail
    )


def _summary(rolling: pd.DataFrame, spec: TransmissionSpec) -> dict[str, Any]:
    """The last window, the extremes, and under `series` every window by its last session."""
    latest = rolling.iloc[-1]
    return {
        "window": spec.window,
        "windows": len(rolling),
        "last": str(rolling.index[-1]),
        "level": spec.level,
        "r": _number(latest["r"]),
        "interval": [_number(latest["lo"]), _number(latest["hi"])],
        "smallest": _number(rolling["r"].min()),
        "largest": _number(rolling["r"].max()),
        "series": {"date": [str(date) for date in rolling.index]}
        | {name: [_number(value) for value in rolling[name]] for name in ("r", "lo", "hi")},
    }


def _number(value: float) -> float | None:
    """None where there is none: in a window of a halted asset nothing moves with anything."""
    return float(value) if np.isfinite(value) else None
