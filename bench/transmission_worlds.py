"""Markets for the lab's benchmarks: real returns put elsewhere in time, and planted effects.

Real returns are read from the price files where they lie beside the project (`../shared/data`);
where they do not, generated ones of the same shape take their place, and the result says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from models.resampling import mean_block, stationary_indices
from models.sessions import closes
from models.transmission.alignment import aligned

FOLDER: Final = Path(__file__).resolve().parents[1] / "../shared/data/e2e/market"
ASSETS: Final = ("BTC-USD", "QQQ", "NVDA", "ORCL", "AMD", "MSFT", "AVGO", "IXIC")
OTHERS: Final = ("SPY", "VIX", "DXY", "TNX")
RATES: Final = ("VIX", "TNX")
_BURN: Final = 50


@dataclass(frozen=True)
class World:
    """Index and prices as the lab takes them."""

    index: pd.DataFrame
    prices: pd.DataFrame


def has_real_prices() -> bool:
    """Whether the real price files are there."""
    return FOLDER.is_dir()


def real_prices() -> pd.DataFrame:
    """Every bar of the benchmark's symbols: symbol, date, close, adj_close."""
    parts = [
        pd.read_csv(FOLDER / f"{name}.csv", usecols=["date", "close", "adj_close"]).assign(
            symbol=name
        )
        for name in (*ASSETS, *OTHERS)
    ]
    return pd.concat(parts, ignore_index=True)


def session_returns() -> pd.DataFrame:
    """Complete rows of returns (percent; points for rates), one row per session."""
    if has_real_prices():
        return aligned(real_prices()).returns(RATES)[[*ASSETS, *OTHERS]].dropna()
    rng = np.random.default_rng(3)
    common = rng.standard_t(5, (1_500, 1))
    own = rng.standard_t(5, (1_500, len(ASSETS) + len(OTHERS)))
    sessions = closes("2020-01-02", "2026-12-31").index[:1_500]
    return pd.DataFrame(common + own, index=sessions, columns=[*ASSETS, *OTHERS])


def fear(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """An index like the real one, and its innovations of unit deviation.

    Never below zero, often at it, persistent, with a heavy right tail: news of a rare kind.
    """
    shocks = rng.standard_t(4, n + _BURN) / np.sqrt(2.0)
    level = np.zeros(n + _BURN)
    for day in range(1, n + _BURN):
        level[day] = 0.6 * level[day - 1] + shocks[day]
    return 100.0 * np.exp(0.5 * level[_BURN:]), shocks[_BURN:]


def null_world(returns: pd.DataFrame, n: int, rng: np.random.Generator) -> World:
    """Returns in joint blocks put elsewhere in time, and an index that knows nothing of them."""
    block = max(mean_block(np.abs(returns["QQQ"].to_numpy())), 5.0)
    places = stationary_indices(len(returns), 1, block, rng, n)[0]
    index, _ = fear(n, rng)
    return world(returns.to_numpy()[places], list(returns.columns), index)


def planted_world(
    returns: pd.DataFrame, n: int, rng: np.random.Generator, effects: dict[str, tuple[float, float]]
) -> World:
    """A null world in which each named asset also moves with the innovations.

    Args:
        returns: as `session_returns` gives them.
        n: sessions.
        rng: source of the draws.
        effects: asset -> percent per unit of innovation in its session, and in the session after.
    """
    block = max(mean_block(np.abs(returns["QQQ"].to_numpy())), 5.0)
    places = stationary_indices(len(returns), 1, block, rng, n)[0]
    moved = returns.iloc[places].reset_index(drop=True)
    shocks = rng.standard_normal(n)
    level = np.empty(n)
    level[0] = shocks[0]
    for day in range(1, n):
        level[day] = 0.5 * level[day - 1] + shocks[day]
    for name, (same, next_) in effects.items():
        moved[name] += same * shocks + next_ * np.r_[0.0, shocks[:-1]]
    return world(moved.to_numpy(), list(moved.columns), 100.0 + level)


def world(returns: np.ndarray, names: list[str], index: np.ndarray) -> World:
    """Index and prices whose session returns are these."""
    sessions = closes("2000-01-03", "2026-12-31").index[: len(returns)]
    table = pd.DataFrame(returns, index=sessions, columns=names)
    levels = 100.0 * (table.cumsum() / 100.0).apply(np.exp)
    for name in RATES:
        walk = table[name].cumsum()
        levels[name] = 20.0 + walk - walk.min()  # a rate's points, above zero
    long = levels.rename_axis("date").reset_index().melt("date", var_name="symbol")
    prices = long.rename(columns={"value": "close"}).assign(adj_close=lambda t: t["close"])
    values = {"date": sessions, "value": index, "realtime": index}
    return World(pd.DataFrame(values), prices)
