"""Correlation of price levels beside that of returns, and what the first is worth.

Prices wander. Two walks that have nothing to do with one another correlate in levels at .9 or -.9
in many a window (Yule, "Why do we sometimes get nonsense-correlations between time-series?",
Journal of the Royal Statistical Society 89(1), 1926), so a high correlation of levels is no
evidence of a relation. How often it comes by itself is measured here: prices are made from returns
that are resampled for each asset on its own, and their levels are correlated over as many sessions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import resample
from models.transmission import display
from models.transmission.frames import together

if TYPE_CHECKING:
    from collections.abc import Sequence

WARNING = (
    "correlation of price levels is no evidence of co-movement: unrelated random walks reach it "
    "too; p_levels says how often"
)


@dataclass(frozen=True)
class LevelsAndReturns:
    """Both correlations of the same windows.

    Attributes:
        table: columns `levels`, `returns`, `p_levels` by the last session of each window;
            `p_levels` is the share of unrelated pairs whose |correlation of levels| is as high.
        window: sessions (prices) in each.
        exceeded: the |correlation of levels| that one unrelated pair in twenty exceeds.
        draws: unrelated pairs.
    """

    table: pd.DataFrame
    window: int
    exceeded: float
    draws: int

    @property
    def rank(self) -> float:
        """Share of the windows up to the last whose correlation of returns is not above it."""
        return rank_in_history(self.table["returns"])

    def to_frame(self) -> pd.DataFrame:
        """The table."""
        return self.table

    def summary(self) -> str:
        """The last windows and the warning."""
        return display.text(*self._shown())

    def _repr_html_(self) -> str:
        return display.html(*self._shown())

    def _shown(self) -> tuple[str, pd.DataFrame, Sequence[str]]:
        notes = [
            WARNING,
            f"of {self.draws} unrelated pairs one in twenty exceeds {self.exceeded:.2f} in levels",
        ]
        return f"Correlation over {self.window} sessions", self.table.tail(5), notes


def levels_and_returns(
    first_prices: pd.Series,
    second_prices: pd.Series,
    window: int,
    draws: int = 999,
    seed: int = 0,
) -> LevelsAndReturns:
    """Correlate prices, and their log returns, over each window.

    Args:
        first_prices: by session, all above 0.
        second_prices: on the same index.
        window: prices in each window; its returns are one fewer.
        draws: unrelated pairs behind `p_levels`.
        seed: of the draws.

    Raises:
        ModelError: the input cannot be used (naming the rows), a price is not above 0, or no
            window is full.
    """
    prices = together(first_prices, second_prices)
    low = prices.index[(prices <= 0).any(axis=1)]
    if len(low):
        raise ModelError(f"a price is not above 0 at {low[0]}")
    if not 5 <= window <= len(prices):
        raise ModelError(f"{len(prices)} prices fill no window of {window} (5 or more)")
    returns = prices.apply(np.log).diff()
    of_levels = _rolling(prices, window)
    unrelated = unrelated_levels(returns.iloc[1:], window, draws, np.random.default_rng(seed))
    beyond = len(unrelated) - np.searchsorted(unrelated, of_levels.abs() - 1e-12)
    table = pd.DataFrame(
        {
            "levels": of_levels,
            "returns": _rolling(returns, window - 1).reindex(of_levels.index),
            "p_levels": (beyond + 1) / (draws + 1),
        }
    )
    exceeded = float(np.quantile(unrelated, 0.95))
    return LevelsAndReturns(table.loc[of_levels.index], window, exceeded, draws)


def unrelated_levels(
    returns: pd.DataFrame, window: int, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """|Correlation of levels| of unrelated pairs over a window, ascending, shape (draws,).

    Each asset keeps its own drift, fat tails and clustered variance (stationary block bootstrap).
    """
    paths = []
    for name in returns:
        steps = resample(returns[name].to_numpy(), draws, rng, window)
        steps[:, 0] = 0.0
        paths.append(np.exp(np.cumsum(steps, axis=1)))
    first, second = (path - path.mean(axis=1, keepdims=True) for path in paths)
    scale = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.asarray(np.sort(np.abs((first * second).sum(axis=1) / scale)))


def rank_in_history(correlations: pd.Series) -> float:
    """Share of the values, the last among them, that are not above the last."""
    values = correlations.dropna()
    if values.empty:
        raise ModelError("no window has a correlation")
    return float((values <= values.iloc[-1]).mean())


def _rolling(frame: pd.DataFrame, window: int) -> pd.Series:
    r = frame.iloc[:, 0].rolling(window).corr(frame.iloc[:, 1])
    return r.iloc[window - 1 :].dropna()
