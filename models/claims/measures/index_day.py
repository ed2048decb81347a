"""How high the fear index stood on a day, against all other days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import Unavailable
from models.claims.measure import Measured
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

_LEAST = 20


@dataclass(frozen=True)
class IndexDay:
    """A session's fear, its rank among placebo sessions, and that of the session after it.

    Placebo sessions are all others from `start` on. The shares are one-sided placebo p-values in
    percent, the day itself counted: `(1 + others at least as high) / (1 + others)`.

    Attributes:
        date: the session.
        start: first placebo session; "" = the index's first.
    """

    date: str
    start: str = ""
    kind: ClassVar[str] = "index-day"

    def __post_init__(self) -> None:
        """Refuse what is no day."""
        check_day("date", self.date)
        check_day("start", self.start or None)

    def names(self) -> tuple[str, ...]:
        """Value, rise and their placebo shares, of the day and the next."""
        return (
            "fear",
            "fear_rise",
            "fear_as_high_percent_of_days",
            "rise_as_high_percent_of_days",
            "next_fear",
            "next_fear_as_high_percent_of_days",
        )

    def fit(self, look: Look) -> Measured:
        """Rank the day."""
        fear = look.fear().loc[self.start or None :]
        if self.date not in fear.index or not np.isfinite(fear[self.date]):
            raise Unavailable(f"a value of the fear index on {self.date}")
        if fear.notna().sum() < _LEAST:
            raise ModelError(f"{int(fear.notna().sum())} sessions of the index are no comparison")
        rise = fear.diff()
        found = [fear[self.date], rise[self.date]]
        shares = [_share(fear, self.date), _share(rise, self.date)]
        values = dict(zip(self.names(), map(float, (*found, *shares)), strict=False))
        later = fear.index[fear.index > self.date]
        if len(later) and np.isfinite(fear[later[0]]):
            values |= {
                "next_fear": float(fear[later[0]]),
                "next_fear_as_high_percent_of_days": _share(fear, str(later[0])),
            }
        values = {name: value for name, value in values.items() if np.isfinite(value)}
        n = int(fear.notna().sum())
        note = (
            f"The index has values on {n} sessions from {fear.index[0]} to {fear.index[-1]}; its "
            "news is what the feeds held, so the coverage is theirs, not all media's."
        )
        plot = {
            "kind": "rolling",
            "date": [str(day) for day in fear.index],
            "y_label": "fear index",
            "value": [float(v) if np.isfinite(v) else None for v in fear],
            "lo": None,
            "hi": None,
            "reference": float(fear[self.date]),
        }
        tests = tuple(name for name in self.names() if name.endswith("_of_days"))
        return Measured(values, n=n, tests=tests, notes=(note,), plots=(plot,))


def _share(series: pd.Series, day: str) -> float:
    """Percent of days at least as high, the day itself among them."""
    known = series.dropna()
    if day not in known.index:
        return float("nan")
    return 100.0 * float((known >= known[day]).mean())
