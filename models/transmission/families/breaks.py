"""Did a mean, a volatility or a beta change for good, and when?

Three kinds of series: the mean of fear (published), the volatility of the first factor and of the
tail (mean absolute return), the tail's beta on the factor. The test statistic is UDmax over one to
five breaks, from sums of squares; its p-value comes from nulls with the series' own dependence.
Dates, intervals and supF stand beside it as Bai and Perron define them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.resampling import mean_block
from models.transmission.breaks import Breaks, BreaksResult
from models.transmission.families.regressions import clock
from models.transmission.inference.nulls import block_signs, sieve
from models.transmission.inference.partitions import partition
from models.transmission.inference.power import (
    needed_distance,
    normal_reach,
    search_inflation,
    smallest_correlation,
)
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.innovations import ar_innovations
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, complete_stretch

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

_TRIMMING, _MOST = 0.15, 5
_CANDIDATES = 100  # dates tried in the test; the estimated dates are searched session by session


@dataclass(frozen=True)
class _Series:
    """What is asked of one series; `rows` holds the response, then a regressor if there is one."""

    question: Question
    rows: pd.DataFrame

    @property
    def regressor(self) -> bool:
        return self.rows.shape[1] == 2


def breaks(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Fear's mean, the volatility of factor and tail, the tail's beta on the factor."""
    factor, tail = spec.factors[0] if spec.factors else None, spec.tail
    wanted: list[tuple[str, list[str]]] = [("breaks:fear", [FEAR])]
    if factor is not None:
        wanted.append((f"breaks:volatility:{factor}", [factor]))
    wanted.append((f"breaks:volatility:{tail}", [tail]))
    if factor is not None:
        wanted.append((f"breaks:beta:{tail}~{factor}", [tail, factor]))
    return [_one(name, columns, table, spec) for name, columns in wanted]


def _one(name: str, columns: list[str], table: pd.DataFrame, spec: TransmissionSpec) -> TestResult:
    try:
        series = _series(name, columns, table, spec)
        return _result(series, spec)
    except ModelError as error:
        return abstention(name, "breaks", str(error))


def _series(name: str, columns: list[str], table: pd.DataFrame, spec: TransmissionSpec) -> _Series:
    rows = complete_stretch(table, columns, spec).dropna()
    # The index has its own mean; a return's deviations have theirs.
    if name.startswith("breaks:volatility:"):
        rows, unit = (rows - rows.mean()).abs(), "percent of mean absolute return"
    else:
        unit = "index points" if len(columns) == 1 else "percent per percent of the factor"
    where = "" if len(columns) == 1 else "; constant and beta may both change"
    question = Question(
        hypothesis=name,
        family="breaks",
        sign=0,
        unit=f"{unit}, change at the best single date",
        detail={
            "series": "published" if columns == [FEAR] else "returns",
            "model": name[7:] + where,
        }
        | clock(columns[0], spec),
    )
    return _Series(question, rows)


def _result(series: _Series, spec: TransmissionSpec) -> TestResult:
    rows = series.rows
    fitted = _fit(rows, spec)
    responses, design = _without_break(rows)
    n = len(rows)
    observed = ud_max(responses, design)[0]
    one = partition(responses, design, _least(n), 1)
    change, error = _change(rows, int(one.dates[1][0, 0]))
    rng = generator(spec, series.question.hypothesis)
    draws = _nulls(series, responses, spec.bootstrap_draws, rng, spec)
    simulated = ud_max(draws, design)
    size = _size(series, draws, design, observed, simulated, rng, spec)
    critical = float(np.quantile(simulated, spec.level))
    return tested(
        series.question,
        estimate=change,
        interval=(change - critical**0.5 * error, change + critical**0.5 * error),
        p=float((1 + (simulated >= observed).sum()) / (1 + len(simulated))),
        size=size,
        mde=_smallest(error, simulated, spec),
        n=n,
        detail=facts(series.question, rows.index, _error(series), spec)
        | {
            "standard_error": error,
            "ud_max": float(observed),
            "mde_rho": max(
                _as_correlation(_smallest(error, simulated, spec), one.ssr[0, 0], rows),
                smallest_correlation(n, spec.alpha, spec.power),
            ),
        }
        | _told(fitted, one.dates[1][0, 0], rows, spec.level),
    )


def _fit(rows: pd.DataFrame, spec: TransmissionSpec) -> BreaksResult:
    regressors = rows.iloc[:, 1:] if rows.shape[1] == 2 else None
    return Breaks(
        rows.iloc[:, 0], regressors, _TRIMMING, _MOST, level=spec.level, alpha=spec.alpha
    ).fit()


