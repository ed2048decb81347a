"""Which comes first: does one series' past tell the other's present beyond its own past?

Granger, "Investigating Causal Relations by Econometric Models and Cross-spectral Methods",
Econometrica 37(3), 1969, as a Wald test with HAC errors, both ways, on the real-time index. It
is precedence in this sample, not cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.inference.hac import Fit, fit, newey_west_lags, wald
from models.transmission.inference.power import smallest_correlation, smallest_joint_correlation
from models.transmission.inference.size import Size, size_of_granger
from models.transmission.inference.slopes import (
    Question,
    error_type,
    facts,
    generator,
    tested,
    unfit,
)
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

OVERLAP = (
    "the bar of a session ends 3-4 hours into the next session's news, so the first lag of this "
    "return overlaps the fear it is to tell"
)


AFTER_HOURS = (
    "the bar of a session ends 3-4 hours after New York's close, so its return holds what shares "
    "can answer only at the next open: a lead in this direction is partly the clock's"
)


@dataclass(frozen=True)
class _Pair:
    """One direction: cause and effect on consecutive complete sessions."""

    name: str
    unit: str
    rows: pd.DataFrame  # effect, then cause
    note: dict[str, str]


def granger(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Fear and each asset, the tail and each factor; both directions of every pair."""
    results = []
    for asset in spec.assets:
        results += _with_fear(table, asset, spec)
    for factor in spec.factors:
        results += _with_factor(table, factor, spec)
    return results


def _with_fear(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> list[TestResult]:
    names = [f"granger:fear->{asset}", f"granger:{asset}->fear"]
    try:
        rows = complete_stretch(table, [asset, REALTIME], spec)
    except ModelError as error:
        return [abstention(name, "granger", str(error)) for name in names]
    rows = rows.assign(**{REALTIME: rows[REALTIME] / rows[REALTIME].std()})
    note = {"series": "real-time"}
    late = note | ({"overlap": OVERLAP} if asset in spec.crypto else {})
    back = rows[rows.columns[::-1]]
    pairs = [
        _Pair(names[0], "percent per standard deviation of fear", rows, note),
        _Pair(names[1], "standard deviations of fear per percent", back, late),
    ]
    return [_one_way(pair, clock(asset, spec), spec) for pair in pairs]


def _with_factor(table: pd.DataFrame, factor: str, spec: TransmissionSpec) -> list[TestResult]:
    """Does the tail go first, or technology?"""
    names = [f"granger:{factor}->{spec.tail}", f"granger:{spec.tail}->{factor}"]
    try:
        rows = complete_stretch(table, [spec.tail, factor], spec)
    except ModelError as error:
        return [abstention(name, "granger", str(error)) for name in names]
    note = {"series": "returns"}
    late = note | ({"overlap": AFTER_HOURS} if spec.tail in spec.crypto else {})
    unit = "percent per percent"
    pairs = [
        _Pair(names[0], unit, rows, note),
        _Pair(names[1], unit, rows[rows.columns[::-1]], late),
    ]
    return [_one_way(pair, clock(spec.tail, spec), spec) for pair in pairs]


def _one_way(pair: _Pair, about: dict[str, str], spec: TransmissionSpec) -> TestResult:
    lags = _choose_lags(pair.rows, spec.max_lags)
    table = _lag_table(pair.rows, lags).dropna()
    values = table.to_numpy()
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    reason = unfit(values[:, 0], design)
    if reason is not None:
        return abstention(pair.name, "granger", reason, about)
    fitted = fit(values[:, 0], design, newey_west_lags(len(values)))
    places = list(range(1 + lags, 1 + 2 * lags))
    statistic = float(wald(fitted.coefficients[None], fitted.covariance[None], places)[0])
    total, error = _sum_of(fitted, places)
    size = _size(pair, values, lags, fitted.lags, statistic, spec)
    inflation = 1.0 if size is None else size.inflation
    error *= inflation**0.5  # the inflation is of the squared distance
    question = Question(
        pair.name, "granger", 0, f"{pair.unit}, summed over the lags", about | pair.note
    )
    return tested(
        question,
        estimate=total,
        interval=fitted.interval_of(total, error, spec.level),
        p=_p_value(statistic, lags, fitted.degrees),
        size=size,
        mde=None,  # of the sum there would be one, but it is the lags together that are tested
        n=len(table),
        detail=facts(question, table.index, error_type(fitted.lags), spec)
        | {
            "lags": fitted.lags,
            "granger_lags": lags,
            "statistic": statistic,
            "standard_error": error,
            "mde_rho": max(
                smallest_joint_correlation(len(table), lags, spec.alpha, spec.power, inflation),
                smallest_correlation(len(table), spec.alpha, spec.power),
            ),
        },
    )


def _lag_table(rows: pd.DataFrame, lags: int) -> pd.DataFrame:
    """Effect, its own lags, then the lags of the cause."""
    shifted = {
        f"{name}-{lag}": rows[name].shift(lag)
        for name in rows.columns
        for lag in range(1, lags + 1)
    }
    return pd.DataFrame({"effect": rows.iloc[:, 0], **shifted})


def _choose_lags(rows: pd.DataFrame, most: int) -> int:
    """Lags of both series by the Bayesian criterion, all compared on the same sessions."""
    common = _lag_table(rows, most).dropna()
    criteria = []
    for lags in range(1, most + 1):
        kept = [
            place
            for place, name in enumerate(common.columns)
            if place == 0 or int(name.rsplit("-", 1)[1]) <= lags
        ]
        values = common.to_numpy()[:, kept]
        design = np.column_stack([np.ones(len(values)), values[:, 1:]])
        errors = values[:, 0] - design @ np.linalg.lstsq(design, values[:, 0], rcond=None)[0]
        n = len(values)
        criteria.append(n * np.log(errors @ errors / n) + (1 + 2 * lags) * np.log(n))
    return 1 + int(np.argmin(criteria))


def _sum_of(fitted: Fit, positions: list[int]) -> tuple[float, float]:
    """Sum of coefficients and its standard error."""
    inner = fitted.covariance[np.ix_(positions, positions)]
    return float(fitted.coefficients[positions].sum()), float(np.sqrt(inner.sum()))


def _p_value(statistic: float, restrictions: int, degrees: int) -> float:
    from scipy.stats import f

    return float(f.sf(statistic, restrictions, degrees))


def _size(
    pair: _Pair,
    values: np.ndarray,
    lags: int,
    error_lags: int,
    statistic: float,
    spec: TransmissionSpec,
) -> Size | None:
    if not spec.size_draws:
        return None
    # The first row's own lags, oldest first, start the effect's series.
    effect = np.r_[values[0, 1 : 1 + lags][::-1], values[:, 0]]
    rng = generator(spec, pair.name)
    cause = values[:, 1 + lags :]
    return size_of_granger(effect, cause, lags, error_lags, statistic, spec.size_draws, rng)
