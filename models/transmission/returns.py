"""Log returns by New York session, and what the clock does to Bitcoin's.

A bar of Bitcoin dated D covers 00:00-24:00 UTC of D, so it ends at 19:00 New York (20:00 in
summer), three to four hours *after* the close of session D (six to seven on half days). We take
it as Bitcoin's price at session D. So:

- Monday's return runs from Friday's bar to Monday's: the weekend is inside it, as it is inside
  Monday's fear.
- News of the first hours after a close belongs to the next session, while Bitcoin's reaction to
  it may already be in the bar of the session before. `lead_lag_betas` (after Dimson, "Risk
  measurement when shares are subject to infrequent trading", Journal of Financial Economics 7,
  1979) says how much of the co-movement lies there.
- A prediction from session t to Bitcoin's return of t+1 starts three to four hours after the
  news ends: it never looks ahead.

A missing bar makes the two returns around it missing; nothing is filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.sessions import closes

if TYPE_CHECKING:
    from collections.abc import Sequence

CRYPTO_ALIGNMENT = (
    "bars end at 24:00 UTC, 3-4 hours after the New York close (6-7 on half days); "
    "taken as the price of that session"
)


def session_prices(
    prices: pd.DataFrame, symbols: Sequence[str] | None = None, *, adjusted: bool = True
) -> pd.DataFrame:
    """Price at each New York session: the adjusted close where a symbol has it on every bar.

    Args:
        prices: columns `symbol, date` (`YYYY-MM-DD` or timestamps), `close, adj_close`; dates
            ascending within a symbol. Bars of days without a session (weekends of Bitcoin) are
            passed over.
        symbols: which to take, in this order; None = all.
        adjusted: False takes the close of every symbol.

    Returns:
        One column per symbol that has bars, one row per session (text) from the first bar to the
        last; missing = NaN.

    Raises:
        ModelError: a column is missing, a date cannot be read, dates are double or out of order,
            or a price is not a positive number.
    """
    bars = _checked(prices)
    if not adjusted:
        bars = bars.assign(adj_close=np.nan)
    if symbols is not None:
        bars = bars[bars["symbol"].isin(list(symbols))]
    if bars.empty:
        raise ModelError("there are no prices of the symbols asked for")
    sessions = closes(bars["date"].min(), bars["date"].max()).index
    found = {str(name): _at_sessions(group, sessions) for name, group in bars.groupby("symbol")}
    order = [name for name in symbols if name in found] if symbols is not None else sorted(found)
    return pd.DataFrame({name: found[name] for name in order}, index=sessions)


def session_returns(prices: pd.DataFrame, symbols: Sequence[str] | None = None) -> pd.DataFrame:
    """Log returns from one New York session to the next, of `session_prices`.

    Returns:
        As `session_prices`; the first row is always missing.

    Raises:
        ModelError: as `session_prices`.
    """
    return session_prices(prices, symbols).apply(np.log).diff()


def lead_lag_betas(returns: pd.DataFrame, asset: str, factor: str) -> dict[str, float]:
    """Betas of the asset on the factor's return before, at and after each session.

    With perfectly aligned clocks of an unpredictable asset, only the middle one differs from 0.

    Returns:
        `lag`, `same`, `lead` and their `sum`, from one regression.

    Raises:
        ModelError: fewer than 20 complete sessions.
    """
    x = returns[factor]
    table = pd.concat([returns[asset], x.shift(1), x, x.shift(-1)], axis=1).dropna()
    if len(table) < 20:
        raise ModelError(f"only {len(table)} complete sessions of {asset} and {factor}")
    values = table.to_numpy()
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    betas = np.linalg.lstsq(design, values[:, 0], rcond=None)[0][1:]
    lag, same, lead = (float(beta) for beta in betas)
    return {"lag": lag, "same": same, "lead": lead, "sum": lag + same + lead}


def _checked(prices: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("symbol", "date", "close", "adj_close") if name not in prices]
    if missing:
        raise ModelError(f"the prices lack the columns {', '.join(missing)}")
    if prices.empty:
        raise ModelError("there are no prices")
    bars = prices[["symbol", "date", "close", "adj_close"]].copy()
    bars["date"] = as_dates(bars["date"], "prices")
    double = bars.duplicated(["symbol", "date"])
    if double.any():
        first = bars[double].iloc[0]
        raise ModelError(f"two prices of {first['symbol']} on {first['date']}")
    backwards = bars["date"] < bars.groupby("symbol")["date"].shift(1)
    if backwards.any():
        first = bars[backwards].iloc[0]
        raise ModelError(f"prices of {first['symbol']} are out of order at {first['date']}")
    for name in ("close", "adj_close"):
        values = bars[name].astype("float64")
        bad = (values <= 0) | np.isinf(values)
        if bad.any():
            first = bars[bad].iloc[0]
            raise ModelError(f"{name} of {first['symbol']} on {first['date']} is {first[name]}")
        bars[name] = values
    return bars


def as_dates(dates: pd.Series, whose: str) -> pd.Series:
    """Dates as `YYYY-MM-DD` text.

    Raises:
        ModelError: one is missing or is no date.
    """
    try:
        parsed = pd.to_datetime(dates, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise ModelError(
            f"a date of the {whose} cannot be read: {error}".splitlines()[0]
        ) from error
    if parsed.isna().any():
        raise ModelError(f"{int(parsed.isna().sum())} rows of the {whose} have no date")
    return parsed.dt.strftime("%Y-%m-%d")


def _at_sessions(bars: pd.DataFrame, sessions: pd.Index) -> pd.Series:
    """Price at each session; missing where the bar or its price is."""
    column = "adj_close" if bars["adj_close"].notna().all() else "close"
    return bars.set_index("date")[column].reindex(sessions)
