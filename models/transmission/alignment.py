"""One clock for an asset that never sleeps and an exchange that does.

New York's sessions end at 16:00 there (13:00 on half days). A daily bar of Bitcoin ends at 24:00
UTC, three to seven hours later (`models.transmission.returns`). Where bars within the day are
given, the price at the close itself is known, and Bitcoin's return runs from session close to
session close as a share's does: nothing is approximated then.

Weekends and holidays are windows of their own: `closed_returns` is what Bitcoin did in the days on
which New York did not trade, between the bar of a session and that of the day before the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.sessions import closes
from models.transmission.returns import as_dates, session_prices

if TYPE_CHECKING:
    from collections.abc import Sequence

# A bar that ended longer before the close than this is not the price at the close.
TOLERANCE = pd.Timedelta(minutes=60)
INTRADAY_COLUMNS = ("symbol", "at", "close")


@dataclass(frozen=True)
class Aligned:
    """Prices at sessions.

    Attributes:
        prices: one column per symbol, one row per session (text); missing = NaN.
        exact: the same shape: whether a price is that of the session's close (from a bar within
            the day) and not that of the daily bar.
    """

    prices: pd.DataFrame
    exact: pd.DataFrame

    def returns(self, differenced: Sequence[str] = ()) -> pd.DataFrame:
        """Log returns in percent (changes in points of the `differenced`), session by session.

        A return from a daily bar's end to a session's close would be of another length: at the
        joint between both kinds there is none.
        """
        logs = self.prices.drop(columns=list(differenced), errors="ignore")
        found = 100.0 * logs.apply(np.log).diff()
        for name in differenced:
            if name in self.prices:
                found[name] = self.prices[name].diff()
        joint = self.exact != self.exact.shift(1, fill_value=False)
        return found[self.prices.columns].mask(joint)


def aligned(
    prices: pd.DataFrame,
    symbols: Sequence[str] | None = None,
    intraday: pd.DataFrame | None = None,
    *,
    adjusted: bool = True,
) -> Aligned:
    """Prices at each session: of the close where bars within the day tell it, else of the day.

    Args:
        prices: daily bars as `session_prices` takes them.
        symbols: which, in this order; None = all.
        intraday: columns `symbol, at` (end of the bar, timezone-aware), `close`, ascending within
            a symbol; None or empty = none. From a symbol's first to its last session with such a
            price only these are taken; a session without one is missing, not filled by the day's.
        adjusted: as `session_prices`.

    Raises:
        ModelError: as `session_prices`; bars within the day that cannot be read, are double, out
            of order or not positive.
    """
    table = session_prices(prices, symbols, adjusted=adjusted)
    exact = pd.DataFrame(data=False, index=table.index, columns=table.columns)
    if intraday is None or intraday.empty:
        return Aligned(table, exact)
    bars = _checked(intraday)
    for name in table.columns:
        found = closing_prices(bars[bars["symbol"] == name], table.index)
        if found.notna().any():
            ends = found.first_valid_index(), found.last_valid_index()
            inside = (table.index >= ends[0]) & (table.index <= ends[1])
            table[name] = found.where(inside, table[name])
            exact[name] = inside
    return Aligned(table, exact)


def closing_prices(bars: pd.DataFrame, sessions: pd.Index) -> pd.Series:
    """The last price at or before each session's close, at most an hour old.

    Args:
        bars: columns `at` (timezone-aware, ascending) and `close`, of one symbol.
        sessions: text, ascending.

    Returns:
        Prices by session; missing where no bar ended in the hour before the close.
    """
    if bars.empty:
        return pd.Series(np.nan, index=sessions)
    ends = closes(str(sessions[0]), str(sessions[-1])).reindex(sessions)
    # Both at one resolution: pandas compares no seconds with nanoseconds in a search.
    at = pd.DatetimeIndex(bars["at"]).tz_convert("UTC").as_unit("ns")
    place = at.searchsorted(pd.DatetimeIndex(ends), side="right") - 1
    known = place >= 0
    at_place = at[np.clip(place, 0, None)]
    fresh = known & np.asarray(pd.DatetimeIndex(ends) - at_place <= TOLERANCE)
    price = bars["close"].to_numpy(dtype="float64")[np.clip(place, 0, None)]
    return pd.Series(np.where(fresh, price, np.nan), index=sessions)


def closed_returns(prices: pd.DataFrame, symbol: str, sessions: pd.Index) -> pd.Series:
    """What a symbol with bars on every day did while New York was closed.

    From the bar of session *t-1* to the bar of the day before session *t*, where days lie between
    the two: a weekend, a holiday or both. News of these days belongs to session *t* as well.

    Args:
        prices: daily bars as `session_prices` takes them.
        symbol: such as BTC-USD.
        sessions: text, ascending.

    Returns:
        Log returns in percent by session; missing where no day lies between or a bar is missing.
    """
    bars = prices[prices["symbol"] == symbol]
    close = pd.Series(
        np.log(bars["close"].to_numpy(dtype="float64")),
        index=pd.to_datetime(as_dates(bars["date"], "prices")),
    )
    days = pd.DatetimeIndex(sessions)
    before, eve = days[:-1], days[1:] - pd.Timedelta(days=1)
    moved = close.reindex(eve).to_numpy() - close.reindex(before).to_numpy()
    found = np.where(eve > before, 100.0 * moved, np.nan)
    return pd.Series(np.r_[np.nan, found], index=sessions)


def _checked(intraday: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in INTRADAY_COLUMNS if name not in intraday]
    if missing:
        raise ModelError(f"the bars within the day lack the columns {', '.join(missing)}")
    if not isinstance(intraday["at"].dtype, pd.DatetimeTZDtype):
        raise ModelError("the bars within the day need times with a time zone")
    if intraday["at"].isna().any():
        raise ModelError(f"{int(intraday['at'].isna().sum())} bars within the day have no time")
    values = intraday["close"].astype("float64")
    bad = ~np.isfinite(values) | (values <= 0)
    if bad.any():
        first = intraday[bad].iloc[0]
        raise ModelError(f"the price of {first['symbol']} at {first['at']} is {first['close']}")
    steps = intraday.groupby("symbol")["at"].diff()
    if (steps <= pd.Timedelta(0)).any():
        first = intraday[steps <= pd.Timedelta(0)].iloc[0]
        raise ModelError(f"bars of {first['symbol']} are double or out of order at {first['at']}")
    return intraday
