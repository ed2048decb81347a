"""Which of two moves first? Both directions, in all returns and in the tails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import log_returns
from models.claims.estimates import bootstrap, correlation, correlation_interval, slope
from models.claims.measure import Interval, Measured
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look


@dataclass(frozen=True)
class LeadLag:
    """Does the first foretell the second's next session, or the second the first's?

    `A_before_B_slope`: of B's return on A's of the session before, beside B's own lag, HAC
    interval, percent per percent; `A_before_B_correlation`, block-bootstrapped; their p-values
    `_p`; `A_before_B_tail_percent`: A's mean return on the session before B's worst `share` of
    sessions, less A's mean on all; the same with A and B exchanged; `same_day_correlation`; and
    `lead_difference_correlation`: the first's lead less the second's.

    Attributes:
        first: what is said to move first.
        second: what is said to follow.
        start: first day, `YYYY-MM-DD`.
        end: last day.
        share: of the sessions that are the worst.
    """

    first: str
    second: str
    start: str
    end: str
    share: float = 0.05
    kind: ClassVar[str] = "lead-lag"

    def __post_init__(self) -> None:
        """Refuse what is no period or no pair."""
        check_day("start", self.start)
        check_day("end", self.end)
        if self.first == self.second or not 0 < self.share < 0.5:
            raise ModelError("two different symbols, and a share between 0 and .5")

    def names(self) -> tuple[str, ...]:
        """Four a direction, and two of both."""
        ways = [f"{a}_before_{b}" for a, b in self._ways()]
        kinds = ("slope", "p", "correlation", "tail_percent")
        return (
            *(f"{way}_{kind}" for way in ways for kind in kinds),
            "same_day_correlation",
            "lead_difference_correlation",
        )

    def _ways(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (self.first, self.second), (self.second, self.first)

    def fit(self, look: Look) -> Measured:
        """Fit."""
        prices = look.sessions([self.first, self.second], self.start, self.end, adjusted=True)
        returns = log_returns(prices)
        values: dict[str, float] = {}
        intervals: dict[str, Interval] = {}
        for before, after in self._ways():
            found = self._way(returns, before, after, look)
            values |= found.values
            intervals |= found.intervals
        rows = self._lagged(returns).to_numpy()
        values["same_day_correlation"] = float(correlation(rows[:, 0], rows[:, 1]))
        values["lead_difference_correlation"] = float(_difference(rows[None])[0, 0])
        intervals["lead_difference_correlation"] = bootstrap(rows, _difference, look)[0]
        note = (
            f"{len(rows)} sessions from {returns.index[1]} to {returns.index[-1]}. Bitcoin's bar "
            "ends three to four hours after the New York close, so its bar already holds news that "
            "stocks meet the next session: that flatters Bitcoin as the leader. The next session's "
            "return also begins at a close, so hours within a day are not seen."
        )
        return Measured(values, len(rows), intervals, notes=(note,))

    def _lagged(self, returns: pd.DataFrame) -> pd.DataFrame:
        """First, second, first before, second before."""
        shifted = returns.shift(1).rename(columns=lambda name: f"{name} before")
        return returns.join(shifted).dropna()

    def _way(self, returns: pd.DataFrame, before: str, after: str, look: Look) -> Measured:
        rows = self._lagged(returns)
        lagged, own = f"{before} before", f"{after} before"
        found = slope(rows[[after, lagged, own]], look.level)
        pair = rows[[lagged, after]].to_numpy()
        worst = int(len(pair) * self.share)
        if worst < 5:
            raise ModelError(f"{len(pair)} sessions hold no five of the worst {self.share:g}")
        way = f"{before}_before_{after}"

        def tail(draws: np.ndarray) -> np.ndarray:
            return _tail(draws, worst)

        return Measured(
            {
                f"{way}_slope": found.value,
                f"{way}_p": found.p,
                f"{way}_correlation": float(correlation(pair[:, 0], pair[:, 1])),
                f"{way}_tail_percent": float(tail(pair[None])[0, 0]),
            },
            found.n,
            {
                f"{way}_slope": found.interval,
                f"{way}_correlation": correlation_interval(pair, look),
                f"{way}_tail_percent": bootstrap(pair, tail, look)[0],
            },
        )


def _tail(draws: np.ndarray, worst: int) -> np.ndarray:
    """Mean of the first column where the second is lowest, less its mean; shape (m, 1)."""
    places = np.argsort(draws[..., 1], axis=1)[:, :worst]
    chosen = np.take_along_axis(draws[..., 0], places, axis=1)
    return np.asarray((chosen.mean(axis=1) - draws[..., 0].mean(axis=1))[:, None])


def _difference(draws: np.ndarray) -> np.ndarray:
    """Correlation of the first's lead less that of the second's; shape (m, 1)."""
    leads = correlation(draws[..., 2], draws[..., 1]) - correlation(draws[..., 3], draws[..., 0])
    return np.asarray(leads[:, None])
