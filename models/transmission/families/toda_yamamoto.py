"""Which comes first, in levels: fear and each asset's log price, both ways.

Differencing throws away what two levels have in common in the long run; the Toda-Yamamoto test
keeps it and needs no decision whether they are cointegrated. The real-time index alone.
Precedence in this sample, not cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.resampling import stationary_indices
from models.transmission import vector_autoregression as var
from models.transmission.families.granger import OVERLAP
from models.transmission.families.regressions import clock
from models.transmission.inference.power import (
    normal_reach,
    smallest_correlation,
    smallest_joint_correlation,
)
from models.transmission.inference.size import NOMINAL, Size, measured
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.inference.var_bootstrap import block_of
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, complete_stretch, level_of
from models.transmission.toda_yamamoto import TodaYamamoto, TodaYamamotoResult, wald_statistics

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

FAMILY = "toda-yamamoto"
ERROR = "classical least squares, chi-squared; size by residual bootstrap under the null"


def toda_yamamoto(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Both directions for each asset."""
    results = []
    for asset in spec.assets:
        names = [f"{FAMILY}:fear->{asset}", f"{FAMILY}:{asset}->fear"]
        try:
            levels, gaps = _levels(table, asset, spec)
            results += [
                _one_way(levels, name, *direction, gaps, spec)
                for name, direction in zip(
                    names, ((REALTIME, asset), (asset, REALTIME)), strict=True
                )
            ]
        except ModelError as error:
            results += [abstention(name, FAMILY, str(error)) for name in names]
    return results


def _levels(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> tuple[pd.DataFrame, int]:
    """Fear in standard deviations and 100 times the log price, and how many gaps were closed."""
    if level_of(asset) not in table:
        raise ModelError(f"no prices of {asset}")
    stretch = complete_stretch(table, [REALTIME, level_of(asset)], spec)
    # A level goes on after a gap where it was: the step over it is one step.
    rows = stretch.dropna().rename(columns={level_of(asset): asset})
    rows[asset] = rows[asset] if asset in spec.differenced else 100 * np.log(rows[asset])
    rows[REALTIME] /= rows[REALTIME].std()
    return rows, len(stretch) - len(rows)


def _one_way(
    levels: pd.DataFrame, name: str, cause: str, effect: str, gaps: int, spec: TransmissionSpec
) -> TestResult:
    asset = effect if cause == REALTIME else cause
    found = TodaYamamoto(levels, cause, effect, max_lags=spec.max_lags).fit()
    size = _size(levels, found, name, spec) if spec.size_draws else None
    inflation = 1.0 if size is None else size.inflation
    error = found.total_error * inflation**0.5  # the inflation is of the squared distance
    points = "points" if asset in spec.differenced else "percent"
    unit = (
        f"{points} per standard deviation of fear"
        if cause == REALTIME
        else f"standard deviations of fear per {points[:-1] if points == 'points' else points}"
    )
    about: dict[str, Any] = {"series": "real-time", "gaps": gaps} | clock(asset, spec)
    if asset in spec.crypto and cause == asset:
        about["overlap"] = OVERLAP
    question = Question(name, FAMILY, 0, f"{unit}, summed over the lags", about)
    return tested(
        question,
        estimate=found.total,
        interval=_interval(found.total, error, spec.level),
        p=found.p,
        size=size,
        mde=None,  # it is the lags together that are tested, not their sum
        n=found.n,
        detail=facts(question, levels.index, ERROR, spec)
        | {
            "granger_lags": found.lags,
            "extra_lags": found.extra,
            "orders": found.orders,
            "criterion": "bic",
            "statistic": found.statistic,
            "standard_error": error,
            "p_autocorrelation": found.p_autocorrelation,
            "mde_rho": max(
                smallest_joint_correlation(found.n, found.lags, spec.alpha, spec.power, inflation),
                smallest_correlation(found.n, spec.alpha, spec.power),
            ),
        },
    )


def _interval(estimate: float, error: float, level: float) -> tuple[float, float]:
    reach = normal_reach(level) * error
    return estimate - reach, estimate + reach


def _size(
    levels: pd.DataFrame, found: TodaYamamotoResult, name: str, spec: TransmissionSpec
) -> Size:
    """How often the test rejects samples in which the cause leads nothing.

    The effect's equation is fitted again without the cause's lags, the cause's keeps all; both
    are driven by their residuals, drawn together in blocks, from the sample's first rows on
    (Hacker and Hatemi-J, Applied Economics 38, 2006).
    """
    from scipy.stats import chi2

    rng = generator(spec, name)
    depth = found.lags + found.extra
    values = levels[[found.effect, found.cause]].to_numpy()
    full = var.fit(values[None], depth)
    alone = var.fit(values[None, :, :1], depth)
    constant, lagged = full.constant.copy(), full.lagged.copy()
    constant[:, 0] = alone.constant[:, 0]
    lagged[:, :, 0, 0], lagged[:, :, 0, 1] = alone.lagged[:, :, 0, 0], 0.0
    # Of the whole system: blocks of the restricted equation's would bring the cause's lead back.
    residuals = full.residuals[0] - full.residuals[0].mean(axis=0)
    n = len(residuals)
    picked = stationary_indices(n, spec.size_draws, block_of(residuals), rng)
    # A root estimated beyond 1 would run away; a level of order 1 has its largest at 1.
    inside = var.drawn_inside(lagged, 1.0)
    draws = var.simulate(constant, inside, residuals[picked], values[None, :depth])
    statistics = wald_statistics(draws, 1, 0, found.lags, found.extra)
    return measured(statistics, found.statistic, float(chi2.ppf(1 - NOMINAL, found.lags)))
