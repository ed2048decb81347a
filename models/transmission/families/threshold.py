"""Does fear matter more when there is much of it, or when markets are tense?

The return on the innovation of the published index, whose slope may change where a variable known
at the close before lies above a threshold: yesterday's fear, or yesterday's level of the state
variable (VIX). Only the slope switches: the question is of the effect, not of mean returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.resampling import mean_block
from models.transmission.families.regressions import INNOVATION, clock
from models.transmission.inference.nulls import block_signs
from models.transmission.inference.power import (
    correlation_of,
    needed_distance,
    normal_reach,
    search_inflation,
    smallest_correlation,
)
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.innovations import ar_innovations
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, complete_stretch, level_of
from models.transmission.threshold import Threshold, ThresholdResult

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.inference.threshold_search import Search
    from models.transmission.spec import TransmissionSpec

_BEFORE = " the session before"


def threshold(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """The tail and each asset, with fear and with the state as what may switch the slope."""
    states = [FEAR] if spec.state is None else [FEAR, level_of(spec.state)]
    assets = tuple(dict.fromkeys((spec.tail, *spec.assets)))
    wanted = [(asset, state) for asset in assets for state in states]
    try:
        stretch = complete_stretch(table, [FEAR], spec)
        innovations = ar_innovations(stretch[FEAR], spec.max_lags)
    except ModelError as error:
        return [abstention(_name(*pair), "threshold", str(error)) for pair in wanted]
    wide = table.assign(**{INNOVATION: innovations.residuals / innovations.sd})
    before = {
        state + _BEFORE: table[state].where(np.isfinite(table[state])).shift(1)
        for state in states
        if state in table
    }
    return [_one(wide.assign(**before), *pair, spec) for pair in wanted]


def _name(asset: str, state: str) -> str:
    return f"threshold:{asset}|{state.removeprefix('level:')}"


def _one(table: pd.DataFrame, asset: str, state: str, spec: TransmissionSpec) -> TestResult:
    name = _name(asset, state)
    try:
        rows = complete_stretch(table, [asset, INNOVATION, state + _BEFORE], spec).dropna()
        rng = generator(spec, name)
        fitted = Threshold(
            response=rows[asset],
            regressors=rows[[INNOVATION]],
            variable=rows[state + _BEFORE],
            switching=[INNOVATION],
            draws=spec.bootstrap_draws,
            level=spec.level,
            seed=int(rng.integers(2**31)),
        ).fit()
    except ModelError as error:
        return abstention(name, "threshold", str(error))
    question = Question(
        hypothesis=name,
        family="threshold",
        sign=-1,
        unit="percent per standard deviation of the fear innovation, above minus below",
        detail={"series": "published", "threshold_variable": state.removeprefix("level:") + _BEFORE}
        | clock(asset, spec),
    )
    return _result(question, rows, fitted, _size(fitted, spec, rng), spec)


def _size(fitted: ThresholdResult, spec: TransmissionSpec, rng: np.random.Generator) -> Size | None:
    """How often the bootstrap test rejects nulls with the returns' own dependence."""
    if not spec.size_draws:
        return None
    search, left = fitted.search, fitted.search.null_residuals
    shape = (spec.size_draws, len(left))
    outer = search.without(left * block_signs(shape, mean_block(left), rng))
    inner = outer * block_signs(shape, 1.0, rng)
    return warp_speed(search.sup_lm(outer), search.sup_lm(inner), fitted.sup_lm, fitted.simulated)


def _result(
    question: Question,
    rows: pd.DataFrame,
    fitted: ThresholdResult,
    size: Size | None,
    spec: TransmissionSpec,
) -> TestResult:
    change, error = _change(fitted)
    # Where the bootstrap's own critical value misleads here, the simulated one stands for it.
    trusted = size is None or size.trusted
    statistics = fitted.simulated if size is None or trusted else size.statistics
    reach = float(np.quantile(statistics, spec.level)) ** 0.5 * error
    inflation = search_inflation(statistics**0.5, spec.alpha)
    mde = needed_distance(spec.alpha, spec.power) * error * inflation
    return tested(
        question,
        estimate=change,
        interval=(change - reach, change + reach),
        p=fitted.p_value,
        size=size,
        mde=mde,
        n=len(rows),
        detail=facts(
            question,
            rows.index,
            "sup-LM over thresholds, heteroscedasticity-robust, fixed-regressor bootstrap; "
            "interval at the critical value of the search",
            spec,
        )
        | {
            "standard_error": error,
            "mde_rho": max(
                correlation_of(
                    error * inflation * _net_ratio(fitted.search, fitted.place),
                    spec.alpha,
                    spec.power,
                ),
                smallest_correlation(len(rows), spec.alpha, spec.power),
            ),
        }
        | _told(fitted, spec.level),
    )


def _change(fitted: ThresholdResult) -> tuple[float, float]:
    """Change of the slope at the largest statistic, and the error that this statistic has."""
    search = fitted.search
    net, left = search.net[:, :, 0], search.null_residuals
    cross, moments = net @ left, (net**2).sum(axis=1)
    spread = np.sqrt(net**2 @ left**2)
    at = int(np.argmax(np.abs(cross / spread)))
    return float(cross[at] / moments[at]), float(spread[at] / moments[at])


def _net_ratio(search: Search, place: int) -> float:
    return float(search.net[place, :, 0].std() / search.null_residuals.std())


def _told(fitted: ThresholdResult, level: float) -> dict[str, Any]:
    frame = fitted.to_frame()
    slope = dict(zip(frame.columns, frame.to_numpy()[-1].tolist(), strict=True))
    sides = ("below", "above")
    reach = [normal_reach(level) * slope[f"se {side}"] for side in sides]
    return {
        "threshold": fitted.threshold,
        "threshold_interval": list(fitted.interval),
        "sup_lm": fitted.sup_lm,
        "slopes": {side: slope[side] for side in sides},
        "sessions_above": int(fitted.above.sum()),
        "plot": {
            "kind": "bars",
            "label": [f"{side} {fitted.threshold:.4g}" for side in sides],
            "value": [slope[side] for side in sides],
            "lo": [slope[side] - r for side, r in zip(sides, reach, strict=True)],
            "hi": [slope[side] + r for side, r in zip(sides, reach, strict=True)],
            "y_label": "percent per standard deviation of the fear innovation",
        },
    }
