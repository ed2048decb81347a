"""How do returns go on after news of fear, session by session, and is it otherwise under stress?

The response of each asset's cumulative return of the sessions t + 1 .. t + h to one standard
deviation of what was new in the real-time index at the close of t: nothing in it was unknown then.
The response at h = 0, the return of session t itself, is drawn beside them and is no prediction.
The hypothesis is of the whole path: by the sup-t test, is any response at h >= 1 not 0? The
interval is the simultaneous band at five sessions, so that it leaves 0 out only if the path does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.inference.horizons import t_statistics
from models.transmission.inference.power import (
    correlation_of,
    needed_distance,
    normal_reach,
)
from models.transmission.inference.predictive_null import PredictiveNull, predictive_null
from models.transmission.inference.size import Size, measured
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.innovations import ar_innovations
from models.transmission.local_projections import (
    LocalProjections,
    StateDependentProjections,
    ahead,
    low_weight,
    state_design,
)
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, complete_stretch, level_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.transmission.response_path import ResponsePath
    from models.transmission.spec import TransmissionSpec

FAMILY = "local-projections"
GAMMA = 1.5  # Auerbach and Gorodnichenko (2012), for a state of unit deviation
_SHOWN = 5  # sessions ahead of the estimate
_AT_ONCE = 100  # simulated samples at once
_STATE, _CALM = "state", "weight of calm"
_BAND = "simultaneous (sup-t) band over the tested horizons"


@dataclass(frozen=True)
class _Sample:
    """Return, real-time fear in innovation deviations and, where asked, the state, by session."""

    asset: str
    rows: pd.DataFrame
    order: int


def local_projections(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """The path of each asset, and the difference of its paths under stress and in calm."""
    linear = [_linear(table, asset, spec) for asset in spec.assets]
    if spec.state is None:
        return linear
    return linear + [_by_state(table, asset, spec.state, spec) for asset in spec.assets]


def _sample(table: pd.DataFrame, asset: str, state: str | None, spec: TransmissionSpec) -> _Sample:
    """Cut the stretch and scale it.

    Raises:
        ModelError: the sample cannot be used.
    """
    innovations = ar_innovations(complete_stretch(table, [REALTIME], spec)[REALTIME], spec.max_lags)
    columns = [asset, REALTIME] + ([] if state is None else [level_of(state)])
    rows = complete_stretch(table, columns, spec)
    fear = (rows[REALTIME] - rows[REALTIME].mean()) / innovations.sd
    rows = rows.assign(**{REALTIME: fear})
    if state is not None:
        level = rows.pop(level_of(state))
        rows[_STATE] = (level - level.mean()) / level.std()
        # Returns may be higher or lower under stress whatever fear does: not to be taken for it.
        rows[_CALM] = low_weight(rows[_STATE].to_numpy(), GAMMA, 1)
    return _Sample(asset, rows, max(1, innovations.order))


def _linear(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> TestResult:
    name = f"{FAMILY}:{asset}"
    try:
        sample = _sample(table, asset, None, spec)
        path = LocalProjections(
            sample.rows,
            asset,
            REALTIME,
            horizon=spec.path,
            lags=sample.order,
            lagged=(REALTIME,),
            cumulate="after",
            level=spec.level,
            band_from=1,
            gaps=True,
        ).fit()
        size = _size(name, sample, path, partial(_linear_design, order=sample.order), spec)
    except ModelError as error:
        return abstention(name, FAMILY, str(error))
    question = _question(name, sample, -1, "", spec)
    return _result(question, sample, path, size, spec)


def _by_state(table: pd.DataFrame, asset: str, state: str, spec: TransmissionSpec) -> TestResult:
    name = f"{FAMILY}:{asset}:stress-calm"
    try:
        sample = _sample(table, asset, state, spec)
        both = StateDependentProjections(
            sample.rows,
            asset,
            REALTIME,
            horizon=spec.path,
            lags=sample.order,
            lagged=(REALTIME,),
            controls=(_CALM,),
            cumulate="after",
            level=spec.level,
            band_from=1,
            gaps=True,
            state=_STATE,
            gamma=GAMMA,
        ).fit()
        make = partial(_state_design, order=sample.order)
        size = _size(name, sample, both.difference, make, spec)
    except ModelError as error:
        return abstention(name, FAMILY, str(error))
    question = _question(name, sample, 0, ", stress minus calm", spec)
    result = _result(question, sample, both.difference, size, spec)
    result.detail.update(
        {
            "state": f"level of {state} of the session before, standardised over this sample; "
            f"logistic weights with gamma {GAMMA}",
            "stress": _drawn(both.high, both.high.critical, question.unit),
            "calm": _drawn(both.low, both.low.critical, question.unit),
            "weight_of_stress": float(both.weight_of_high.mean()),
        }
    )
    return result


def _question(name: str, sample: _Sample, sign: int, what: str, spec: TransmissionSpec) -> Question:
    shown = min(_SHOWN, spec.path)
    return Question(
        hypothesis=name,
        family=FAMILY,
        sign=sign,
        unit=f"percent over {shown} sessions per standard deviation of the fear innovation{what}",
        detail={"horizon": shown, "ar_order": sample.order, "series": "real-time"}
        | clock(sample.asset, spec),
    )


def _linear_design(index: np.ndarray, further: np.ndarray, order: int) -> tuple[np.ndarray, Any]:
    """Design and contrast of simulated samples; the first `order` sessions only give lags."""
    del further
    now = index[:, None, order:]
    design = np.concatenate([np.ones_like(now), now, _lags(index, order)], axis=1)
    return design, np.eye(design.shape[1])[1]


def _state_design(index: np.ndarray, further: np.ndarray, order: int) -> tuple[np.ndarray, Any]:
    low = further[:, order:, 0]
    design, contrasts = state_design(index[:, order:], _lags(index, order), low, low[:, None])
    return design, contrasts[2]


def _lags(index: np.ndarray, order: int) -> np.ndarray:
    n = index.shape[1]
    return np.stack([index[:, order - lag : n - lag] for lag in range(1, order + 1)], axis=1)


def _size(
    name: str,
    sample: _Sample,
    path: ResponsePath,
    make: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, Any]],
    spec: TransmissionSpec,
) -> Size | None:
    """Size of the sup-t test where fear tells nothing of later returns.

    Every draw is held against the sample's own critical value: the correlation between horizons is
    mostly that of overlapping sums, and is all but the same in each draw.
    """
    if not spec.size_draws:
        return None
    values = sample.rows.to_numpy()
    further = values[:, 3:] if values.shape[1] > 2 else None
    null = predictive_null(values[:, 0], values[:, 1], sample.order, further)
    rng = generator(spec, name)
    length = int(path.used[0]) + sample.order
    parts = -(-spec.size_draws // _AT_ONCE)
    sizes = [len(part) for part in np.array_split(np.arange(spec.size_draws), parts)]
    largest = [
        _largest(null, length, draws, sample.order, spec.path, path.lags, make, rng)
        for draws in sizes
    ]
    return measured(np.concatenate(largest), path.statistic, path.critical)


def _largest(
    null: PredictiveNull,
    length: int,
    draws: int,
    order: int,
    horizon: int,
    lags: int,
    make: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, Any]],
    rng: np.random.Generator,
) -> np.ndarray:
    """The largest |t| over horizons 1.. of some simulated samples."""
    # Single precision is ample for a share of simulated statistics, and twice as quick.
    returns, index, further = (part.astype("float32") for part in null.draw(length, draws, rng))
    design, contrast = make(index, further)
    responses = ahead(returns[:, order:], horizon, "after")[:, 1:]
    present = np.isfinite(responses[0])
    filled = np.where(present, responses, 0.0)
    return np.asarray(np.abs(t_statistics(design, filled, present, contrast, lags)).max(axis=1))


def _result(
    question: Question,
    sample: _Sample,
    path: ResponsePath,
    size: Size | None,
    spec: TransmissionSpec,
) -> TestResult:
    at = int(question.detail["horizon"])
    estimate, error, n = float(path.estimates[at]), float(path.errors[at]), int(path.used[at])
    simulated = size is not None and not size.trusted
    critical = size.critical(spec.level) if size is not None and simulated else path.critical
    # What a sup-t test must see is further off than what one test of one horizon must.
    needed = needed_distance(spec.alpha, spec.power)
    reach = max(critical, path.critical) + needed - needed_distance(spec.alpha, 0.5)
    # Never better than as many independent pairs would do.
    relative = max(error / (float(path.plain_errors[at]) * n**0.5), (n - 3) ** -0.5)
    sessions = sample.rows.dropna().index
    error_type = f"joint HAC of the stacked scores (Bartlett kernel, {path.lags} lags), normal"
    return tested(
        question,
        estimate=estimate,
        interval=(estimate - critical * error, estimate + critical * error),
        p=path.p_value,
        size=size,
        mde=reach * error,
        n=n,
        detail=facts(question, sessions, error_type, spec)
        | {
            "tested": f"all responses over 1-{spec.path} sessions are 0 (sup-t)",
            "lags": path.lags,
            "statistic": path.statistic,
            "critical": critical,
            "critical_value": "simulated" if simulated else "nominal",
            "standard_error": error,
            "interval": _BAND,
            "mde_rho": correlation_of(relative * reach / needed, spec.alpha, spec.power),
            "contemporaneous": "the response at 0 sessions is of the same session, no prediction",
            "plot": _drawn(path, critical, question.unit),
        },
    )


def _drawn(path: ResponsePath, critical: float, unit: str) -> dict[str, Any]:
    """The path with both bands; there is none at 0 sessions, which is not tested."""
    point = normal_reach(path.level) * path.errors
    joint = critical * path.errors
    low, high = (
        [None] * path.band_from + [float(value) for value in values[path.band_from :]]
        for values in (path.estimates - joint, path.estimates + joint)
    )
    return {
        "kind": "path",
        "x": list(range(len(path.estimates))),
        "x_label": "sessions after",
        "y_label": unit.replace(f"over {min(_SHOWN, len(path.estimates) - 1)} sessions", "so far"),
        "estimate": path.estimates.tolist(),
        "lo": (path.estimates - point).tolist(),
        "hi": (path.estimates + point).tolist(),
        "band_lo": low,
        "band_hi": high,
    }
