"""Over every reasonable way to predict returns with fear: is the best better than luck?

Assets x horizons x lags x forms of the real-time index (its level, what an autoregression fitted
on the past did not tell, the change of its 5-session mean). One hypothesis: the largest |t| of all
slopes. Beside it stand Hansen's test and the stepwise test on out-of-sample losses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.inference.past_forecasts import ahead_sums, past_forecasts
from models.transmission.inference.power import (
    needed_distance,
    normal_reach,
    search_inflation,
    smallest_correlation,
)
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, UnusableSampleError, complete_stretch
from models.transmission.slope_search import Prepared, SlopeSearch, SlopeSearchResult
from models.transmission.snooping import SuperiorAbility

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

_NAME = "snooping:slopes"
_LAGS = (0, 1, 2)
_MEAN = 5
_LEARNING = 20  # sessions before the first innovation
_SHARE = 3  # a third of the sample lies before the first forecast


def snooping(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """One result: the best slope of all specifications."""
    try:
        assets = [asset for asset in spec.assets if asset in table]
        if not assets:
            raise UnusableSampleError(f"no prices of {', '.join(spec.assets)}")
        forms = _forms(complete_stretch(table, [REALTIME], spec)[REALTIME])
        wide = table[assets].join(forms)
        rows = complete_stretch(wide, [*assets, *map(str, forms)], spec).dropna()
        rng = generator(spec, _NAME)
        search = SlopeSearch(
            outcomes=rows[assets],
            predictors=rows[list(forms)],
            horizons=spec.horizons,
            draws=spec.bootstrap_draws,
            alpha=spec.alpha,
            seed=int(rng.integers(2**31)),
        )
        found, prepared = search.fit(), search.prepare()
        size = _size(prepared, found, spec, rng)
    except ModelError as error:
        return [abstention(_NAME, "snooping", str(error))]
    try:
        losses = _losses(prepared, spec)
    except ModelError as error:
        losses = {"abstained": str(error)}
    return [_result(rows, found, size, losses, spec)]


def _forms(index: pd.Series) -> pd.DataFrame:
    """Each form of the index at each lag, by the session when it was known."""
    mean = index.rolling(_MEAN).mean()
    forms = {
        "level": index,
        "innovation": _innovations(index),
        f"{_MEAN}-session mean change": mean.diff(_MEAN),
    }
    return pd.DataFrame(
        {f"{form}, lag {lag}": one.shift(lag) for form, one in forms.items() for lag in _LAGS}
    )


def _innovations(index: pd.Series) -> pd.Series:
    """The index minus what a first-order autoregression of its past alone said of it.

    A fit on the whole sample would let later sessions into an earlier predictor.
    """
    known = index.dropna()
    values = known.to_numpy()
    if len(values) < 2 * _LEARNING or np.ptp(values[:_LEARNING]) == 0:
        raise UnusableSampleError(f"{len(values)} values of the index teach no autoregression")
    design = np.column_stack([np.ones(len(values)), values])
    told = past_forecasts(values[None, 1:], design, 1, _LEARNING, None)[0]
    news = values[_LEARNING + 1 :] - told
    return pd.Series(news, index=known.index[_LEARNING + 1 :]).reindex(index.index)


def _size(
    prepared: Prepared, found: SlopeSearchResult, spec: TransmissionSpec, rng: np.random.Generator
) -> Size | None:
    """How often the search calls luck a discovery: one further bootstrap of each draw."""
    if not spec.size_draws:
        return None
    outer = prepared.places(spec.size_draws, rng)
    inner = np.take_along_axis(outer, prepared.places(spec.size_draws, rng), axis=1)
    largest = [np.abs(prepared.t_statistics(places)).max(axis=1) for places in (outer, inner)]
    observed = float(np.abs(found.statistics).max())
    return warp_speed(largest[0], largest[1], observed, found.largest)


def _losses(prepared: Prepared, spec: TransmissionSpec) -> dict[str, Any]:
    """Squared errors of every specification's forecasts against those of the mean.

    Each loss is over the benchmark's mean loss of the same asset and horizon: a percent of
    Bitcoin is not a percent of an index. All begin and end with the same session.
    """
    first = max(40, prepared.n // _SHARE)
    # With the longest horizon the first forecast comes last and the last outcome too.
    longest = max(spec.horizons)
    columns = []
    for asset in prepared.returns.T:
        for horizon in spec.horizons:
            outcomes = ahead_sums(asset[None], horizon)[:, : prepared.n - longest]
            start = first + longest - 1
            columns += _relative(outcomes, prepared.known, horizon, first, start)
    models = pd.DataFrame(dict(zip(map(_label, prepared.labels), columns, strict=True)))
    benchmark = pd.Series(np.zeros(len(models)), index=models.index)
    return _superior(benchmark, models, spec)


def _relative(
    outcomes: np.ndarray, known: np.ndarray, horizon: int, first: int, start: int
) -> list[np.ndarray]:
    """Loss differences of one asset and horizon, one per predictor, from session `start` on."""
    n, skip = outcomes.shape[1], start - (first + horizon - 1)
    one = np.ones((n, 1))
    target = outcomes[0, start:]
    plain = past_forecasts(outcomes, one, horizon, first, None)[0, skip:]
    benchmark = (target - plain) ** 2
    found = []
    for column in known.T:
        design = np.column_stack([one, column[:n]])
        made = past_forecasts(outcomes, design, horizon, first, None)[0, skip:]
        found.append(((target - made) ** 2 - benchmark) / benchmark.mean())
    return found


def _superior(benchmark: pd.Series, models: pd.DataFrame, spec: TransmissionSpec) -> dict[str, Any]:
    # Only differences matter to the tests; a benchmark of 0 would be called constant, so a
    # common movement that cancels out is added to both sides.
    common = pd.Series(np.linspace(0.0, 1.0, len(models)), index=models.index)
    found = SuperiorAbility(
        benchmark + common,
        models.add(common, axis=0),
        draws=spec.bootstrap_draws,
        block=max(2 * max(spec.horizons), round(len(models) ** 0.5)),
        alpha=spec.alpha,
        seed=spec.seed,
    ).fit()
    return {
        "best": str(found.best),
        "saved": float(found.saved.max()),
        "p_consistent": found.p_consistent,
        "p_reality_check": found.p_upper,
        "superior": [str(name) for name in found.superior],
        "forecasts": len(models),
    }


def _result(
    rows: pd.DataFrame,
    found: SlopeSearchResult,
    size: Size | None,
    losses: dict[str, Any],
    spec: TransmissionSpec,
) -> TestResult:
    slope, error = float(found.slopes[found.best]), float(found.errors[found.best])
    statistics = found.largest if size is None or size.trusted else size.statistics
    reach = float(np.quantile(statistics, spec.level)) * error
    inflation = search_inflation(statistics, spec.alpha)
    mde = needed_distance(spec.alpha, spec.power) * error * inflation
    question = Question(
        hypothesis=_NAME,
        family="snooping",
        sign=0,
        unit="correlation of the best specification",
        detail={"series": "real-time"},
    )
    alone = int((found.p_alone < spec.alpha).sum())
    return tested(
        question,
        estimate=slope,
        interval=(slope - reach, slope + reach),
        p=found.p_value,
        size=size,
        mde=mde,
        n=len(rows),
        detail=facts(
            question,
            rows.index,
            "largest |t| over all specifications (HAC), returns drawn in blocks, all assets "
            "together; interval at the critical value of the search",
            spec,
        )
        | {
            "mde_rho": max(mde, smallest_correlation(len(rows), spec.alpha, spec.power)),
            "best": _label(found.labels[found.best]),
            "specifications": len(found.slopes),
            "significant_alone": alone,
            "expected_alone": spec.alpha * len(found.slopes),
            "survivors": [
                _label(label)
                for label, kept in zip(found.labels, found.survivors, strict=True)
                if kept
            ],
            "left_out": [asset for asset in spec.assets if asset not in rows],
            "losses": losses,
            "plot": _curve(found, spec),
        },
    )


def _label(label: tuple[Any, ...]) -> str:
    outcome, horizon, predictor = label
    return f"{outcome}, {horizon} sessions ahead, {predictor}"


def _curve(found: SlopeSearchResult, spec: TransmissionSpec) -> dict[str, Any]:
    """The specification curve: every slope with its interval were it the only one."""
    order = np.argsort(found.slopes, kind="stable")
    reach = normal_reach(spec.level) * found.errors
    labels = [found.labels[place] for place in order]
    return {
        "kind": "curve",
        "label": [_label(label) for label in labels],
        "estimate": [float(x) for x in found.slopes[order]],
        "lo": [float(x) for x in (found.slopes - reach)[order]],
        "hi": [float(x) for x in (found.slopes + reach)[order]],
        "stated": None,
        "choices": [_choices(label) for label in labels],
    }


def _choices(label: tuple[Any, ...]) -> dict[str, Any]:
    outcome, horizon, predictor = label
    form, lag = str(predictor).rsplit(", lag ", 1)
    return {"asset": str(outcome), "horizon": int(horizon), "form": form, "lag": int(lag)}
