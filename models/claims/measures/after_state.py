"""What came after a state of the world: the returns of the next quarter, in it and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import log_returns
from models.claims.estimates import slope
from models.claims.measure import Measured
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look


@dataclass(frozen=True)
class AfterState:
    """Mean log return over the next sessions, in the state and out of it.

    A session is in the state when every symbol of `falling` is lower than `past` sessions before.
    `difference_percent` is in the state less out of it, with a HAC interval of at least `horizon`
    lags, because the returns overlap. `spells`: separate times in the state; `now_correlation`:
    of the asset's and the first falling symbol's returns of the same session.

    Attributes:
        asset: whose returns.
        falling: symbols whose fall makes the state.
        start: first day, `YYYY-MM-DD`.
        end: last day.
        past: sessions over which they fall.
        horizon: sessions ahead.
    """

    asset: str
    falling: tuple[str, ...]
    start: str
    end: str
    past: int = 63
    horizon: int = 126
    kind: ClassVar[str] = "after-state"

    def __post_init__(self) -> None:
        """Refuse what is no period."""
        check_day("start", self.start)
        check_day("end", self.end)
        if self.past < 1 or self.horizon < 1:
            raise ModelError("past and horizon are whole sessions from 1 on")

    def names(self) -> tuple[str, ...]:
        """Means, their difference, and how many spells."""
        return (
            "in_state_percent",
            "out_of_state_percent",
            "difference_percent",
            "difference_p",
            "sessions_in_state",
            "spells",
            "now_correlation",
        )

    def fit(self, look: Look) -> Measured:
        """Compute."""
        prices = look.sessions([self.asset, *self.falling], self.start, self.end, adjusted=True)
        state = self._state(prices)
        ahead = 100.0 * np.log(prices[self.asset]).diff(self.horizon).shift(-self.horizon)
        rows = ahead.rename("ahead").to_frame().assign(state=state).dropna()
        inside = rows["state"] == 1
        if min(inside.sum(), (~inside).sum()) < 10:
            raise ModelError(f"{int(inside.sum())} of {len(rows)} sessions lie in the state")
        found = slope(rows, look.level, self.horizon)
        spells = int((inside & ~inside.shift(1, fill_value=False)).sum())
        returns = log_returns(prices[[self.asset, self.falling[0]]]).dropna()
        estimates = [
            float(rows["ahead"][inside].mean()),
            float(rows["ahead"][~inside].mean()),
            found.value,
            found.p,
            float(inside.sum()),
            float(spells),
            float(returns.iloc[:, 0].corr(returns.iloc[:, 1])),
        ]
        note = (
            f"State: {' and '.join(self.falling)} lower than {self.past} sessions before; "
            f"{int(inside.sum())} of {len(rows)} sessions in {spells} spells, but only "
            f"{len(rows) // self.horizon} returns of {self.horizon} sessions that do not overlap, "
            "so the interval is optimistic."
        )
        return Measured(
            dict(zip(self.names(), estimates, strict=True)),
            len(rows),
            {"difference_percent": found.interval},
            notes=(note,),
        )

    def _state(self, prices: pd.DataFrame) -> pd.Series:
        """1 in the state, 0 out of it, missing where a price is."""
        before = prices[list(self.falling)].shift(self.past)
        now = prices[list(self.falling)]
        known = (now.notna() & before.notna()).all(axis=1)
        return (now < before).all(axis=1).astype("float64").where(known)
