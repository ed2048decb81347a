"""How two prices went together up to a day: returns, levels, and every choice in between.

Correlation of price *levels* is reported because texts report it; two independent walks often
reach a large one, and the share that does stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from models.claims.data import log_returns
from models.claims.estimates import correlation, correlation_interval, share_of_walks
from models.claims.measure import Interval, Measured, Plot
from models.claims.measures.specification_curve import (
    Choice,
    clocks,
    curve,
    fisher,
    pairs,
    plot,
    spread,
)
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    from models.claims.data import Look

_NAMES = (
    "returns", "levels", "returns_from_first", "levels_from_first", "returns_utc_days",
    "returns_calendar_days", "levels_calendar_days", "returns_highest", "levels_highest",
    "returns_rank_percent", "levels_p_of_walks", "choices",
)  # fmt: skip


@dataclass(frozen=True)
class Correlation:
    """Pearson correlation of an asset with factors over a window that ends on a day.

    Of each factor: `_returns` and `_levels` over the last `window` New York sessions;
    `_from_first` over all sessions from the day `first`; `_utc_days` with the asset's own daily
    bars; `_calendar_days` over the calendar days from `first` with the last price carried over
    closed days; `_highest` over all choices; `_returns_rank_percent`: the share of all windows of
    that length up to `end` whose correlation is lower. Log returns of unadjusted closes.

    Attributes:
        asset: the symbol that is asked about.
        factors: what it may go with.
        first: first day of the window by the calendar, `YYYY-MM-DD`.
        end: last day.
        window: length in sessions.
        ends_from: the claim speaks of a period: any window that ends from this day on is one of
            its readings; "" = only those that end on the last or the last but one.
    """

    asset: str
    factors: tuple[str, ...]
    first: str
    end: str
    window: int = 30
    ends_from: str = ""
    kind: ClassVar[str] = "correlation"

    def __post_init__(self) -> None:
        """Refuse what is no window."""
        check_day("first", self.first)
        check_day("end", self.end)
        check_day("ends_from", self.ends_from or None)
        if self.end <= self.first or self.window < 10 or self.ends_from > self.end:
            raise ModelError("first and ends_from lie before end, and a window has 10 sessions")
        if self.asset in self.factors:
            raise ModelError(f"{self.asset} cannot go with itself")

    def names(self) -> tuple[str, ...]:
        """Twelve a factor."""
        return pairs(self.asset, self.factors, _NAMES)

    def fit(self, look: Look) -> Measured:
        """Compute."""
        parts = [self._with(look, factor) for factor in self.factors]
        return Measured(
            values={name: value for part in parts for name, value in part.values.items()},
            n=parts[0].n,
            intervals={name: ends for part in parts for name, ends in part.intervals.items()},
            variants={name: held for part in parts for name, held in part.variants.items()},
            notes=(
                *(note for part in parts for note in part.notes),
                "Bitcoin's bar ends three to four hours after the New York close.",
            ),
            plots=tuple(drawn for part in parts for drawn in part.plots),
        )

    def _with(self, look: Look, factor: str) -> Measured:
        sessions = look.sessions([self.asset, factor], end=self.end).dropna()
        if len(sessions) <= self.window * 4 / 3:
            raise ModelError(f"{len(sessions)} sessions of {self.asset} and {factor} are too few")
        held = clocks(sessions, self._days(look, factor), self.asset)
        length = (pd.Timestamp(self.end) - pd.Timestamp(self.first)).days + 1
        choices = curve(held, self.asset, factor, self.window, length, self.ends_from)
        returns = log_returns(sessions).dropna()
        window = returns.tail(self.window)
        values, intervals = self._values(held, choices, factor, look)
        prefix = f"{self.asset}_{factor}_"
        steps = returns[[self.asset, factor]].to_numpy()
        p = share_of_walks(steps, self.window, values["levels"], look)
        values |= {"levels_p_of_walks": p, "choices": float(len(choices))}
        return Measured(
            values={prefix + name: value for name, value in values.items()},
            n=len(window),
            intervals={prefix + name: ends for name, ends in intervals.items()},
            variants=_variants(prefix, choices),
            notes=(self._told(factor, values, choices),),
            plots=(
                plot(choices, prefix.removesuffix("_"), look.level),
                self._rolled(returns, factor),
            ),
        )

    def _days(self, look: Look, factor: str) -> pd.DataFrame:
        """Closes on all calendar days."""
        bars = {name: look.bars(name, end=self.end)["close"] for name in (self.asset, factor)}
        table = pd.DataFrame(bars)
        every = pd.date_range(table.index[0], self.end).strftime("%Y-%m-%d")
        return table.reindex(every)

    def _values(
        self,
        held: dict[str, dict[str, pd.DataFrame]],
        choices: list[Choice],
        factor: str,
        look: Look,
    ) -> tuple[dict[str, float], dict[str, Interval]]:
        pair = [self.asset, factor]
        plain, own, carried = (held[k] for k in ("sessions", "UTC days", "calendar days"))
        window = plain["returns"][pair].dropna().tail(self.window)
        samples = {
            "returns": window,
            "levels": plain["levels"][pair].tail(self.window),
            "returns_from_first": plain["returns"][pair].loc[self.first :],
            "levels_from_first": plain["levels"][pair].loc[self.first :],
            "returns_utc_days": own["returns"][pair].dropna().tail(self.window),
            "returns_calendar_days": carried["returns"][pair].loc[self.first :],
            "levels_calendar_days": carried["levels"][pair].loc[self.first :],
        }
        values = {name: _pearson(sample) for name, sample in samples.items()}
        for what in ("returns", "levels"):
            values[f"{what}_highest"] = max(c.r for c in choices if c.what == what)
        history = plain["returns"][self.asset].rolling(self.window).corr(plain["returns"][factor])
        known = history.dropna()
        values["returns_rank_percent"] = 100.0 * float((known < known.iloc[-1]).mean())
        intervals = {
            name: correlation_interval(samples[name].dropna().to_numpy(), look)
            for name in ("returns", "returns_from_first", "returns_utc_days")
        }
        intervals["returns_fisher"] = fisher(values["returns"], len(window), look.level)
        return values, intervals

    def _rolled(self, returns: pd.DataFrame, factor: str) -> Plot:
        rolled = returns[self.asset].rolling(self.window).corr(returns[factor]).dropna()
        return {
            "kind": "rolling",
            "name": f"{self.asset}_{factor}_returns",
            "date": [str(day) for day in rolled.index],
            "y_label": f"correlation of returns, {self.window} sessions",
            "value": [float(r) if np.isfinite(r) else None for r in rolled],
            "lo": None,
            "hi": None,
            "reference": None,
        }

    def _told(self, factor: str, values: dict[str, float], choices: list[Choice]) -> str:
        top = max(choices, key=lambda choice: choice.r)
        return (
            f"With {factor}: returns {values['returns']:.2f}, levels {values['levels']:.2f} over "
            f"{self.window} sessions to {self.end}; all choices: {spread(choices, 'returns')}, "
            f"{spread(choices, 'levels')}; the highest is of {top.label()}. Of two independent "
            f"walks with these steps {100 * values['levels_p_of_walks']:.0f} % correlate as much "
            "in levels, so a correlation of levels says little. Of all earlier windows of returns "
            f"{values['returns_rank_percent']:.0f} % lie lower."
        )


def _pearson(sample: pd.DataFrame) -> float:
    """Of complete rows.

    Raises:
        ModelError: there is none, as where a price stood still.
    """
    pairs = sample.dropna().to_numpy()
    found = float(correlation(pairs[:, 0], pairs[:, 1])) if len(pairs) > 2 else float("nan")
    if not np.isfinite(found):
        first, second = sample.columns
        raise ModelError(f"{first} and {second} have no correlation: one stands still")
    return found


def _variants(prefix: str, choices: list[Choice]) -> dict[str, tuple[float, ...]]:
    """Every choice is a variant of every headline: a text seldom says which it took."""
    every = tuple(choice.r for choice in choices)
    names = ("returns", "levels", "returns_from_first", "levels_from_first")
    return {prefix + name: every for name in names}
