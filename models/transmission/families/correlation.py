"""Correlation of returns: over the sample, in a rolling window, and from session to session.

Tested is that of returns alone. That of price levels stands beside it with its warning and with the
share of unrelated pairs that reach it: two random walks correlate at .9 often enough to make a
headline.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from models.errors import ModelError
from models.transmission.dynamic_correlation import Dcc
from models.transmission.families.regressions import clock
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.slopes import Question, generator, slope_result
from models.transmission.level_correlation import WARNING, levels_and_returns, rank_in_history
from models.transmission.results import TestResult, abstention, finite
from models.transmission.rolling_correlation import bootstrap_interval, bootstrap_windows
from models.transmission.sample import complete_stretch, level_of

# Behind each window's error; a standard deviation is known well enough from so many.
_WINDOW_DRAWS = 199

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
        draws = min(spec.bootstrap_draws, _WINDOW_DRAWS)
        pair, source = (rows[spec.tail], rows[factor]), generator(spec, f"{name}:windows")
        rolling = bootstrap_windows(*pair, spec.window, spec.level, draws, source)
    except ModelError as error:
        return abstention(name, "correlation", str(error))
    standardised = (rows - rows.mean()) / rows.std(ddof=0)
    question = Question(
        hypothesis=name,
        family="correlation",
        sign=1,
        unit="Pearson correlation of log returns",
        detail={
            "rolling": _summary(rolling, spec),
            "dynamic": _dynamic(rows),
            "levels": _levels(table, factor, spec),
            "plot": _plot(rolling, spec),
        }
        | clock(spec.tail, spec),
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
        "r": finite(latest["r"]),
        "interval": [finite(latest["lo"]), finite(latest["hi"])],
        "smallest": finite(rolling["r"].min()),
        "largest": finite(rolling["r"].max()),
        "rank": rank_in_history(rolling["r"]) if rolling["r"].notna().any() else None,
        "errors": "Fisher's z, standard error of the stationary block bootstrap within the window",
        "series": {"date": [str(date) for date in rolling.index]}
        | {name: [finite(value) for value in rolling[name]] for name in ("r", "lo", "hi")},
    }


def _plot(rolling: pd.DataFrame, spec: TransmissionSpec) -> dict[str, Any]:
    return {
        "kind": "rolling",
        "date": [str(date) for date in rolling.index],
        "y_label": f"correlation of returns over {spec.window} sessions",
        "value": [finite(value) for value in rolling["r"]],
        "lo": [finite(value) for value in rolling["lo"]],
        "hi": [finite(value) for value in rolling["hi"]],
        "reference": 0.0,
    }


def _dynamic(rows: pd.DataFrame) -> dict[str, Any]:
    """DCC(1,1) of the pair: parameters, and the correlation of every session."""
    try:
        fitted = Dcc(rows).fit()
    except ModelError as error:
        return {"abstained": str(error)}
    r = fitted.correlations.iloc[:, 0]
    return {
        "a": fitted.a,
        "b": fitted.b,
        "likelihood_ratio": fitted.ratio,
        "last": float(r.iloc[-1]),
        "smallest": float(r.min()),
        "largest": float(r.max()),
        "rank": rank_in_history(r),
        "series": {"date": [str(date) for date in r.index], "r": [float(value) for value in r]},
    }


def _levels(table: pd.DataFrame, factor: str, spec: TransmissionSpec) -> dict[str, Any]:
    """Levels and returns of the last window side by side, and how often levels mislead."""
    columns = [level_of(spec.tail), level_of(factor)]
    try:
        prices = complete_stretch(table, columns, spec).dropna()
        first, second = (prices[column] for column in columns)
        found = levels_and_returns(first, second, spec.window, spec.bootstrap_draws, spec.seed)
    except ModelError as error:
        return {"abstained": str(error)}
    last = found.table.iloc[-1]
    return {
        "warning": WARNING,
        "window": spec.window,
        "last": str(found.table.index[-1]),
        "levels": finite(last["levels"]),
        "returns": finite(last["returns"]),
        "p_levels": finite(last["p_levels"]),
        "exceeded_by_one_in_twenty_unrelated": found.exceeded,
        "windows_beyond_09": float((found.table["levels"].abs() >= 0.9).mean()),
    }
