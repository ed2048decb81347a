"""Do the assets fall beyond their market on the days of AI fear?

The days: the sessions of the largest innovations of published fear, chosen by fear alone
(`events`), and apart from them those named in the specification (`events-named`): who names a day
because prices fell on it will find that they fell. Each asset's abnormal return is that of a market
model (technology shares: the market; crypto: the market and technology), and one date is one
observation: over assets the mean is taken first (`events:all`), and the null draws dates, not
returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.transmission.abnormal_returns import (
    Abnormal,
    abnormal_returns,
    average,
    forecast_scales,
    garch_of,
    garch_scales,
)
from models.transmission.event_study import (
    EventStudyResult,
    placebo_sets,
    positions_of,
    study,
)
from models.transmission.families.regressions import clock
from models.transmission.fear_events import APART, dates_by_fear, named_dates
from models.transmission.garch import GarchResult, simulated_errors
from models.transmission.inference.power import smallest_effect
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.results import TestResult, abstention
from models.transmission.sample import complete_stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from models.transmission.spec import TransmissionSpec

ALL = "all"
ERROR = (
    "rank among placebo sessions (sets of them by date), returns scaled by GARCH(1,1) forecasts; "
    "size by returns simulated with that GARCH"
)


SELECTION = {
    "events": "sessions of the largest innovations of published fear, chosen by fear alone",
    "events-named": "named in the specification: if prices were why, chance had no fair part in it",
}


@dataclass(frozen=True)
class _Asset:
    """What is computed once per asset, whatever the dates."""

    name: str
    abnormal: Abnormal
    fitted: GarchResult
    scale: np.ndarray

    @classmethod
    def of(cls, name: str, abnormal: Abnormal) -> _Asset:
        fitted = garch_of(abnormal)
        return cls(name, abnormal, fitted, garch_scales(abnormal, fitted))


def events(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Cumulated abnormal return of each asset, and of all together, over both kinds of events."""
    names = [*(asset for asset in spec.assets if asset != spec.market), ALL]
    kinds = tuple(SELECTION)
    try:
        named = named_dates(table, spec)
        dates = dict(zip(kinds, (dates_by_fear(table, named, spec), named), strict=True))
    except ModelError as error:
        return [
            abstention(f"{kind}:{name}", "events", str(error)) for kind in kinds for name in names
        ]
    parts: dict[str, Abnormal] = {}
    prepared: dict[str, _Asset | str] = {}
    for name in names:
        try:
            parts[name] = _together(parts) if name == ALL else _abnormal(table, name, spec)
            prepared[name] = _Asset.of(name, parts[name])
        except ModelError as error:
            prepared[name] = str(error)
    return [
        _answer(kind, name, prepared[name], dates, spec)
        for kind in kinds
        if dates[kind]
        for name in names
    ]


def _answer(
    kind: str,
    name: str,
    asset: _Asset | str,
    dates: dict[str, list[str]],
    spec: TransmissionSpec,
) -> TestResult:
    about = clock(name, spec)
    if isinstance(asset, str):
        return abstention(f"{kind}:{name}", "events", asset, about)
    try:
        return _events(kind, asset, dates, spec)
    except ModelError as error:
        return abstention(f"{kind}:{name}", "events", str(error), about)


def _controls(asset: str, spec: TransmissionSpec) -> list[str]:
    technology = spec.factors[:1] if asset in (*spec.crypto, spec.tail) else ()
    market = () if spec.market is None else (spec.market,)
    return [name for name in (*market, *technology) if name != asset]


