"""What the asset did on the factor's worst sessions, and in its falls from peak to trough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import log_returns
from models.claims.estimates import bootstrap
from models.claims.measure import Measured
from models.claims.measures.day_move import change
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look


@dataclass(frozen=True)
class Crashes:
    """Mean returns on the factor's worst sessions, and the episodes of its larger falls.

    `_in_sds` divides by the standard deviation of each series: an asset three times as volatile
    that falls twice as far falls less by its own measure. An episode is a fall of the factor's
    closes from a peak, ended by a new peak (or the end); the asset's is from the same day to the
    same day.

    Attributes:
        asset: what may fall with it.
        factor: what crashes.
        start: first day, `YYYY-MM-DD`.
        end: last day.
        share: of the sessions that are the worst.
        fall: percent from the peak that make an episode.
    """

    asset: str
    factor: str
    start: str
    end: str
    share: float = 0.05
    fall: float = 10.0
    kind: ClassVar[str] = "crashes"

    def __post_init__(self) -> None:
        """Refuse what is no period or no crash."""
        check_day("start", self.start)
        check_day("end", self.end)
        if not 0 < self.share < 0.5 or not 0 < self.fall < 100:
            raise ModelError("share lies between 0 and .5, fall between 0 and 100 percent")

    def names(self) -> tuple[str, ...]:
        """Of the worst sessions, and of the episodes."""
        return (
            f"{self.asset}_mean_percent",
            f"{self.factor}_mean_percent",
            "difference_percent",
            f"{self.asset}_mean_in_sds",
            f"{self.factor}_mean_in_sds",
            "difference_in_sds",
            f"{self.asset}_fell_share_percent",
            "episodes",
            f"episodes_{self.asset}_fell_more",
        )

    def fit(self, look: Look) -> Measured:
        """Compute."""
        prices = look.sessions([self.asset, self.factor], self.start, self.end, adjusted=True)
        rows = log_returns(prices).dropna()
        worst = int(len(rows) * self.share)
        if worst < 5:
            raise ModelError(f"{len(rows)} sessions hold no five of the worst {self.share:g}")
        values = rows.to_numpy()
        found = _worst(values[None], worst)[0]
        names = self.names()
        intervals = bootstrap(values, lambda draws: _worst(draws, worst), look)
        episodes = _episodes(prices[self.factor].dropna(), self.fall)
        told, more = [], 0
        for peak, trough in episodes:
            pair = [change(*prices.loc[[peak, trough], s]) for s in (self.asset, self.factor)]
            more += pair[0] < pair[1]
            told.append(f"{peak} to {trough} {self.factor} {pair[1]:.0f} %, {pair[0]:.0f} %")
        note = (
            f"The {worst} worst of {len(rows)} sessions of {self.factor}. Its falls of "
            f"{self.fall:g} % and more, with {self.asset} beside: {'; '.join(told) or 'none'}."
        )
        estimates = [*map(float, found), float(len(episodes)), float(more)]
        return Measured(
            dict(zip(names, estimates, strict=True)),
            worst,
            dict(zip(names, intervals, strict=False)),
            notes=(note,),
        )


def _worst(draws: np.ndarray, worst: int) -> np.ndarray:
    """Means over the sessions in which the second column is lowest; shape (m, 7)."""
    places = np.argsort(draws[..., 1], axis=1)[:, :worst]
    chosen = np.take_along_axis(draws, places[..., None], axis=1)
    means = chosen.mean(axis=1)
    scaled = means / draws.std(axis=1)
    fell = 100.0 * (chosen[..., :1] < 0).mean(axis=1)
    gaps = [part[:, :1] - part[:, 1:] for part in (means, scaled)]
    return np.concatenate([means, gaps[0], scaled, gaps[1], fell], axis=1)


def _episodes(prices: pd.Series, fall: float) -> list[tuple[str, str]]:
    """Peak and trough of every fall of this many percent and more."""
    top = prices.cummax()
    spells = (prices == top).cumsum()
    found = []
    for _, spell in prices.groupby(spells):
        trough = int(spell.to_numpy().argmin())
        if change(float(spell.iloc[0]), float(spell.iloc[trough])) <= -fall:
            found.append((str(spell.index[0]), str(spell.index[trough])))
    return found
