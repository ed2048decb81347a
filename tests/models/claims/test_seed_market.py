"""The price claims of the seed file on the real market, beside figures made in plain pandas."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from statsmodels.regression.linear_model import OLS

from models.claims import Audit, audit, read

if TYPE_CHECKING:
    from pathlib import Path

PRICE = ("5", "6", "8", "9", "10", "11", "12", "13", "14", "16", "29", "41", "42", "43", "44")
SYMBOLS = (
    "ORCL", "NVDA", "AMD", "IXIC", "QQQ", "SPY", "BTC-USD", "HYG", "DXY", "TNX", "FRED_M2SL",
)  # fmt: skip
DAY = "2025-12-11"


@pytest.fixture(scope="module")
def files(shared_data: Path) -> dict[str, pd.DataFrame]:
    folder = shared_data / "e2e" / "market"
    return {name: pd.read_csv(folder / f"{name}.csv") for name in SYMBOLS}


@pytest.fixture(scope="module")
def found(files: dict[str, pd.DataFrame], repository: Path) -> Audit:
    document = tomllib.loads((repository / "claims" / "seed.toml").read_text(encoding="utf-8"))
    claims = [claim for claim in read(document) if claim.id in PRICE]
    prices = pd.concat([table.assign(symbol=name) for name, table in files.items()])
    return audit(claims, prices, draws=199)


@pytest.fixture(scope="module")
def bars(files: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: table.set_index("date") for name, table in files.items()}


def value(found: Audit, claim: str) -> dict[str, float]:
    values = found[claim].value
    assert values is not None
    return values


def percent(start: float, end: float) -> Any:
    return pytest.approx(100 * (end - start) / start, abs=1e-9)


def test_oracle(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    base, day = bars["ORCL"].loc["2025-12-10"], bars["ORCL"].loc[DAY]
    assert -value(found, "5")["ORCL_fall_to_low_percent"] == percent(base.close, day.low)
    assert value(found, "5")["ORCL_close_percent"] == percent(base.close, day.close)
    assert value(found, "5")["ORCL_open_percent"] == percent(base.close, day.open)
    assert found["5"].verdict == "reproduced"


@pytest.mark.parametrize("symbol", ["NVDA", "AMD", "IXIC", "QQQ"])
def test_the_others_that_day(found: Audit, bars: dict[str, pd.DataFrame], symbol: str) -> None:
    base, day = bars[symbol].loc["2025-12-10"], bars[symbol].loc[DAY]
    assert value(found, "6")[f"{symbol}_close_percent"] == percent(base.close, day.close)
    assert value(found, "6")[f"{symbol}_low_percent"] == percent(base.close, day.low)


def test_levels_and_rebounds(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    coin, nvidia = bars["BTC-USD"].loc[DAY], bars["NVDA"].loc[DAY]
    assert value(found, "8")["BTC-USD_low"] == coin.low
    assert value(found, "8")["BTC-USD_close"] == coin.close
    assert found["8"].verdict == ("reproduced" if coin.low < 90_000 else "contradicted")
    month = bars["BTC-USD"].loc["2025-11-12":DAY]
    assert value(found, "8")["BTC-USD_days_traded_below"] == (month.low < 90_000).sum()
    assert value(found, "43")["NVDA_low_to_close_percent"] == percent(nvidia.low, nvidia.close)
    assert value(found, "44")["BTC-USD_low_to_close_percent"] == percent(coin.low, coin.close)
    assert value(found, "44")["BTC-USD_close_minus_level"] == pytest.approx(coin.close - 92_000)


@pytest.mark.parametrize("symbol", ["BTC-USD", "IXIC", "QQQ"])
def test_since_the_rate_cut(found: Audit, bars: dict[str, pd.DataFrame], symbol: str) -> None:
    close = bars[symbol].close
    values = value(found, "13")
    assert values[f"{symbol}_change_percent"] == percent(close["2025-09-17"], close[DAY])
    before = values[f"{symbol}_to_day_before_percent"]
    assert before == percent(close["2025-09-17"], close["2025-12-10"])


def correlations(first: pd.Series, second: pd.Series, end: str, n: int) -> tuple[float, float]:
    """Of returns and of levels over n sessions."""
    pair = pd.concat([first, second], axis=1, join="inner").loc[:end]
    returns = np.log(pair).diff().tail(n)
    levels = pair.tail(n)
    return returns.iloc[:, 0].corr(returns.iloc[:, 1]), levels.iloc[:, 0].corr(levels.iloc[:, 1])


def test_correlation_with_nvidia(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    pair = (bars["BTC-USD"].close, bars["NVDA"].close)
    returns, levels = correlations(*pair, "2025-11-19", 63)
    values = value(found, "11")
    assert values["BTC-USD_NVDA_returns"] == pytest.approx(returns)
    assert values["BTC-USD_NVDA_levels"] == pytest.approx(levels)
    assert abs(levels - 0.96) > 0.02
    assert found["11"].verdict == "contradicted"


@pytest.mark.parametrize("symbol", ["IXIC", "QQQ"])
def test_correlation_with_the_nasdaq(
    found: Audit, bars: dict[str, pd.DataFrame], symbol: str
) -> None:
    coin, index = bars["BTC-USD"].close, bars[symbol].close
    returns, levels = correlations(coin, index, "2025-12-10", 30)
    values = value(found, "12")
    assert values[f"BTC-USD_{symbol}_returns"] == pytest.approx(returns)
    assert values[f"BTC-USD_{symbol}_levels"] == pytest.approx(levels)
    pair = pd.concat([coin, index], axis=1, join="inner").loc[:"2025-12-10"]
    month = np.log(pair).diff().loc["2025-11-11":]
    calendar = month.iloc[:, 0].corr(month.iloc[:, 1])
    assert values[f"BTC-USD_{symbol}_returns_from_first"] == pytest.approx(calendar)
    interval = found["12"].interval
    assert interval is not None
    reach = 1.959964 / np.sqrt(27)
    expected = np.tanh(np.arctanh(returns) + np.array([-reach, reach]))
    assert interval[f"BTC-USD_{symbol}_returns_fisher"] == pytest.approx(tuple(expected), abs=1e-6)


def session_returns(bars: dict[str, pd.DataFrame], *names: str) -> pd.DataFrame:
    """Log returns in percent of adjusted closes, where a symbol has them, to the day."""
    prices = {n: bars[n].adj_close.fillna(bars[n].close) for n in names}
    wide = pd.concat(prices, axis=1, join="inner").loc[:DAY]
    return 100 * np.log(wide).diff().dropna()


@pytest.mark.parametrize("factor", ["QQQ", "NVDA"])
def test_betas(found: Audit, bars: dict[str, pd.DataFrame], factor: str) -> None:
    rows = session_returns(bars, "BTC-USD", factor)
    moves = rows[factor]
    design = np.column_stack([np.ones(len(rows)), moves.clip(lower=0), moves.clip(upper=0)])
    _, up, down = OLS(rows["BTC-USD"].to_numpy(), design).fit().params
    values = value(found, "10")
    assert values[f"{factor}_up_beta"] == pytest.approx(up)
    assert values[f"{factor}_down_beta"] == pytest.approx(down)
    assert values[f"{factor}_asymmetry"] == pytest.approx(down - up)


def test_volatility_and_pullback(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    close = bars["QQQ"].close.loc["2025-08-01":"2025-11-28"]
    returns = np.log(close).diff()
    after, before = returns.loc["2025-11-01":], returns.loc[:"2025-10-31"]
    values = value(found, "16")
    assert values["QQQ_volatility_ratio"] == pytest.approx(after.std() / before.std())
    fall = (1 - close / close.cummax()).loc["2025-11-01":].max()
    assert values["QQQ_pullback_percent"] == pytest.approx(100 * fall)


def test_money(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    coin = bars["BTC-USD"].close.loc[:"2025-11-30"]
    by_month = coin.groupby(coin.index.str[:7])
    stock = bars["FRED_M2SL"].close
    money = pd.Series(stock.to_numpy(), index=stock.index.str[:7])
    table = pd.DataFrame({"coin": by_month.mean(), "end": by_month.last(), "money": money}).dropna()
    growth = np.log(table).diff()
    values = value(found, "29")
    assert values["levels_correlation"] == pytest.approx(table["coin"].corr(table["money"]))
    expected = growth["coin"].corr(growth["money"])
    assert values["monthly_growth_correlation"] == pytest.approx(expected)
    expected = growth["end"].corr(growth["money"])
    assert values["month_end_monthly_growth_correlation"] == pytest.approx(expected)
    assert found["29"].n == len(table) == 71


def test_who_is_first(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    rows = session_returns(bars, "BTC-USD", "QQQ")
    coin, tech = rows["BTC-USD"], rows["QQQ"]
    values = value(found, "42")
    lead = values["BTC-USD_before_QQQ_correlation"]
    assert lead == pytest.approx(coin.shift(1).corr(tech))
    lag = values["QQQ_before_BTC-USD_correlation"]
    assert lag == pytest.approx(tech.shift(1).corr(coin))
    assert values["lead_difference_correlation"] == pytest.approx(lead - lag)
    # The ranks agree on the sign of what is there on the same day.
    assert values["same_day_correlation"] * spearmanr(coin, tech).statistic > 0


def test_the_day_among_all_days(found: Audit, bars: dict[str, pd.DataFrame]) -> None:
    rows = session_returns(bars, "BTC-USD", "SPY", "QQQ")
    past = rows["BTC-USD"].iloc[-1 - 130 : -1 - 10]
    values = value(found, "41")
    assert rows.index[-1] == DAY
    expected = rows["BTC-USD"].iloc[-1] - past.mean()
    assert values["BTC-USD_raw_percent"] == pytest.approx(expected)
    coin = bars["BTC-USD"]
    assert values["BTC-USD_close_percent"] == percent(coin.close["2025-12-10"], coin.close[DAY])
    assert found["41"].verdict != "reproduced"
