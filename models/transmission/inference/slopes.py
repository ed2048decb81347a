"""One coefficient of one regression, made into a result: shared by every regression family."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from models.transmission.inference.hac import Fit, fit
from models.transmission.inference.power import (
    correlation_of,
    smallest_correlation,
    smallest_effect,
)
from models.transmission.inference.size import Size, size_of_slope
from models.transmission.results import TestResult, abstention

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.transmission.spec import TransmissionSpec


@dataclass(frozen=True)
class Question:
    """What a regression is asked.

    Attributes:
        hypothesis: its identity.
        family: its family.
        sign: the sign that the hypothesis expects: -1, +1, or 0 for either.
        unit: unit of the coefficient, in words.
        detail: further JSON-able facts for the result.
    """

    hypothesis: str
    family: str
    sign: int
    unit: str
    detail: dict[str, Any] = field(default_factory=dict)


def generator(spec: TransmissionSpec, hypothesis: str) -> np.random.Generator:
    """Draws of one hypothesis: its own, whatever else runs beside it."""
    return np.random.default_rng([spec.seed, zlib.crc32(hypothesis.encode())])


def error_type(lags: int) -> str:
    """The errors in words."""
    return f"HAC (Newey-West, Bartlett kernel, {lags} lags, small-sample correction, Student t)"


def tested(
    question: Question,
    *,
    estimate: float,
    interval: tuple[float, float] | None,
    p: float | None,
    size: Size | None,
    mde: float | None,
    n: int,
    detail: dict[str, Any],
) -> TestResult:
    """A result as every family gives it: its correction and verdict need the whole family.

    Args:
        question: what was asked.
        estimate: the effect.
        interval: of it.
        p: of no effect; None = nothing is tested.
        size: measured; None = not measured. Its rate and simulated p-value are told.
        mde: smallest detectable effect.
        n: observations.
        detail: further JSON-able facts, those of `facts` among them.
    """
    return TestResult(
        hypothesis=question.hypothesis,
        family=question.family,
        estimate=estimate,
        interval=interval,
        p=p,
        size=None if size is None else size.rate,
        mde=mde,
        n=n,
        detail=detail | {"p_simulated": None if size is None else size.p_simulated},
    )


def slope_result(
    question: Question,
    rows: pd.DataFrame,
    position: int,
    lags: int,
    spec: TransmissionSpec,
    measure: Callable[[float], Size] | None = None,
) -> TestResult:
    """Regress the first column on a constant and the others and report one coefficient.

    Args:
        question: what is asked.
        rows: complete rows: the response, then the regressors; the index names the sessions.
        position: which regressor is asked about, 1 = the first.
        lags: of the errors.
        spec: the choices of the run.
        measure: the size of this test given its t statistic; None = by resampled residuals.

    Returns:
        The result, without the adjusted p-value and the verdict, which need the whole family;
        an abstention where the regression cannot be judged.
    """
    values = rows.to_numpy(dtype="float64")
    response = values[:, 0]
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    reason = unfit(response, design)
    if reason is not None:
        return abstention(question.hypothesis, question.family, reason, question.detail)
    fitted = fit(response, design, lags)
    error = fitted.error(position)
    observed = fitted.value(position) / error
    if measure is None:
        rng = generator(spec, question.hypothesis)
        measure = partial(_slope_size, response, design, position, lags, spec.size_draws, rng)
    size = measure(observed) if spec.size_draws else None
    # An error that makes the test reject too easily is too small by this factor.
    true_error = error * (1.0 if size is None else size.inflation)
    relative = true_error * _net_ratio(response, design, position)
    return tested(
        question,
        estimate=fitted.value(position),
        interval=_interval(fitted, position, size, spec.level),
        p=fitted.p_value(position),
        size=size,
        mde=smallest_effect(true_error, spec.alpha, spec.power),
        n=len(rows),
        detail=_detail(question, rows, fitted, spec)
        | {
            "standard_error": error,
            "mde_rho": _promised(relative, len(rows), spec),
            "critical_value": "nominal" if size is None or size.trusted else "simulated",
        },
    )


def _promised(relative: float, n: int, spec: TransmissionSpec) -> float:
    """Smallest |rho| found, never less than as many independent pairs could hold.

    A lucky standard error would promise more.
    """
    return max(
        correlation_of(relative, spec.alpha, spec.power),
        smallest_correlation(n, spec.alpha, spec.power),
    )


def _slope_size(
    response: np.ndarray,
    design: np.ndarray,
    position: int,
    lags: int,
    draws: int,
    rng: np.random.Generator,
    observed: float,
) -> Size:
    return size_of_slope(response, design, position, lags, observed, draws, rng)


def _interval(fitted: Fit, position: int, size: Size | None, level: float) -> tuple[float, float]:
    """Interval of a coefficient; from simulated statistics where the nominal ones mislead."""
    if size is None or size.trusted:
        return fitted.interval(position, level)
    reach = size.critical(level) * fitted.error(position)
    return fitted.value(position) - reach, fitted.value(position) + reach


def unfit(response: np.ndarray, design: np.ndarray) -> str | None:
    """Why a regression cannot be judged, if it cannot: collinear regressors or an exact fit."""
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return "the regressors are collinear (two series may be one and the same)"
    left = response - design @ np.linalg.lstsq(design, response, rcond=None)[0]
    if np.abs(left).max() <= 1e-10 * np.abs(response).max():
        return "the regressors explain the response exactly (two series may be one and the same)"
    return None


def _net_ratio(response: np.ndarray, design: np.ndarray, position: int) -> float:
    """Standard deviation of the regressor over the response's, both net of the other regressors."""
    others = np.delete(design, position, axis=1)
    both = np.column_stack([design[:, position], response])
    left = both - others @ np.linalg.lstsq(others, both, rcond=None)[0]
    spread = left.std(axis=0)
    return float(spread[0] / spread[1])


def _detail(
    question: Question, rows: pd.DataFrame, fitted: Fit, spec: TransmissionSpec
) -> dict[str, Any]:
    return facts(question, rows.index, error_type(fitted.lags), spec) | {"lags": fitted.lags}


def facts(
    question: Question, sessions: pd.Index, error: str, spec: TransmissionSpec
) -> dict[str, Any]:
    """What every result says of itself, whatever its family.

    Args:
        question: what is asked.
        sessions: of the sample.
        error: how its errors or its null were made, in words.
        spec: the choices of the run.
    """
    return {
        "unit": question.unit,
        "sign": question.sign,
        "error": error,
        "first": str(sessions[0]),
        "last": str(sessions[-1]),
        "index": spec.index_kind,
        "level": spec.level,
        **question.detail,
    }
