"""Event study: did an asset do on certain days what it does not do on others?

The cumulated abnormal return of the event is held against that of every other session treated the
same way (placebos), each in units of its own forecast deviation: a rank, so neither normality nor
calm is assumed (Corrado, "A nonparametric test for abnormal security-price performance in event
studies", Journal of Financial Economics 23(2), 1989; scaling after Boehmer, Musumeci and Poulsen,
the same journal 30(2), 1991). One event date is one observation, however many assets moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.abnormal_returns import Abnormal, Scaling, abnormal_returns, scales

if TYPE_CHECKING:
    from collections.abc import Sequence

# Fewer placebos could not put a p-value below 5 %.
LEAST_PLACEBOS = 30


@dataclass(frozen=True)
class EventStudy:
    """What is asked.

    Attributes:
        returns: one column per symbol, by session, percent.
        event: its session, or several; as in the index of the returns.
        asset: column of the asset.
        controls: columns of the market model; none = the asset's own mean.
        window: first and last session around the event.
        estimation: sessions of the market model, which end before the window.
        scaling: `garch`, or `estimation` (residual deviation of the market model).
        draws: sets of placebo dates, where there are several events.
        level: coverage of the intervals.
        seed: of the draws.
    """

    returns: pd.DataFrame
    event: str | Sequence[str]
    asset: str
    controls: Sequence[str] = ()
    window: tuple[int, int] = (0, 0)
    estimation: int = 120
    scaling: Scaling = "garch"
    draws: int = 999
    level: float = 0.95
    seed: int = 0

    def fit(self) -> EventStudyResult:
        """Measure the event against its placebos.

        Raises:
            ModelError: the input cannot be used (naming the rows or the date), or fewer than 30
                placebos are left.
        """
        abnormal = abnormal_returns(
            self.returns, self.asset, self.controls, self.window, self.estimation
        )
        events = [self.event] if isinstance(self.event, str) else list(self.event)
        rng = np.random.default_rng(self.seed)
        return study(
            self.asset,
            abnormal,
            scales(abnormal, self.scaling),
            events,
            self.draws,
            self.level,
            rng,
        )


@dataclass(frozen=True)
class EventStudyResult:
    """What the events did.

    Attributes:
        asset: its name.
        car: cumulated abnormal return, mean over the events, percent.
        interval: of it, from the placebos.
        p: share of placebos (sets of them, where there are several events) at least as far from 0.
        path: `estimate, lo, hi, band_lo, band_hi` by session of the window; the band holds that
            share of the placebos.
        each: by event `car, lo, hi, p` and `scale`, the forecast deviation of its CAR.
        distances: what the placebos (sets) gave in the events' own scale, shape (draws,).
        placebos: sessions, as positions.
        events: sessions, as positions.
        overlapping: pairs of events whose windows share a session.
    """

    asset: str
    car: float
    interval: tuple[float, float]
    p: float
    path: pd.DataFrame
    each: pd.DataFrame
    distances: np.ndarray
    placebos: np.ndarray
    events: np.ndarray
    overlapping: int

    def to_frame(self) -> pd.DataFrame:
        """One row per event."""
        return self.each

    def summary(self) -> str:
        """The events and their mean."""
        return display.text(*self._shown())

    def _repr_html_(self) -> str:
        return display.html(*self._shown())

    def _shown(self) -> tuple[str, pd.DataFrame, Sequence[str]]:
        low, high = self.interval
        notes = [
            f"mean CAR {self.car:.3f} ({low:.3f} to {high:.3f}), p {self.p:.4f} by rank among "
            f"{len(self.placebos)} placebo sessions; {self.overlapping} pairs of events overlap"
        ]
        return f"Event study of {self.asset}", self.each, notes


def study(
    name: str,
    abnormal: Abnormal,
    scale: np.ndarray,
    events: Sequence[str],
    draws: int,
    level: float,
    rng: np.random.Generator,
    excluded: Sequence[str] = (),
) -> EventStudyResult:
    """The study itself, of abnormal returns that are there already.

    Sessions near the dates of `excluded` are no placebos, as those near the events are none.

    Raises:
        ModelError: as `EventStudy.fit`.
    """
    places = positions_of(abnormal, scale, events)
    away = abnormal.sessions.get_indexer(pd.Index(list(excluded), dtype=object))
    near = np.concatenate([places, away[away >= 0]])
    placebos = placebo_positions(abnormal, scale, near)
    if len(placebos) < LEAST_PLACEBOS:
        raise ModelError(f"{len(placebos)} placebo sessions, {LEAST_PLACEBOS} needed")
    paths = np.cumsum(abnormal.around, axis=1)
    scaled = paths[placebos] / scale[placebos]
    sets = placebo_sets(len(placebos), len(places), draws, rng)
    distances = (scaled[sets] * scale[places]).mean(axis=1)  # (draws, window)
    mean = paths[places].mean(axis=0)
    reach = np.quantile(np.abs(distances), level, axis=0)
    first, last = abnormal.window
    path = pd.DataFrame(
        {
            "estimate": mean,
            "lo": mean - reach,
            "hi": mean + reach,
            "band_lo": -reach,
            "band_hi": reach,
        },
        index=pd.RangeIndex(first, last + 1, name="sessions after"),
    )
    return EventStudyResult(
        asset=name,
        car=float(mean[-1]),
        interval=(float(mean[-1] - reach[-1]), float(mean[-1] + reach[-1])),
        p=share_beyond(np.abs(distances[:, -1]), abs(float(mean[-1]))),
        path=path,
        each=_each(abnormal, paths[places, -1], scale[places, -1], scaled[:, -1], places, level),
        distances=distances[:, -1],
        placebos=placebos,
        events=places,
        overlapping=_overlapping(places, last - first),
    )


def share_beyond(placebos: np.ndarray, observed: float) -> float:
    """Rank of the observed among the placebos and itself, as a p-value."""
    return (int((placebos >= observed).sum()) + 1) / (len(placebos) + 1)


def positions_of(abnormal: Abnormal, scale: np.ndarray, events: Sequence[str]) -> np.ndarray:
    """Positions of the events.

    Raises:
        ModelError: naming a date that is no session, is there twice, or has too few sessions
            before or after it.
    """
    if not len(events) or len(set(events)) < len(events):
        raise ModelError("events are one date or more, each once")
    places = abnormal.sessions.get_indexer(pd.Index(list(events)))
    for event, place in zip(events, places, strict=True):
        if place < 0:
            raise ModelError(f"{event} is no session of the returns")
        if not (np.isfinite(abnormal.around[place]).all() and np.isfinite(scale[place]).all()):
            raise ModelError(f"{event} has too few sessions before or after it")
    return np.asarray(np.sort(places))


def placebo_positions(abnormal: Abnormal, scale: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Sessions whose window shares no session with that of an event."""
    usable = abnormal.usable[np.isfinite(scale[abnormal.usable]).all(axis=1)]
    length = abnormal.window[1] - abnormal.window[0]
    near = (np.abs(usable[:, None] - events) <= length).any(axis=1)
    return np.asarray(usable[~near])


def placebo_sets(placebos: int, events: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """As many placebos as there are events, shape (draws, events); for one event all of them.

    Raises:
        ModelError: more events than placebos.
    """
    if events > placebos:
        raise ModelError(f"{events} events and only {placebos} placebo sessions")
    if events == 1:
        return np.arange(placebos)[:, None]
    return np.argpartition(rng.random((draws, placebos)), events - 1, axis=1)[:, :events]


def _each(
    abnormal: Abnormal,
    cars: np.ndarray,
    scale: np.ndarray,
    scaled: np.ndarray,
    places: np.ndarray,
    level: float,
) -> pd.DataFrame:
    far = np.sort(np.abs(scaled))
    reach = np.quantile(far, level) * scale
    beyond = len(far) - np.searchsorted(far, np.abs(cars / scale))
    columns = {
        "car": cars,
        "lo": cars - reach,
        "hi": cars + reach,
        "p": (beyond + 1) / (len(far) + 1),
        "scale": scale,
    }
    return pd.DataFrame(columns, index=pd.Index(abnormal.sessions[places], name="event"))


def _overlapping(places: np.ndarray, length: int) -> int:
    distance = np.abs(places[:, None] - places)
    return int((np.triu(distance <= length, 1)).sum())
