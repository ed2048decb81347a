"""A generated world: an index, prices, and a transmission that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.sessions import closes
from models.transmission import TransmissionSpec

if TYPE_CHECKING:
    from collections.abc import Callable

REGRESSIONS = (
    *("stationarity", "contemporaneous", "predictive", "downside", "correlation", "granger"),
    "weekend",
)
SYMBOLS = ("BTC-USD", "QQQ", "NVDA", "SPY")


@dataclass(frozen=True)
class World:
    """Index and prices as `run` takes them."""

    index: pd.DataFrame
    prices: pd.DataFrame


def prices_of(returns: pd.DataFrame) -> pd.DataFrame:
    """Bars whose log returns (percent) are these; Bitcoin has some on closed days as well."""
    levels = 100.0 * np.exp(returns.cumsum() / 100.0)
    long = (
        levels.rename_axis("date").reset_index().melt("date", var_name="symbol", value_name="close")
    )
    if "BTC-USD" in levels:
        long = pd.concat([long, _closed_days(levels["BTC-USD"])]).sort_values(["symbol", "date"])
    return long.assign(adj_close=long["close"]).reset_index(drop=True)


def _closed_days(level: pd.Series) -> pd.DataFrame:
    """Bars of the days between sessions: on the straight line between them, and off it by noise."""
    every = pd.date_range(level.index[0], level.index[-1]).strftime("%Y-%m-%d")
    line = level.reindex(every).interpolate()
    noise = np.random.default_rng(9).standard_normal(len(line))
    between = (line * np.exp(noise / 100))[~line.index.isin(level.index)]
    return pd.DataFrame({"date": between.index, "symbol": "BTC-USD", "close": between.to_numpy()})


def make_world(
    n: int = 250,
    seed: int = 5,
    same_day: float = 0.0,
    next_day: float = 0.0,
    down_beta: float = 1.0,
) -> World:
    """Fear is an AR(1) around 100 whose innovation has unit deviation.

    Args:
        n: sessions.
        seed: of the draws.
        same_day: percent by which QQQ moves per unit of innovation, the same session.
        next_day: the same for NVDA, one session later.
        down_beta: beta of BTC-USD on a falling QQQ; on a rising one it is 1.
    """
    rng = np.random.default_rng(seed)
    sessions = closes("2022-01-03", "2027-12-31").index[:n]
    shocks = rng.standard_normal(n)
    fear = np.empty(n)
    fear[0] = shocks[0]
    for day in range(1, n):
        fear[day] = 0.5 * fear[day - 1] + shocks[day]
    noise = rng.standard_normal((n, 4))
    market = 0.8 * noise[:, 0]
    qqq = market + 0.6 * noise[:, 1] + same_day * shocks
    nvda = 1.5 * market + noise[:, 2] + next_day * np.r_[0.0, shocks[:-1]]
    bitcoin = np.where(qqq < 0, down_beta, 1.0) * qqq + noise[:, 3]
    returns = pd.DataFrame(
        {"BTC-USD": bitcoin, "QQQ": qqq, "NVDA": nvda, "SPY": market}, index=sessions
    )
    index = pd.DataFrame({"date": sessions, "value": 100 + fear, "realtime": 100 + fear})
    index.loc[:19, "realtime"] = np.nan  # the burn-in
    return World(index, prices_of(returns))


@pytest.fixture
def world_of() -> Callable[..., World]:
    """The generator."""
    return make_world


@pytest.fixture
def spec() -> TransmissionSpec:
    """Few draws, the symbols of the generated world, and the families of regressions."""
    return TransmissionSpec(
        assets=SYMBOLS[:3],
        controls=(),
        size_draws=100,
        bootstrap_draws=100,
        families=REGRESSIONS,
    )
