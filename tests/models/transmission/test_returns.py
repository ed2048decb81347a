"""Returns by session, and what is done about clocks, gaps and bad bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission.returns import lead_lag_betas, session_returns

if TYPE_CHECKING:
    from collections.abc import Callable


def bars(symbol: str, closes: dict[str, float], adjusted: bool = False) -> pd.DataFrame:
    values = list(closes.values())
    frame = pd.DataFrame({"symbol": symbol, "date": list(closes), "close": values})
    return frame.assign(adj_close=[value / 2 for value in values] if adjusted else np.nan)


BITCOIN = {
    "2025-12-11": 100.0,
    "2025-12-12": 110.0,
    "2025-12-13": 500.0,  # a Saturday: no session of its own
    "2025-12-14": 700.0,
    "2025-12-15": 121.0,
}


def test_mondays_return_holds_the_weekend() -> None:
    returns = session_returns(bars("BTC-USD", BITCOIN))["BTC-USD"]
    assert returns.index.tolist() == ["2025-12-11", "2025-12-12", "2025-12-15"]
    assert returns.iloc[1:].tolist() == pytest.approx([np.log(1.1), np.log(1.1)])
    assert pd.isna(returns.iloc[0])


def test_a_missing_bar_makes_both_its_returns_missing() -> None:
    stock = bars("QQQ", {"2025-12-10": 10, "2025-12-11": 11, "2025-12-15": 13, "2025-12-16": 14})
    returns = session_returns(stock)["QQQ"]
    assert returns.isna().tolist() == [True, False, True, True, False]


def test_adjusted_closes_are_used_where_a_symbol_has_them_throughout() -> None:
    split = bars("NVDA", {"2025-12-11": 10.0, "2025-12-12": 20.0}, adjusted=True)
    split.loc[1, "adj_close"] = 5.0
    assert session_returns(split)["NVDA"].iloc[1] == pytest.approx(0.0)
    split.loc[0, "adj_close"] = np.nan
    assert session_returns(split)["NVDA"].iloc[1] == pytest.approx(np.log(2))


def test_symbols_keep_the_order_asked_for() -> None:
    both = pd.concat([bars("A", {"2025-12-11": 1, "2025-12-12": 2}), bars("B", BITCOIN)])
    assert session_returns(both, ["B", "C", "A"]).columns.tolist() == ["B", "A"]
    assert session_returns(both).columns.tolist() == ["A", "B"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="close"), "lack the columns close"),
        (lambda frame: frame.iloc[:0], "no prices"),
        (lambda frame: pd.concat([frame, frame.tail(1)]), "two prices of BTC-USD on 2025-12-15"),
        (lambda frame: frame.iloc[::-1], "out of order at 2025-12-14"),
        (lambda frame: frame.assign(close=-1.0), "close of BTC-USD on 2025-12-11 is -1"),
        (lambda frame: frame.assign(close=np.inf), "is inf"),
        (lambda frame: frame.assign(date="someday"), "cannot be read"),
        (lambda frame: frame.assign(date=None), "have no date"),
    ],
)
def test_bad_bars_give_one_clear_error(
    change: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        session_returns(change(bars("BTC-USD", BITCOIN)))
    assert "\n" not in str(caught.value)


def test_no_prices_of_the_symbols_asked_for() -> None:
    with pytest.raises(ModelError, match="symbols asked for"):
        session_returns(bars("BTC-USD", BITCOIN), ["QQQ"])


def test_lead_lag_betas_find_a_shifted_clock() -> None:
    """Four of every 24 hours of the asset's bar lie after the factor's close."""
    rng = np.random.default_rng(2)
    hours = rng.standard_normal(24 * 2000)
    factor = hours.reshape(-1, 24).sum(axis=1)
    asset = np.roll(hours, -4).reshape(-1, 24).sum(axis=1)
    table = pd.DataFrame({"BTC-USD": asset, "QQQ": factor})
    betas = lead_lag_betas(table, "BTC-USD", "QQQ")
    assert betas["lead"] == pytest.approx(4 / 24, abs=0.05)
    assert betas["same"] == pytest.approx(20 / 24, abs=0.05)
    assert betas["lag"] == pytest.approx(0.0, abs=0.05)
    assert betas["sum"] == pytest.approx(1.0, abs=0.06)
    with pytest.raises(ModelError, match="complete sessions"):
        lead_lag_betas(table.head(10), "BTC-USD", "QQQ")
