"""Does fear move the bad end of the returns, and is Bitcoin's beta higher there?

Three kinds of hypotheses on the lowest of the quantiles asked for (value at risk): each asset's
quantile on the fear innovation of the session (published index); the quantile of its *next* return
on what was new in the real-time index, with forecasts made from its past alone; and the tail's
slope on a factor at that quantile less the slope at the median: the high-beta tail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission.families.regressions import clock
from models.transmission.inference.power import (
    correlation_of,
    smallest_correlation,
    smallest_effect,
)
from models.transmission.inference.quantile_draws import shifts
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.innovations import ar_innovations
from models.transmission.quantile import Drawn, QuantileRegression, QuantileResult
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, REALTIME, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

FAMILY = "quantile"
_FEAR = "fear innovation"
_MEDIAN = 0.5
_ERROR = "stationary block bootstrap of sessions, symmetric"


@dataclass(frozen=True)
class _Task:
    """A hypothesis: response first, then the one regressor; and the quantiles that it compares."""

    question: Question
    rows: pd.DataFrame
    quantiles: tuple[float, ...]


def quantile(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Fear on the day, fear of the day before, and the tail's beta."""
    return [
        *_on_fear(table, spec, ahead=False),
        *_on_fear(table, spec, ahead=True),
        *(_tail_beta(table, factor, spec) for factor in spec.factors),
    ]


def _on_fear(table: pd.DataFrame, spec: TransmissionSpec, *, ahead: bool) -> list[TestResult]:
    lowest = min(spec.quantiles)
    names = {asset: f"{FAMILY}:{asset}:q{lowest:g}" for asset in spec.assets}
    names = {asset: name + (":next" if ahead else "") for asset, name in names.items()}
    try:
        fear = _realtime(table, spec) if ahead else _published(table, spec)
    except ModelError as error:
        return [abstention(name, FAMILY, str(error)) for name in names.values()]
    return [_one_fear(table, fear, asset, names[asset], spec, ahead=ahead) for asset in spec.assets]


def _published(table: pd.DataFrame, spec: TransmissionSpec) -> pd.Series:
    found = ar_innovations(complete_stretch(table, [FEAR], spec)[FEAR], spec.max_lags)
    return (found.residuals / found.sd).reindex(table.index)


def _realtime(table: pd.DataFrame, spec: TransmissionSpec) -> pd.Series:
    level = complete_stretch(table, [REALTIME], spec)[REALTIME]
    return recursive_innovations(level, spec.max_lags, spec.min_sessions).reindex(table.index)


def recursive_innovations(series: pd.Series, lags: int, first: int) -> pd.Series:
    """What of each value an autoregression fitted to the values before it did not tell.

    In deviations of the forecast errors so far: a number that was known at the session's close.

    Args:
        series: by session; missing = NaN.
        lags: of the autoregression, fixed beforehand.
        first: values needed for the first fit.

    Raises:
        ModelError: no forecast can be made.
    """
    past = pd.concat([series.shift(lag) for lag in range(1, lags + 1)], axis=1).to_numpy()
    design, values = np.column_stack([np.ones(len(series)), past]), series.to_numpy()
    whole = np.isfinite(values) & np.isfinite(design).all(axis=1)
    left, row = np.full(len(series), np.nan), np.flatnonzero(whole)
    moments, products = np.zeros((lags + 1, lags + 1)), np.zeros(lags + 1)
    for seen, at in enumerate(row):
        if seen >= first:
            # The pseudo-inverse: the index may not have moved yet.
            left[at] = values[at] - design[at] @ np.linalg.pinv(moments) @ products
        moments += np.outer(design[at], design[at])
        products += design[at] * values[at]
    errors = pd.Series(left, index=series.index)
    spread = errors.expanding(min_periods=first).std()
    scaled = errors / spread.where(spread > 0)
    if scaled.notna().sum() < first:
        raise ModelError(f"{len(row)} sessions of real-time fear leave too few forecasts of it")
    return scaled


def _one_fear(
    table: pd.DataFrame,
    fear: pd.Series,
    asset: str,
    name: str,
    spec: TransmissionSpec,
    *,
    ahead: bool,
) -> TestResult:
    if asset not in table:
        return abstention(name, FAMILY, f"no prices of {asset}")
    lowest = min(spec.quantiles)
    returns = table[asset].shift(-1) if ahead else table[asset]
    wide = pd.DataFrame({asset: returns, _FEAR: fear})
    try:
        rows = complete_stretch(wide, [asset, _FEAR], spec).dropna()
        question = Question(
            hypothesis=name,
            family=FAMILY,
            sign=-1,
            unit=f"percent of the {lowest:g} quantile{' of the next return' if ahead else ''} per "
            "standard deviation of the fear innovation",
            detail={"quantile": lowest, "series": "real-time" if ahead else "published"}
            | clock(asset, spec),
        )
        return _tested(_Task(question, rows, (lowest,)), spec)
    except ModelError as error:
        return abstention(name, FAMILY, str(error))


