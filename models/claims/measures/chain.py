"""Does stress pass along a chain of markets, and as much against its direction?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from models.claims.data import log_returns
from models.claims.estimates import slope
from models.claims.measure import Interval, Measured, Plot
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look


@dataclass(frozen=True)
class Chain:
    """Responses along an order of markets, with the reverse order as placebo.

    For every pair with A before B in the chain: `A_to_B_response`: the return of B over the next
    `horizon` sessions on A's return of the session, beside B's own; all in standard deviations of
    a session, HAC interval with at least `horizon` lags; `A_to_B_p`; and the same `B_to_A`.
    `A_with_B_correlation` is of the same session. Returns of adjusted closes.

    Attributes:
        chain: symbols in the order in which stress is said to pass; two or more.
        start: first day, `YYYY-MM-DD`.
        end: last day.
        horizon: sessions ahead.
    """

    chain: tuple[str, ...]
    start: str
    end: str
    horizon: int = 5
    kind: ClassVar[str] = "chain"

    def __post_init__(self) -> None:
        """Refuse what is no chain."""
        check_day("start", self.start)
        check_day("end", self.end)
        if len(self.chain) < 2 or self.horizon < 1:
            raise ModelError("a chain has two symbols and a horizon one session, at least")

    def names(self) -> tuple[str, ...]:
        """Five a pair."""
        found: list[str] = []
        for a, b in combinations(self.chain, 2):
            for way in (f"{a}_to_{b}", f"{b}_to_{a}"):
                found += [f"{way}_response", f"{way}_p"]
            found.append(f"{a}_with_{b}_correlation")
        return tuple(found)

    def fit(self, look: Look) -> Measured:
        """Fit every pair, forth and back."""
        returns = log_returns(look.sessions(self.chain, self.start, self.end, adjusted=True))
        scaled = (returns - returns.mean()) / returns.std()
        values: dict[str, float] = {}
        intervals: dict[str, Interval] = {}
        n = 0
        for a, b in combinations(self.chain, 2):
            for cause, effect in ((a, b), (b, a)):
                ahead = scaled[effect].rolling(self.horizon).sum().shift(-self.horizon)
                rows = self._rows(scaled, cause, effect, ahead)
                found = slope(rows, look.level, self.horizon)
                way, n = f"{cause}_to_{effect}", found.n
                values |= {f"{way}_response": found.value, f"{way}_p": found.p}
                intervals[f"{way}_response"] = found.interval
            values[f"{a}_with_{b}_correlation"] = float(returns[a].corr(returns[b]))
        note = (
            f"{n} sessions; responses over the next {self.horizon} sessions in standard deviations "
            "of one. The reverse order is the placebo: a chain that passes as much backwards "
            "passes nothing. Most co-movement is of the same session, whose order daily bars do "
            "not show."
        )
        return Measured(values, n, intervals, notes=(note,), plots=(_plot(values, intervals),))

    def _rows(
        self, scaled: pd.DataFrame, cause: str, effect: str, ahead: pd.Series
    ) -> pd.DataFrame:
        parts = {"ahead": ahead, cause: scaled[cause], effect: scaled[effect]}
        return scaled.assign(**parts)[["ahead", cause, effect]]


def _plot(values: dict[str, float], intervals: dict[str, Interval]) -> Plot:
    names = list(intervals)
    return {
        "kind": "bars",
        "label": [name.removesuffix("_response").replace("_", " ") for name in names],
        "value": [values[name] for name in names],
        "lo": [intervals[name][0] for name in names],
        "hi": [intervals[name][1] for name in names],
        "y_label": "response, standard deviations",
    }
