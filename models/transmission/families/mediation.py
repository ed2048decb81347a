"""Does fear reach Bitcoin through technology, and does the reverse path fit as well?

On the day: published innovation, technology, Bitcoin, all of session t. Timed: real-time fear of
t, technology over t+1, Bitcoin over t+1 and t+2, so that nothing comes before its cause. Beside
each stands the same with technology and Bitcoin exchanged, and Bitcoin -> technology -> fear: where
they do as well, the sample does not say which it is.

The null leaves fear as it was and resamples the returns jointly, in blocks: whatever ties
technology to Bitcoin stays, and fear has no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission.families.regressions import clock
from models.transmission.inference.power import smallest_effect
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, generator, tested
from models.transmission.innovations import ar_innovations
from models.transmission.mediation import (
    CAUTION,
    EFFECTS,
    Mediation,
    MediationResult,
    effects,
)
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, REALTIME, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

ERROR = "stationary block bootstrap of whole sessions, symmetric"
_INDIRECT = EFFECTS.index("indirect")
_RHO = tuple(round(-0.9 + 0.1 * step, 1) for step in range(19))
_PART = 4_000_000  # numbers of simulated samples handled at once


@dataclass(frozen=True)
class _Path:
    """One order of three variables.

    Attributes:
        name: the hypothesis.
        pair: the two symbols: mediator and outcome, or treatment and mediator where fear is last.
        timed: whether the steps lie in different sessions.
        to_fear: whether fear is the outcome.
        sign: expected of the indirect effect; 0 for a path that is there for comparison.
    """

    name: str
    pair: tuple[str, str]
    timed: bool
    to_fear: bool
    sign: int

    @property
    def unit(self) -> str:
        """Of the indirect effect."""
        if self.to_fear:
            return "standard deviations of the fear innovation per percent, through the mediator"
        over = " over two sessions" if self.timed else ""
        return f"percent{over} per standard deviation of the fear innovation, through the mediator"

    def rows(self, fear: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Constant, controls, treatment, mediator, outcome, of one sample or of many.

        Args:
            fear: the innovation, or real-time fear and its lags; shape (n, columns).
            first: returns of the pair's first, shape (..., n).
            second: of its second.
        """
        if self.timed:
            fear = fear[:-2]
            first, second = first[..., 1:-1], second[..., 1:-1] + second[..., 2:]
        shape = (*first.shape, fear.shape[1])
        x = np.broadcast_to(fear[:, ::-1], shape)
        returns = np.stack([first, second], axis=-1)
        parts = [returns, x] if self.to_fear else [x, returns]
        return np.concatenate([np.ones((*first.shape, 1)), *parts], axis=-1)