def _tail_beta(table: pd.DataFrame, factor: str, spec: TransmissionSpec) -> TestResult:
    lowest = min(spec.quantiles)
    name = f"{FAMILY}:{spec.tail}~{factor}:q{lowest:g}-q{_MEDIAN:g}"
    try:
        rows = complete_stretch(table, [spec.tail, factor], spec).dropna()
        question = Question(
            hypothesis=name,
            family=FAMILY,
            sign=1,
            unit=f"percent per percent: slope at the {lowest:g} quantile less slope at the median",
            detail={"quantile": lowest, "series": "published"} | clock(spec.tail, spec),
        )
        return _tested(_Task(question, rows, (lowest, _MEDIAN)), spec)
    except ModelError as error:
        return abstention(name, FAMILY, str(error))


def _tested(task: _Task, spec: TransmissionSpec) -> TestResult:
    """Estimate, draw, and measure the size.

    Raises:
        ModelError: the sample is too small for the quantile, or unfit.
    """
    rng = generator(spec, task.question.hypothesis)
    seed = (spec.seed, int(rng.integers(2**31)))
    response, regressor = (str(name) for name in task.rows.columns)
    found = QuantileRegression(
        task.rows, response, task.quantiles, spec.bootstrap_draws, spec.level, seed
    ).fit()
    number = _asked(found, regressor, task.quantiles)
    size = _size(task, found, number, spec, rng) if spec.size_draws else None
    return _result(task, found, number, size, spec)


def _asked(found: QuantileResult, regressor: str, quantiles: tuple[float, ...]) -> Drawn:
    if len(quantiles) == 1:
        return found.coefficient(regressor, quantiles[0])
    return found.difference(regressor, *quantiles)


def _size(
    task: _Task,
    found: QuantileResult,
    number: Drawn,
    spec: TransmissionSpec,
    rng: np.random.Generator,
) -> Size:
    """Size of the bootstrap test where the regressor's slope is one at all quantiles, or none.

    The response less its median slope (where two quantiles are compared; else the response
    itself) is drawn in blocks beside the regressor as it was; of each such sample one more is drawn
    by the bootstrap that the test uses.
    """
    response, regressor = task.rows.to_numpy().T
    design = np.column_stack([np.ones(len(response)), regressor])
    if len(task.quantiles) > 1:
        row = found.quantiles.index(task.quantiles[1])
        response = response - found.estimates[row, 1] * regressor
    n, draws = len(response), spec.size_draws
    # Levels of variance, not of the return, have the dependence that matters here.
    block = max(mean_block(response), mean_block((response - response.mean()) ** 2))
    simulated = response[stationary_indices(n, draws, block, rng)]
    rows = np.broadcast_to(np.arange(n), (draws, n))
    again = stationary_indices(n, draws, found.block, rng)
    outer, inner = np.zeros(draws), np.zeros(draws)
    for weight, q in zip((1.0, -1.0), task.quantiles, strict=False):
        start = float(np.quantile(response, q))
        moved = shifts(simulated - start, rows, design, q)
        left = simulated - start - moved @ design.T
        drawn_again = shifts(np.take_along_axis(left, again, axis=1), again, design, q)
        outer += weight * moved[:, 1]
        inner += weight * drawn_again[:, 1]
    column = found.names.index(str(task.rows.columns[1]))
    own = np.zeros(found.deviations.shape[1])
    for weight, q in zip((1.0, -1.0), task.quantiles, strict=False):
        own += weight * found.deviations[found.quantiles.index(q), :, column]
    return warp_speed(np.abs(outer), np.abs(inner), abs(number.estimate), np.abs(own))


def _result(
    task: _Task,
    found: QuantileResult,
    number: Drawn,
    size: Size | None,
    spec: TransmissionSpec,
) -> TestResult:
    simulated = size is not None and not size.trusted
    interval = number.interval
    if size is not None and simulated:
        reach = size.critical(spec.level)
        interval = (number.estimate - reach, number.estimate + reach)
    true_error = number.error * (1.0 if size is None else size.inflation)
    response, regressor = task.rows.to_numpy().T
    relative = true_error * float(regressor.std() / response.std())
    n = len(response)
    return tested(
        task.question,
        estimate=number.estimate,
        interval=interval,
        p=number.p,
        size=size,
        mde=smallest_effect(true_error, spec.alpha, spec.power),
        n=n,
        detail=facts(task.question, task.rows.index, _ERROR, spec)
        | {
            "standard_error": number.error,
            "block": found.block,
            "lags": 0,
            "critical_value": "simulated" if simulated else "bootstrap",
            "slopes": _slopes(found, str(task.rows.columns[1])),
            "mde_rho": max(
                correlation_of(relative, spec.alpha, spec.power),
                smallest_correlation(n, spec.alpha, spec.power),
            ),
        },
    )


def _slopes(found: QuantileResult, regressor: str) -> dict[str, Any]:
    numbers = {q: found.coefficient(regressor, q) for q in found.quantiles}
    return {
        f"q{q:g}": {"value": one.estimate, "interval": list(one.interval), "p": one.p}
        for q, one in sorted(numbers.items())
    }
