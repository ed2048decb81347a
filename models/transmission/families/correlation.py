"""Correlation of returns, in a rolling window and over the sample; never of price levels.

Two unrelated random walks correlate at .9 in levels often enough to make a headline.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.slopes import Question, generator, slope_result
from models.transmission.results import TestResult, abstention
from models.transmission.rolling_correlation import bootstrap_interval, rolling_correlation
from models.transmission.sample import complete_stretch

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec


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
