"""Did volatility rise from one window to the next, and how far did prices come back?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import log_returns
from models.claims.measure import Interval, Measured
from models.claims.measures.day_move import change
from models.errors import ModelError
from models.resampling import resample
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

_NAMES = (
    "volatility_ratio", "volatility_before_percent", "volatility_percent", "pullback_percent",
    "break_statistic",
)  # fmt: skip
_FEWEST = 10


@dataclass(frozen=True)
class Volatility:
    """Standard deviations of daily returns in two windows, the pullback, and a break.

    `_volatility_ratio` is the window's over that before it, block-bootstrapped window by window;
    volatilities are yearly (times the root of 252); `_pullback_percent` is the deepest fall of
    closes from a peak since `before` began to a low inside the window, positive;
    `_break_statistic` that of Sanso, Arrago and Carrion ("Testing for changes in the unconditional
    variance of financial time series", Revista de Economia Financiera 4, 2004; kappa-1, a CUSUM of
    squares that allows for fat tails; above 1.36 is a break at the 5 % level).

    Attributes:
        symbols: which.
        before: first day of the window before, `YYYY-MM-DD`; it ends where `start` begins.
        start: first day of the window.
        end: its last day.
    """

    symbols: tuple[str, ...]
    before: str
    start: str
    end: str
    kind: ClassVar[str] = "volatility"

    def __post_init__(self) -> None:
        """Refuse what are no windows."""
        for name in ("before", "start", "end"):
            check_day(name, getattr(self, name))
        if not self.before < self.start < self.end:
            raise ModelError("before, start and end must ascend")

    def names(self) -> tuple[str, ...]:
        """Five a symbol."""
        return tuple(f"{symbol}_{name}" for symbol in self.symbols for name in _NAMES)

    def fit(self, look: Look) -> Measured:
        """Compute."""
        values: dict[str, float] = {}
        intervals: dict[str, Interval] = {}
        notes, n = [], 0
        for symbol in self.symbols:
            prices = look.sessions([symbol], self.before, self.end)[symbol]
            returns = log_returns(prices.to_frame())[symbol].dropna()
            old, new = returns[returns.index < self.start], returns.loc[self.start :]
            if min(len(old), len(new)) < _FEWEST:
                raise ModelError(f"{len(old)} and {len(new)} sessions of {symbol} in the windows")
            statistic, day = _break(returns)
            spread = [float(part.std() * np.sqrt(252)) for part in (old, new)]
            found = [spread[1] / spread[0], *spread, _pullback(prices, self.start), statistic]
            values |= {f"{symbol}_{k}": v for k, v in zip(_NAMES, found, strict=True)}
            intervals[f"{symbol}_volatility_ratio"] = _ratio_interval(old, new, look)
            notes.append(
                f"{symbol}: {spread[0]:.0f} % a year over {len(old)} sessions before, "
                f"{spread[1]:.0f} % over {len(new)}; the CUSUM of squares is widest on {day}."
            )
            n = len(new)
        return Measured(values, n, intervals, notes=tuple(notes))


def _ratio_interval(old: pd.Series, new: pd.Series, look: Look) -> Interval:
    """Each window is resampled by itself; the draws are paired as they come."""
    spread = [
        resample(part.to_numpy(), look.draws, look.rng).std(axis=1, ddof=1) for part in (old, new)
    ]
    half = (1 - look.level) / 2
    low, high = np.quantile(spread[1] / spread[0], [half, 1 - half])
    return float(low), float(high)


def _pullback(prices: pd.Series, start: str) -> float:
    top = prices.cummax().loc[start:]
    inside = prices.loc[start:]
    return -min(change(float(high), float(price)) for high, price in zip(top, inside, strict=True))


def _break(returns: pd.Series) -> tuple[float, str]:
    squares = (returns.to_numpy() - returns.mean()) ** 2
    n, variance = len(squares), squares.mean()
    if variance == 0:
        raise ModelError(f"{returns.name} stands still from {returns.index[0]}")
    sums = squares.cumsum()
    path = sums - np.arange(1, n + 1) / n * sums[-1]
    scale = np.sqrt(max(float((squares**2).mean() - variance**2), 1e-300))
    widest = int(np.abs(path).argmax())
    return float(np.abs(path[widest]) / (scale * np.sqrt(n))), str(returns.index[widest])
