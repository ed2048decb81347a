"""What a claim is measured on: daily bars and the fear index, and a record of what was read.

Prices that a text states are unadjusted (`close`, `low`); total returns take `adj_close`. A bar of
Bitcoin dated D covers 00:00-24:00 UTC of D and ends three to four hours after the New York close.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.sessions import closes
from models.transmission.returns import as_dates, session_prices

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = ("open", "high", "low", "close", "adj_close")
PRICES: Final = ("symbol", "date", *COLUMNS)
INDEX: Final = "fear index"


class Unavailable(ModelError):  # noqa: N818 - reads as the verdict that it becomes
    """Data that a measurement needs is not there; `missing` lists it."""

    def __init__(self, *missing: str) -> None:
        super().__init__("missing: " + "; ".join(missing))
        self.missing = missing


class Market:
    """Daily bars by symbol."""

    def __init__(self, prices: pd.DataFrame) -> None:
        """Check and sort.

        Args:
            prices: columns symbol, date (`YYYY-MM-DD`), open, high, low, close, adj_close; dates
                ascending within a symbol; missing = NaN. No rows: every look is unavailable.

        Raises:
            ModelError: a column is missing, a date is double, out of order or unreadable, or a
                price is not a positive number.
        """
        lacking = [name for name in PRICES if name not in prices]
        if lacking:
            raise ModelError(f"the prices lack the columns {', '.join(lacking)}")
        table = prices[list(PRICES)].copy()
        table["date"] = as_dates(table["date"], "prices")
        _check(table)
        self._bars = {
            str(name): group.set_index("date")[list(COLUMNS)].astype("float64")
            for name, group in table.groupby("symbol")
        }
        self._long = table[["symbol", "date", "close", "adj_close"]]

    @property
    def symbols(self) -> tuple[str, ...]:
        """What there are bars of."""
        return tuple(self._bars)

    def bars(self, symbol: str) -> pd.DataFrame:
        """All bars of a symbol, by day.

        Raises:
            Unavailable: there are none.
        """
        if symbol not in self._bars:
            raise Unavailable(f"daily bars of {symbol}")
        return self._bars[symbol]

    def adjusted(self, symbols: Sequence[str]) -> pd.DataFrame:
        """Adjusted closes (closes where a symbol has none) at New York sessions."""
        chosen = self._long[self._long["symbol"].isin(list(symbols))]
        return session_prices(chosen, symbols)


def _check(table: pd.DataFrame) -> None:
    for name in COLUMNS:
        try:
            values = table[name].astype("float64")
        except (ValueError, TypeError) as error:
            raise ModelError(f"{name} holds what is no number: {error}") from error
        bad = (values <= 0) | np.isinf(values)
        if bad.any():
            first = table[bad].iloc[0]
            raise ModelError(f"{name} of {first['symbol']} on {first['date']} is {first[name]}")
    earlier = table.groupby("symbol")["date"].shift(1)
    for bad, what in (
        (table.duplicated(["symbol", "date"]), "are double"),
        (table["date"] < earlier, "are out of order"),
    ):
        if bad.any():
            first = table[bad].iloc[0]
            raise ModelError(f"bars of {first['symbol']} {what} at {first['date']}")


@dataclass
class Look:
    """One claim's look at the data; it remembers what was read.

    Attributes:
        market: the bars.
        index: columns date, value (and more) of the fear index, or None.
        rng: source of the draws.
        draws: of a bootstrap.
        level: coverage of the intervals.
    """

    market: Market
    index: pd.DataFrame | None
    rng: np.random.Generator
    draws: int = 999
    level: float = 0.95
    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def pair(self, symbol: str, day: str) -> tuple[pd.Series, pd.Series]:
        """The bar before a day's, and the day's.

        Raises:
            Unavailable: one of them is not there, or lacks a price of its day.
        """
        bars = self.market.bars(symbol)
        if day not in bars.index:
            raise Unavailable(f"the bar of {symbol} on {day}")
        place = bars.index.to_list().index(day)
        if place == 0:
            raise Unavailable(f"a bar of {symbol} before {day}")
        before, bar = bars.iloc[place - 1], bars.iloc[place]
        if not np.isfinite(before["close"]):
            raise Unavailable(f"the close of {symbol} on {bars.index[place - 1]}")
        lacking = [name for name in ("open", "high", "low", "close") if not np.isfinite(bar[name])]
        if lacking:
            raise Unavailable(f"{', '.join(lacking)} of {symbol} on {day}")
        self._note(symbol, bars.iloc[place - 1 : place + 1])
        return before, bar

    def bars(self, symbol: str, start: str | None = None, end: str | None = None) -> pd.DataFrame:
        """Bars of a symbol from one day to another, both included.

        Raises:
            Unavailable: there is none, or none that reaches an end that is asked for.
        """
        every = self.market.bars(symbol)
        found = every.loc[start:end]
        if found.empty or (end is not None and every.index[-1] < end):
            raise Unavailable(f"bars of {symbol} from {start or 'the start'} to {end or 'the end'}")
        self._note(symbol, found)
        return found

    def sessions(
        self,
        symbols: Sequence[str],
        start: str | None = None,
        end: str | None = None,
        *,
        adjusted: bool = False,
    ) -> pd.DataFrame:
        """Closes at New York sessions, one column per symbol; missing = NaN.

        From the first session on which all have a price to the last.

        Raises:
            Unavailable: one has no bars, or they never meet.
            ModelError: one stands still throughout.
        """
        parts = {symbol: self.bars(symbol, start, end)["close"] for symbol in symbols}
        days = [day for part in parts.values() for day in (part.index[0], part.index[-1])]
        calendar = closes(min(days), max(days)).index
        table = pd.DataFrame({name: part.reindex(calendar) for name, part in parts.items()})
        if adjusted:
            table = self.market.adjusted(list(symbols)).reindex(calendar)
        whole = np.flatnonzero(table.notna().all(axis=1))
        if not len(whole):
            raise Unavailable(f"a session with prices of {' and '.join(symbols)}")
        found = table.iloc[whole[0] : whole[-1] + 1]
        for name in found:
            if found[name].nunique() == 1:
                raise ModelError(f"{name} stands still from {found.index[0]} to {found.index[-1]}")
        return found

    def fear(self) -> pd.Series:
        """The index by session.

        Raises:
            Unavailable: there is no index.
        """
        if self.index is None or self.index["value"].notna().sum() == 0:
            raise Unavailable("the AI-bubble fear index (run `bubblefear index`)")
        series = pd.Series(
            self.index["value"].to_numpy(dtype="float64"), index=self.index["date"].astype(str)
        )
        self._read |= {
            (INDEX, str(day)): f"{INDEX},{day},{'' if value != value else repr(float(value))}"
            for day, value in series.items()
        }
        return series

    def used(self) -> dict[str, Any]:
        """What was read: rows and days by symbol, and the SHA-256 of the rows.

        The hash is of one line a row, in the order of symbol and day:
        `symbol,date,open,high,low,close,adj_close` with Python's shortest digits and nothing for
        what is missing; an index row is `fear index,date,value`.
        """
        rows = sorted(self._read)
        text = "\n".join(self._read[row] for row in rows)
        days: dict[str, list[str]] = {}
        for symbol, day in rows:
            days.setdefault(symbol, []).append(day)
        return {
            "symbols": {
                name: {"first": held[0], "last": held[-1], "rows": len(held)}
                for name, held in days.items()
            },
            "sha256": hashlib.sha256(text.encode()).hexdigest() if rows else None,
        }

    def _note(self, symbol: str, bars: pd.DataFrame) -> None:
        for day, row in zip(bars.index, bars.to_numpy().tolist(), strict=True):
            figures = ("" if value != value else repr(value) for value in row)
            self._read[symbol, day] = ",".join((symbol, day, *figures))


def log_returns(prices: pd.DataFrame) -> pd.DataFrame:
    """Log returns in percent; a missing price makes both returns around it missing."""
    return 100.0 * prices.apply(np.log).diff()
