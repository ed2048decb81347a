"""A generated market whose betas, crashes and leads are known, and claims about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from models.claims import Audited, audit, read
from models.sessions import closes

if TYPE_CHECKING:
    from collections.abc import Callable

SESSIONS = closes("2022-01-03", "2025-12-31").index


def bars_of(symbol: str, dates: list[str], close: np.ndarray) -> pd.DataFrame:
    """Bars that open at the close before, with lows and highs a percent beyond."""
    opens = np.r_[close[0], close[:-1]]
    table = {
        "symbol": symbol,
        "date": dates,
        "open": opens,
        "high": 1.01 * np.maximum(opens, close),
        "low": 0.99 * np.minimum(opens, close),
        "close": close,
        "adj_close": close,
    }
    return pd.DataFrame(table)


def make_market(
    n: int = 800, seed: int = 3, down: float = 2.0, up: float = 1.0, lead: float = 0.0
) -> pd.DataFrame:
    """TECH, COIN and MKT: COIN moves `down` with a falling TECH and `up` with a rising one.

    With `lead`, TECH's return holds that much of COIN's noise of the session before.
    """
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n, 3))
    tech = noise[:, 0] + lead * np.r_[0.0, noise[:-1, 1]]
    coin = np.where(tech < 0, down, up) * tech + noise[:, 1]
    market = 0.5 * tech + noise[:, 2]
    dates = list(SESSIONS[:n])
    parts = [
        bars_of(name, dates, 100.0 * np.exp(steps.cumsum() / 100.0))
        for name, steps in (("TECH", tech), ("COIN", coin), ("MKT", market))
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def market() -> pd.DataFrame:
    """One draw of it."""
    return make_market()


@pytest.fixture
def market_of() -> Callable[..., pd.DataFrame]:
    """The generator."""
    return make_market


@pytest.fixture
def bars() -> Callable[[str, list[str], np.ndarray], pd.DataFrame]:
    """Makes bars."""
    return bars_of


def claim_of(kind: str, measure: dict[str, Any], *checks: dict[str, Any]) -> dict[str, Any]:
    """A document of one claim whose checks are `expects`."""
    table = {"id": "1", "claim": "Something moved.", "kind": kind, "measure": measure}
    return {"claim": [table | {"expects": list(checks)}]}


@pytest.fixture
def answer() -> Callable[..., Audited]:
    """Answers one claim from prices."""

    def found(
        prices: pd.DataFrame | None,
        kind: str,
        measure: dict[str, Any],
        *checks: dict[str, Any],
        index: pd.DataFrame | None = None,
    ) -> Audited:
        claims = read(claim_of(kind, measure, *checks))
        return audit(claims, prices, index, draws=199)["1"]

    return found
