"""The sample's market is what its generator makes, and holds exactly what it says is planted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

Floats = npt.NDArray[np.float64]
SYMBOLS = ("QQQ", "SPY", "NVDA", "BTC-USD")


@pytest.fixture(scope="module")
def committed(sample: Path) -> dict[str, pd.DataFrame]:
    return {symbol: pd.read_csv(sample / "market" / f"{symbol}.csv") for symbol in SYMBOLS}


@pytest.fixture(scope="module")
def planted(sample: Path) -> Any:
    return json.loads((sample / "planted.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def innovation(generate: ModuleType, sample: Path) -> Floats:
    values: Floats = generate.innovations(generate.coded_fear(sample / "news.csv"))
    return values


def returns(generate: ModuleType, frame: pd.DataFrame) -> Floats:
    """One-day log returns of the news sessions (Bitcoin's own day, not since the last session)."""
    log = np.log(frame.set_index("date")["close"]).diff()
    return log.loc[generate.news_sessions().strftime("%Y-%m-%d")].to_numpy()


def slopes(y: Floats, *columns: Floats) -> Floats:
    design = np.column_stack([np.ones(len(y)), *columns])
    coefficients: Floats = np.linalg.lstsq(design, y, rcond=None)[0]
    return coefficients[1:]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_committed_bars_are_regenerated(
    symbol: str, generate: ModuleType, committed: dict[str, pd.DataFrame], sample: Path
) -> None:
    made = generate.market(sample / "news.csv")[symbol]
    # one unit of the last written digit: a linear-algebra library may round the other way
    pd.testing.assert_frame_equal(made, committed[symbol], check_exact=False, atol=1.01e-4, rtol=0)


def test_statement_is_regenerated(generate: ModuleType, planted: Any) -> None:
    assert generate.statement() == planted


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_bars_are_possible(symbol: str, committed: dict[str, pd.DataFrame]) -> None:
    bars = committed[symbol]
    assert (bars["high"] >= bars[["open", "close", "low"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["volume"] > 0).all()
    days = pd.to_datetime(bars["date"])
    assert days.is_monotonic_increasing
    assert days.dt.dayofweek.isin([5, 6]).any() == (symbol == "BTC-USD")


def test_sixty_sessions_precede_the_news(committed: dict[str, pd.DataFrame]) -> None:
    dates = committed["QQQ"]["date"]
    assert (dates < "2025-01-02").sum() == 60
    assert dates.iloc[-1] == "2025-03-07"


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_same_session_effect_is_the_stated_one(
    symbol: str,
    generate: ModuleType,
    committed: dict[str, pd.DataFrame],
    planted: Any,
    innovation: Floats,
) -> None:
    effect = slopes(returns(generate, committed[symbol]), innovation)[0]
    assert effect == pytest.approx(planted["same_session_effect"][symbol], abs=2e-6)


def test_bitcoin_has_the_stated_beta_given_fear(
    generate: ModuleType, committed: dict[str, pd.DataFrame], planted: Any, innovation: Floats
) -> None:
    bitcoin = returns(generate, committed["BTC-USD"])
    qqq = returns(generate, committed["QQQ"])
    stated = planted["beta_of_bitcoin_on_QQQ"]["given fear"]
    standard_error = planted["series"]["BTC-USD"]["noise"] / (0.005 * np.sqrt(len(qqq)))
    assert slopes(bitcoin, qqq, innovation)[0] == pytest.approx(stated, abs=2.5 * standard_error)


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("lag", [1, 2, 3])
def test_nothing_predictive_is_planted(
    symbol: str,
    lag: int,
    generate: ModuleType,
    committed: dict[str, pd.DataFrame],
    planted: Any,
    innovation: Floats,
) -> None:
    """Given the same session's fear, yesterday's neither leads nor follows returns."""
    assert planted["predictive_effect"] == planted["effect_of_returns_on_later_fear"] == 0
    values = returns(generate, committed[symbol])
    ahead = slopes(values[lag:], innovation[lag:], innovation[:-lag])[1]
    behind = slopes(values[:-lag], innovation[:-lag], innovation[lag:])[1]
    assert abs(ahead) < 4e-4
    assert abs(behind) < 4e-4
