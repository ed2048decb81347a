"""Would the index, as it was known at the time, have improved a forecast of returns?

The real-time index and its value the session before (so that what was new counts, without an
estimated innovation) against the mean of the returns so far, and against an autoregression of the
return; fitted on the past alone, session by session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.resampling import resample
from models.transmission.families.regressions import clock
from models.transmission.inference.past_forecasts import ahead_sums, past_forecasts
from models.transmission.inference.power import normal_reach, smallest_correlation
from models.transmission.inference.size import Size, measured
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.out_of_sample import (
    OutOfSample,
    OutOfSampleResult,
    Window,
    clark_west_batch,
)
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, complete_stretch

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

_LAGGED = f"{REALTIME}, the session before"
_SHARE, _LEAST = 3, 40  # a third of the sample, and never less, lies before the first forecast


@dataclass(frozen=True)
class _Case:
    """One asset at one horizon."""

    name: str
    asset: str
    horizon: int
    rows: pd.DataFrame  # the return, real-time fear, its lag

    @property
    def first(self) -> int:
        return max(_LEAST, len(self.rows) // _SHARE)

    def fit(self, window: Window = "expanding", own: bool = False) -> OutOfSampleResult:
        returns = self.rows[self.asset]
        return OutOfSample(
            outcome=returns,
            predictors=self.rows[[REALTIME, _LAGGED]],
            benchmark=returns.rename("own return").to_frame() if own else None,
            horizon=self.horizon,
            first=self.first,
            window=window,
        ).fit()


def out_of_sample(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Each asset and horizon."""
    wide = table.assign(**{_LAGGED: table[REALTIME].shift(1)})
    return [
        _one(wide, f"out-of-sample:{asset}:h{horizon}", asset, horizon, spec)
        for asset in spec.assets
        for horizon in spec.horizons
    ]


def _one(
    table: pd.DataFrame, name: str, asset: str, horizon: int, spec: TransmissionSpec
) -> TestResult:
    try:
        rows = complete_stretch(table, [asset, REALTIME, _LAGGED], spec).dropna()
        case = _Case(name, asset, horizon, rows)
        fitted = case.fit()
        return _result(case, fitted, _size(case, fitted, spec), spec)
    except ModelError as error:
        return abstention(name, "out-of-sample", str(error))


def _size(case: _Case, fitted: OutOfSampleResult, spec: TransmissionSpec) -> Size | None:
    """One-sided Clark-West on returns drawn in blocks, independent of the index as it was."""
    from scipy.stats import norm

    if not spec.size_draws:
        return None
    rng = generator(spec, case.name)
    values = case.rows.to_numpy()
    drawn = resample(values[:, 0], spec.size_draws, rng)
    outcomes = ahead_sums(drawn, case.horizon)
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    start = case.first + case.horizon - 1
    errors = [
        outcomes[:, start:] - past_forecasts(outcomes, one, case.horizon, case.first, None)
        for one in (design[:, :1], design)
    ]
    means, spread = clark_west_batch(errors[0], errors[1], case.horizon)
    return measured(means / spread, fitted.test.statistic, float(norm.ppf(0.95)))


def _result(
    case: _Case, fitted: OutOfSampleResult, size: Size | None, spec: TransmissionSpec
) -> TestResult:
    from scipy.stats import norm

    inflation = 1.0 if size is None else size.inflation
    squared = float((fitted.errors["benchmark"] ** 2).mean())
    needed = float(norm.ppf(1 - spec.alpha) + norm.ppf(spec.power))  # the test is one-sided
    mde = 100 * needed * inflation * fitted.test.error / squared
    question = Question(
        hypothesis=case.name,
        family="out-of-sample",
        sign=1,
        unit=f"percent of the squared error of {case.horizon}-session forecasts saved (R2)",
        detail={"horizon": case.horizon, "series": "real-time"} | clock(case.asset, spec),
    )
    return tested(
        question,
        estimate=100 * fitted.r2,
        interval=_interval(fitted, spec.level),
        p=fitted.test.p_one_sided,
        size=size,
        mde=mde,
        n=len(fitted.forecasts),
        detail=facts(question, fitted.forecasts.index, _error(case.horizon), spec)
        | {
            # A share of variance is a squared correlation.
            "mde_rho": max(
                min(1.0, mde / 100) ** 0.5,
                smallest_correlation(len(fitted.forecasts), spec.alpha, spec.power),
            ),
            "statistic": fitted.test.statistic,
            # An improvement can be certain where R2 is below 0: estimating the slopes cost more
            # than they are worth. The direction of the test is that of its statistic.
            "direction": fitted.test.statistic,
            "first_window": case.first,
            "expanding": _told(fitted),
        }
        | _variants(case)
        | {"plot": _plot(fitted)},
    )


def _error(horizon: int) -> str:
    return (
        f"Clark-West, one-sided, rectangular kernel with {horizon - 1} lags; the interval is of "
        "the plain difference of squared errors, which that test corrects for estimated slopes"
    )


def _interval(fitted: OutOfSampleResult, level: float) -> tuple[float, float]:
    """R2 and the error of the mean difference of squared errors (Bartlett kernel)."""
    squared = fitted.errors**2
    saved = (squared["benchmark"] - squared["forecast"]).to_numpy()
    centred, n = saved - saved.mean(), len(saved)
    variance = float(centred @ centred) / n
    for lag in range(1, fitted.horizon + 1):
        weight = 1 - lag / (fitted.horizon + 1)
        variance += 2 * weight * float(centred[lag:] @ centred[:-lag]) / n
    reach = normal_reach(level) * (variance / n) ** 0.5
    scale = 100 / float(squared["benchmark"].mean())
    return scale * (float(saved.mean()) - reach), scale * (float(saved.mean()) + reach)


def _variants(case: _Case) -> dict[str, Any]:
    """The same with a rolling window, and against an autoregression of the return."""
    found: dict[str, Any] = {}
    wanted: dict[str, tuple[Window, bool]] = {
        "rolling": ("rolling", False),
        "against_autoregression": ("expanding", True),
        "rolling_against_autoregression": ("rolling", True),
    }
    for name, (window, own) in wanted.items():
        try:
            found[name] = _told(case.fit(window, own))
        except ModelError as error:
            found[name] = {"abstained": str(error)}
    return found


def _told(fitted: OutOfSampleResult) -> dict[str, float]:
    return {
        "r2": 100 * fitted.r2,
        "statistic": fitted.test.statistic,
        "p": fitted.test.p_one_sided,
        "p_two_sided": fitted.test.p_two_sided,
    }


def _plot(fitted: OutOfSampleResult) -> dict[str, Any]:
    saved = fitted.saved
    return {
        "kind": "rolling",
        "date": [str(session) for session in saved.index],
        "y_label": "squared error saved so far, percent squared",
        "value": [float(value) for value in saved],
        "lo": None,
        "hi": None,
        "reference": 0.0,
    }