def _without_break(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What the model without a break leaves, (1, n), and its design.

    A multiple of the design added to the response changes no statistic, so the residuals stand
    for the series.
    """
    values = rows.to_numpy()
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    return _residuals(values[None, :, 0], design), design


def _residuals(responses: np.ndarray, design: np.ndarray) -> np.ndarray:
    basis = np.linalg.qr(design)[0]
    return np.asarray(responses - (responses @ basis) @ basis.T)


def _least(n: int) -> int:
    return max(int(_TRIMMING * n), 5)


def ud_max(responses: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Largest F statistic over one to five breaks, of many samples.

    Args:
        responses: shape (draws, n).
        design: shape (n, q), shared.

    Returns:
        Shape (draws,).
    """
    n, q = design.shape
    step = max(1, n // _CANDIDATES)
    most = _MOST
    # A coarse grid of dates may not leave room for the last break.
    while (most + 1) * (_least(n) + step) > n and most > 1:
        most -= 1
    found = partition(responses, design, _least(n), most, step)
    return np.asarray(found.f_statistics(n, q).max(axis=1))


def _nulls(
    series: _Series,
    responses: np.ndarray,
    draws: int,
    rng: np.random.Generator,
    spec: TransmissionSpec,
) -> np.ndarray:
    """Series without a break, (m * draws, n) from samples (m, n)."""
    if series.regressor:
        owner = np.repeat(responses, draws, axis=0)
        return np.asarray(owner * block_signs(owner.shape, mean_block(responses[0]), rng))
    return sieve(responses, _order(series, spec), rng, draws)


def _order(series: _Series, spec: TransmissionSpec) -> int:
    return ar_innovations(series.rows.iloc[:, 0].reset_index(drop=True), spec.max_lags).order


def _size(
    series: _Series,
    outer: np.ndarray,
    design: np.ndarray,
    observed: float,
    simulated: np.ndarray,
    rng: np.random.Generator,
    spec: TransmissionSpec,
) -> Size | None:
    """How often this very bootstrap rejects its own nulls, one further draw of each."""
    if not spec.size_draws:
        return None
    outer = outer[: spec.size_draws]
    # A response with a regressor is refitted, as the test would do; a mean needs no refitting.
    inner = _nulls(series, _residuals(outer, design), 1, rng, spec)
    return warp_speed(simulated[: len(outer)], ud_max(inner, design), observed, simulated)


def _change(rows: pd.DataFrame, date: int) -> tuple[float, float]:
    """Change of the last coefficient after `date`, and its error were the errors independent.

    Its square is the statistic that the simulated nulls are taken of, so that the interval made
    of both has the nulls' dependence.
    """
    values = rows.to_numpy()
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    after = design * (np.arange(len(values)) >= date)[:, None]
    both = np.column_stack([design, after])
    bread = np.linalg.inv(both.T @ both)
    weights = bread @ both.T @ values[:, 0]
    left = values[:, 0] - both @ weights
    variance = left @ left / (len(values) - both.shape[1])
    return float(weights[-1]), float(np.sqrt(variance * bread[-1, -1]))


def _smallest(error: float, simulated: np.ndarray, spec: TransmissionSpec) -> float:
    """Smallest change found with the power asked for, the search over dates and numbers paid."""
    inflation = search_inflation(np.asarray(simulated) ** 0.5, spec.alpha)
    return float(needed_distance(spec.alpha, spec.power) * error * inflation)


def _as_correlation(change: float, ssr: float, rows: pd.DataFrame) -> float:
    """A change half way through the sample as a correlation with its step."""
    n = len(rows)
    spread = float(rows.iloc[:, 1].std(ddof=0)) if rows.shape[1] == 2 else 1.0
    signal = (change * spread / 2) ** 2
    return float((signal / (signal + ssr / n)) ** 0.5)


def _error(series: _Series) -> str:
    if series.regressor:
        how = "signs of the residuals drawn in blocks, the factor as it was"
    else:
        how = "the series' own autoregression, driven by its residuals in blocks"
    return f"UDmax against simulated nulls: {how}; interval at the critical value of the search"


def _told(fitted: BreaksResult, single: int, rows: pd.DataFrame, level: float) -> dict[str, Any]:
    """Number, dates, intervals, regimes and what to draw."""
    value = fitted.coefficients.iloc[:, -1]
    reach = normal_reach(level) * fitted.standard_errors.iloc[:, -1]
    lengths = [part.n for part in fitted.sample.regimes(fitted.dates)]

    def spread_out(per_regime: pd.Series) -> list[float]:
        return [float(x) for x in np.repeat(per_regime.to_numpy(), lengths)]

    return {
        "number": fitted.number,
        "number_bic": int(np.argmin(fitted.bic)),
        "number_lwz": int(np.argmin(fitted.lwz)),
        "dates": [str(session) for session in fitted.sessions],
        "date_intervals": [[str(low), str(high)] for low, high in fitted.session_intervals],
        "single_date": str(rows.index[int(single) - 1]),
        "sup_f": [float(f) for f in fitted.sup_f],
        "sequential": [None if f is None else float(f) for f in fitted.sequential],
        "regimes": [float(x) for x in value],
        "regime_errors": [float(x) for x in fitted.standard_errors.iloc[:, -1]],
        "plot": {
            "kind": "rolling",
            "date": [str(session) for session in rows.index],
            "y_label": str(rows.columns[-1]),
            "value": spread_out(value),
            "lo": spread_out(value - reach),
            "hi": spread_out(value + reach),
            "reference": float(_whole(rows)),
        },
    }


def _whole(rows: pd.DataFrame) -> float:
    values = rows.to_numpy()
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    return float(np.linalg.lstsq(design, values[:, 0], rcond=None)[0][-1])