def _abnormal(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> Abnormal:
    controls = _controls(asset, spec)
    rows = complete_stretch(table, [asset, *controls], spec).dropna()
    return abnormal_returns(rows, asset, controls, spec.event_window, spec.estimation)


def _together(parts: dict[str, Abnormal]) -> Abnormal:
    """The mean over the assets.

    Raises:
        ModelError: fewer than two assets, or not of the same sessions.
    """
    if len(parts) < 2:
        raise ModelError("a mean over assets needs two of them")
    return average(list(parts.values()))


def _events(
    kind: str, asset: _Asset, dates: dict[str, list[str]], spec: TransmissionSpec
) -> TestResult:
    name = f"{kind}:{asset.name}"
    abnormal = asset.abnormal
    usable, left_out = _usable(abnormal, asset.scale, dates[kind])
    if not usable:
        raise ModelError(f"no event has {spec.estimation} sessions before it in this sample")
    every = [date for other in dates.values() for date in other]
    rng = generator(spec, name)
    found = study(
        asset.name, abnormal, asset.scale, usable, spec.bootstrap_draws, spec.level, rng, every
    )
    size = _size(found, abnormal, asset.fitted, spec, rng) if spec.size_draws else None
    inflation = 1.0 if size is None else size.inflation
    error = float(found.distances.std()) * inflation
    question = Question(
        hypothesis=name,
        family="events",
        sign=-1,
        unit="percent beyond the market model, cumulated over the window, mean over the events",
        detail={
            "series": "published",
            "window": list(spec.event_window),
            "estimation": spec.estimation,
            "controls": [] if asset.name == ALL else _controls(asset.name, spec),
            "selection": SELECTION[kind],
            "events": usable,
            "left_out": left_out,
            "clustering": {"overlapping_pairs": found.overlapping, "least_apart": APART},
            "placebos": len(found.placebos),
            "each": _each(found),
            "plot": _plot(found),
        }
        | clock(asset.name, spec),
    )
    return tested(
        question,
        estimate=found.car,
        interval=_interval(found, size, spec),
        p=found.p,
        size=size,
        mde=smallest_effect(error, spec.alpha, spec.power),
        n=len(usable),
        detail=facts(question, abnormal.sessions, ERROR, spec)
        | {
            "standard_error": float(found.distances.std()),
            "mde_rho": None,  # a mean, not a correlation
        },
    )


def _usable(
    abnormal: Abnormal, scale: np.ndarray, dates: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """The events that can be studied, and why the others cannot."""
    usable, left_out = [], {}
    for date in dates:
        try:
            positions_of(abnormal, scale, [date])
            usable.append(date)
        except ModelError as error:
            left_out[date] = str(error)
    return usable, left_out


def _size(
    found: EventStudyResult,
    abnormal: Abnormal,
    fitted: GarchResult,
    spec: TransmissionSpec,
    rng: np.random.Generator,
) -> Size:
    """Returns that have the fitted variance and no events, studied around the very same dates.

    The statistic is in units of the events' own scale, which differs from draw to draw.
    """
    errors, variances = simulated_errors(fitted, spec.size_draws, rng)
    length = abnormal.around.shape[1]
    sums = np.lib.stride_tricks.sliding_window_view(errors, length, axis=1).sum(axis=2)
    # The first simulated session is the first that has an abnormal return.
    shift = abnormal.window[0] - int(np.flatnonzero(np.isfinite(abnormal.one_step))[0])
    at = found.events + shift
    placebos = found.placebos[found.placebos + shift >= 0] + shift
    if len(at) == 1:
        taken = placebos[rng.integers(0, len(placebos), (spec.size_draws, 1))]
    else:
        taken = placebos[placebo_sets(len(placebos), len(at), spec.size_draws, rng)]
    own_scale = forecast_scales(variances[:, at], fitted, length)[:, :, -1]
    started = np.take_along_axis(variances, taken, axis=1)
    scaled = np.take_along_axis(sums, taken, axis=1)
    scaled = scaled / forecast_scales(started, fitted, length)[:, :, -1]
    unit = _size_of(own_scale, axis=1)
    outer = sums[:, at].mean(axis=1)
    inner = (scaled * own_scale).mean(axis=1)
    own = float(_size_of(found.each["scale"].to_numpy(), axis=0))
    return warp_speed(
        np.abs(outer) / unit,
        np.abs(inner) / unit,
        abs(found.car) / own,
        np.abs(found.distances) / own,
    )


def _size_of(scale: np.ndarray, axis: int) -> np.ndarray:
    """Root mean square."""
    return np.asarray(np.sqrt(np.mean(scale**2, axis=axis)))


def _interval(
    found: EventStudyResult, size: Size | None, spec: TransmissionSpec
) -> tuple[float, float]:
    if size is None or size.trusted:
        return found.interval
    reach = size.critical(spec.level) * float(_size_of(found.each["scale"].to_numpy(), axis=0))
    return found.car - reach, found.car + reach


def _each(found: EventStudyResult) -> dict[str, dict[str, float]]:
    return {
        str(event): {str(name): float(value) for name, value in row.items()}
        for event, row in found.each.iterrows()
    }


def _plot(found: EventStudyResult) -> dict[str, Any]:
    return {
        "kind": "path",
        "x": [int(place) for place in found.path.index],
        "x_label": "sessions after",
        "y_label": "percent beyond the market model",
        **{str(name): [float(value) for value in found.path[name]] for name in found.path},
    }