def mediation(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Both orders, on the day and timed, for each factor."""
    return [
        _mediation(path, table, spec) for factor in spec.factors for path in _paths(factor, spec)
    ]


def _paths(factor: str, spec: TransmissionSpec) -> list[_Path]:
    tail = spec.tail
    return [
        _Path(f"mediation:fear->{factor}->{tail}", (factor, tail), False, False, -1),
        _Path(f"mediation-timed:fear->{factor}->{tail}", (factor, tail), True, False, -1),
        _Path(f"mediation:fear->{tail}->{factor}", (tail, factor), False, False, 0),
        _Path(f"mediation-timed:fear->{tail}->{factor}", (tail, factor), True, False, 0),
        _Path(f"mediation:{tail}->{factor}->fear", (tail, factor), False, True, 0),
    ]


def _mediation(path: _Path, table: pd.DataFrame, spec: TransmissionSpec) -> TestResult:
    try:
        rows = _sample(path, table, spec)
        fear, returns = rows.iloc[:, 2:].to_numpy(), rows.iloc[:, :2].to_numpy().T
        values = path.rows(fear, *returns)
        rng = generator(spec, path.name)
        fitted = _fitted(values, spec)
    except ModelError as error:
        return abstention(path.name, "mediation", str(error), clock(spec.tail, spec))
    size = _size(path, fear, returns, fitted, spec, rng) if spec.size_draws else None
    return _result(path, rows.index, fitted, size, spec)


def _sample(path: _Path, table: pd.DataFrame, spec: TransmissionSpec) -> pd.DataFrame:
    """The pair's returns, then fear and (timed) its lags, which leave of fear what was new."""
    column = REALTIME if path.timed else FEAR
    stretch = complete_stretch(table, [column], spec)
    innovations = ar_innovations(stretch[column], spec.max_lags)
    if path.timed:
        scaled = stretch[column] / innovations.sd
        lags = range(max(1, innovations.order) + 1)
        fear = pd.DataFrame({f"fear-{lag}": scaled.shift(lag) for lag in lags})
    else:
        fear = (innovations.residuals / innovations.sd).to_frame("fear-0")
    wide = table[[name for name in path.pair if name in table]].join(fear)
    return complete_stretch(wide, [*path.pair, *fear.columns], spec).dropna()


def _fitted(values: np.ndarray, spec: TransmissionSpec) -> MediationResult:
    names = [f"w{place}" for place in range(values.shape[1] - 4)]
    frame = pd.DataFrame(values[:, 1:], columns=[*names, "x", "m", "y"])
    controls = frame[names] if names else None
    model = Mediation(
        frame["x"], frame["m"], frame["y"], controls, spec.bootstrap_draws, spec.level, spec.seed
    )
    return model.fit()


def _size(
    path: _Path,
    fear: np.ndarray,
    returns: np.ndarray,
    fitted: MediationResult,
    spec: TransmissionSpec,
    rng: np.random.Generator,
) -> Size:
    n = returns.shape[1]
    block = max(mean_block(series) for series in returns)
    places = stationary_indices(n, spec.size_draws, block, rng)
    outer, inner = [], []
    for part in np.array_split(places, max(1, places.size * (fear.shape[1] + 3) // _PART)):
        values = path.rows(fear, returns[0][part], returns[1][part])
        # Each simulated sample is resampled once, as the test resamples its own.
        again = stationary_indices(values.shape[1], len(part), block, rng)
        found = effects(values)[:, _INDIRECT]
        resampled = effects(np.take_along_axis(values, again[:, :, None], axis=1))[:, _INDIRECT]
        outer.append(np.abs(found))
        inner.append(np.abs(resampled - found))
    observed = fitted.value("indirect")
    distances = np.abs(fitted.draws[:, _INDIRECT] - observed)
    return warp_speed(np.concatenate(outer), np.concatenate(inner), abs(observed), distances)


def _result(
    path: _Path,
    sessions: pd.Index,
    fitted: MediationResult,
    size: Size | None,
    spec: TransmissionSpec,
) -> TestResult:
    error = float(fitted.draws[:, _INDIRECT].std())
    question = Question(
        path.name,
        "mediation",
        path.sign,
        path.unit,
        _about(path, fitted) | clock(spec.tail, spec),
    )
    return tested(
        question,
        estimate=fitted.value("indirect"),
        interval=_interval(fitted, size, spec),
        p=fitted.value("indirect", "p"),
        size=size,
        mde=smallest_effect(
            error * (1.0 if size is None else size.inflation), spec.alpha, spec.power
        ),
        n=fitted.n,
        detail=facts(question, sessions, ERROR, spec)
        | {
            "standard_error": error,
            "mde_rho": None,  # of a product of two coefficients there is none
        },
    )


def _interval(
    fitted: MediationResult, size: Size | None, spec: TransmissionSpec
) -> tuple[float, float]:
    if size is None or size.trusted:
        return fitted.value("indirect", "lo"), fitted.value("indirect", "hi")
    reach = size.critical(spec.level)
    return fitted.value("indirect") - reach, fitted.value("indirect") + reach


def _about(path: _Path, fitted: MediationResult) -> dict[str, Any]:
    curve = fitted.sensitivity(_RHO)
    return {
        "series": "real-time" if path.timed else "published",
        "timed": path.timed,
        "reverse": path.sign == 0,
        "effects": {
            name: {
                "value": fitted.value(name),
                "interval": [fitted.value(name, "lo"), fitted.value(name, "hi")],
                "p": fitted.value(name, "p"),
            }
            for name in EFFECTS
        },
        "proportion": fitted.proportion,
        "rho_at_zero": fitted.rho,
        "sensitivity": {"rho": list(_RHO), "indirect": [float(value) for value in curve]},
        "caution": CAUTION,
    }
