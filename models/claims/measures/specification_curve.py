"""Every defensible way to say "the correlation of these two up to that day", computed.

The choices: levels or returns; New York sessions, the asset's own UTC days, or calendar days with
the last price carried over weekends; daily or weekly steps; five lengths around the stated window;
the last day included or not; and, where a claim speaks of a period, every window that ends in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from models.claims.data import log_returns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from models.claims.measure import Plot

LENGTHS: Final = (2 / 3, 5 / 6, 1.0, 7 / 6, 4 / 3)
WEEK: Final = 5
_FEWEST: Final = 8


@dataclass(frozen=True)
class Choice:
    """One specification and its correlation."""

    factor: str
    what: str
    clock: str
    step: str
    window: int
    last: str
    r: float

    def as_dict(self) -> dict[str, str | int]:
        """The choices without the result."""
        return {
            "factor": self.factor,
            "what": self.what,
            "clock": self.clock,
            "step": self.step,
            "window": self.window,
            "last": self.last,
        }

    def label(self) -> str:
        """One line."""
        return (
            f"{self.what} with {self.factor}, {self.window} {self.step} steps to {self.last}, "
            f"{self.clock}"
        )


def clocks(
    sessions: pd.DataFrame, days: pd.DataFrame, asset: str
) -> dict[str, dict[str, pd.DataFrame]]:
    """Prices and returns on each clock.

    Args:
        sessions: closes at New York sessions.
        days: closes on all calendar days, missing where there was none.
        asset: column whose bars are of UTC days.

    Returns:
        Clock -> `levels` and `returns`. On `UTC days` a return of the asset is that of its bar,
        so that a Monday's does not hold the weekend; its levels are those of the sessions.
    """
    returns = log_returns(sessions)
    own = returns.assign(**{asset: log_returns(days[[asset]])[asset].reindex(sessions.index)})
    carried = days.ffill().dropna()
    return {
        "sessions": {"levels": sessions, "returns": returns},
        "UTC days": {"returns": own},
        "calendar days": {"levels": carried, "returns": log_returns(carried)},
    }


def curve(
    held: dict[str, dict[str, pd.DataFrame]],
    asset: str,
    factor: str,
    window: int,
    calendar_window: int,
    ends_from: str,
) -> list[Choice]:
    """The correlations of an asset with one factor, over all choices."""
    found = []
    for clock, tables in held.items():
        length = calendar_window if clock == "calendar days" else window
        for what, table in tables.items():
            pair = table[[asset, factor]].dropna()
            found += list(_daily(pair, what, clock, length, ends_from))
    found += list(_weekly(held["sessions"]["levels"][[asset, factor]].dropna(), window))
    return [choice for choice in found if np.isfinite(choice.r)]


def _daily(
    pair: pd.DataFrame, what: str, clock: str, length: int, ends_from: str
) -> Iterator[Choice]:
    lengths = [max(_FEWEST, round(length * factor)) for factor in LENGTHS]
    for window in dict.fromkeys(lengths):
        rolled = pair.iloc[:, 0].rolling(window).corr(pair.iloc[:, 1])
        chosen = rolled.loc[ends_from:] if ends_from else rolled.iloc[-2:]
        for last, r in chosen.items():
            yield Choice(str(pair.columns[1]), what, clock, "daily", window, str(last), float(r))


def _weekly(prices: pd.DataFrame, window: int) -> Iterator[Choice]:
    """Every fifth session, counted back from the last."""
    steps = window // WEEK
    if steps < _FEWEST:
        return
    weeks = prices.iloc[::-1].iloc[::WEEK].iloc[::-1]
    for what, table in (("levels", weeks), ("returns", log_returns(weeks))):
        part = table.tail(steps)
        r = part.iloc[:, 0].corr(part.iloc[:, 1])
        last = str(prices.index[-1])
        yield Choice(str(prices.columns[1]), what, "sessions", "weekly", steps, last, float(r))


def plot(choices: list[Choice], name: str, level: float) -> Plot:
    """The curve from the lowest correlation to the highest; intervals (Fisher) of returns alone.

    A period's windows are many and alike: at most 400 are drawn, evenly from the ordered ones.
    """
    ordered = sorted(choices, key=lambda choice: choice.r)
    if len(ordered) > 400:
        places = np.linspace(0, len(ordered) - 1, 400).round().astype(int)
        ordered = [ordered[place] for place in places]
    ends = [fisher(c.r, c.window, level) if c.what == "returns" else None for c in ordered]
    return {
        "kind": "curve",
        "name": name,
        "label": [choice.label() for choice in ordered],
        "estimate": [choice.r for choice in ordered],
        "lo": [None if one is None else one[0] for one in ends],
        "hi": [None if one is None else one[1] for one in ends],
        "stated": None,
        "choices": [choice.as_dict() for choice in ordered],
    }


def fisher(r: float, n: int, level: float) -> tuple[float, float]:
    """Fisher's z interval, which takes the pairs as independent and near normal."""
    from scipy.stats import norm

    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    reach = norm.ppf(0.5 + level / 2) / np.sqrt(n - 3)
    return float(np.tanh(z - reach)), float(np.tanh(z + reach))


def spread(choices: list[Choice], what: str) -> str:
    """How far the choices of one kind go, as a part of a sentence."""
    found = [choice for choice in choices if choice.what == what]
    low, high = (pick(found, key=lambda choice: choice.r) for pick in (min, max))
    return f"{what} {low.r:.2f} to {high.r:.2f} over {len(found)} choices"


def pairs(asset: str, factors: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of values: one per factor and kind."""
    return tuple(f"{asset}_{factor}_{name}" for factor, name in product(factors, names))
