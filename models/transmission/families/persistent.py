"""Does the *level* of real-time fear foretell the next session's return?

A level that moves slowly and falls when prices rise makes the usual t test reject too often; IVX
decides here (`models.transmission.persistent`). Its size is measured in a world where fear tells
nothing, but return and innovation keep their correlation of the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.inference.power import (
    correlation_of,
    normal_reach,
    smallest_correlation,
    smallest_effect,
)
from models.transmission.inference.predictive_null import predictive_null
from models.transmission.inference.size import NOMINAL, Size, measured
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.innovations import ar_innovations
from models.transmission.persistent import PersistentRegression, PersistentResult, ivx
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, UnusableSampleError, complete_stretch

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

_ERROR = "IVX (instrument of persistence 1 - n^-.95, finite-sample correction), normal"


def persistent(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """One hypothesis an asset: the slope of its next return on the real-time level is not 0."""
    return [_one(table, asset, spec) for asset in spec.assets]


def _one(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> TestResult:
    name = f"persistent:{asset}"
    try:
        stretch = complete_stretch(table, [asset, REALTIME], spec)
        rows = _unbroken(stretch, spec)
        rows = rows.assign(**{REALTIME: rows[REALTIME] / rows[REALTIME].std()})
        found = PersistentRegression(rows[asset], rows[REALTIME], level=spec.level).fit()
        size = _size(name, rows, found, spec)
    except ModelError as error:
        return abstention(name, "persistent", str(error))
    question = Question(
        hypothesis=name,
        family="persistent",
        sign=-1,
        unit="percent over 1 session per standard deviation of the fear level",
        detail={"horizon": 1, "series": "real-time", "left_out": len(stretch) - len(rows)}
        | clock(asset, spec),
    )
    return _result(question, rows, found, size, spec)


def _unbroken(stretch: pd.DataFrame, spec: TransmissionSpec) -> pd.DataFrame:
    """The longest part without a gap: the instrument is a sum over consecutive sessions.

    Raises:
        UnusableSampleError: it is too short.
    """
    whole = stretch.notna().all(axis=1)
    parts = (~whole).cumsum()[whole]
    longest = parts.index[parts == parts.value_counts().idxmax()]
    if len(longest) < spec.min_sessions:
        raise UnusableSampleError(
            f"{len(longest)} sessions without a gap ({longest[0]} to {longest[-1]}), "
            f"{spec.min_sessions} needed"
        )
    return stretch.loc[longest]


def _size(
    name: str, rows: pd.DataFrame, found: PersistentResult, spec: TransmissionSpec
) -> Size | None:
    from scipy.stats import norm

    if not spec.size_draws:
        return None
    returns, index = rows.to_numpy().T
    order = max(1, ar_innovations(rows[REALTIME], spec.max_lags).order)
    null = predictive_null(returns, index, order)
    drawn, levels, _ = null.draw(len(rows), spec.size_draws, generator(spec, name))
    slopes, errors = ivx(drawn, levels)
    critical = float(norm.ppf(1 - NOMINAL / 2))
    return measured(np.abs(slopes / errors), found.wald**0.5, critical)


def _result(
    question: Question,
    rows: pd.DataFrame,
    found: PersistentResult,
    size: Size | None,
    spec: TransmissionSpec,
) -> TestResult:

    estimate, error = found.slopes["ivx"]
    simulated = size is not None and not size.trusted
    critical = normal_reach(spec.level)
    if size is not None and simulated:
        critical = size.critical(spec.level)
    true_error = error * (1.0 if size is None else size.inflation)
    relative = true_error / float(rows.iloc[:, 0].std())  # the level has unit deviation
    return tested(
        question,
        estimate=estimate,
        interval=(estimate - critical * error, estimate + critical * error),
        p=found.p_value,
        size=size,
        mde=smallest_effect(true_error, spec.alpha, spec.power),
        n=found.n,
        detail=facts(question, rows.index, _ERROR, spec)
        | {
            "lags": int(found.n**0.33),
            "wald": found.wald,
            "standard_error": error,
            "critical_value": "simulated" if simulated else "nominal",
            "rho": found.rho,
            "rho_corrected": found.rho_corrected,
            "bias": found.bias,
            "delta": found.delta,
            "slopes": {
                method: {
                    "value": row["estimate"],
                    "p": row["p"],
                    "interval": [row["lo"], row["hi"]],
                }
                for method, row in found.to_frame().to_dict("index").items()
            },
            "mde_rho": max(
                correlation_of(relative, spec.alpha, spec.power),
                smallest_correlation(found.n, spec.alpha, spec.power),
            ),
        },
    )
