"""Daily bars from Yahoo Finance.

`Ticker.history` with exceptions on: the provider's `download` hides a 429 behind an empty frame,
and "possibly delisted" is said of any failure. An empty history is a failure here.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from ingest.errors import EmptyHistoryError, PriceError
from ingest.prices.files import check_positive, check_range
from ingest.records import PriceBar

if TYPE_CHECKING:
    import pandas as pd

# Yahoo's names of the indices; all other symbols are theirs.
_YAHOO_NAMES = {
    "IXIC": "^IXIC",
    "GSPC": "^GSPC",
    "VIX": "^VIX",
    "TNX": "^TNX",
    "DXY": "DX-Y.NYB",
}
_TIMEOUT = 20
# The library keeps its settings and its cookie in module-wide state.
_ONE_AT_A_TIME = Lock()


def yahoo_symbol(symbol: str) -> str:
    """The provider's name of a symbol: `^IXIC` for `IXIC`."""
    return _YAHOO_NAMES.get(symbol, symbol)


def fetch_history(symbol: str, start: str, end: str, session: Any = None) -> list[PriceBar]:  # noqa: ANN401 - two unrelated session classes will do
    """Daily bars of one symbol.

    Args:
        symbol: ours, such as `BTC-USD`, `NVDA`, `IXIC`.
        start: first day, `YYYY-MM-DD`.
        end: last day, included.
        session: a `curl_cffi` or `requests` session to use instead of the library's own.

    Returns:
        Bars by date, in the currency of the quote. `adj_close` takes splits and dividends into
        account, the other prices splits alone. A bar without a close (a halted day) is left out.
        The bar of a day that is not over yet is unfinished: ask for finished days.

    Raises:
        EmptyHistoryError: if not a single bar came back.
        PriceError: if the provider refused, failed, or sent prices that contradict one another
            or are not above 0.
    """
    frame = _history(yahoo_symbol(symbol), start, _day_after(end), session)
    if frame.empty:
        raise EmptyHistoryError(f"{symbol}: no bars between {start} and {end}")
    try:
        bars = [_bar(symbol, day, row) for day, row in _rows(frame)]
    except (KeyError, ValueError) as error:
        raise PriceError(f"{symbol}: {error}") from error
    kept = [bar for bar in bars if bar is not None and start <= bar.date <= end]
    if not kept:
        raise EmptyHistoryError(f"{symbol}: no bar with a close between {start} and {end}")
    return kept


def _history(name: str, start: str, stop: str, session: Any) -> pd.DataFrame:  # noqa: ANN401 - as above
    import yfinance
    from curl_cffi.requests.exceptions import RequestException as CurlError
    from requests.exceptions import RequestException
    from yfinance.exceptions import YFException

    with _ONE_AT_A_TIME:
        hidden = yfinance.config.debug.hide_exceptions
        yfinance.config.debug.hide_exceptions = False
        try:
            frame: pd.DataFrame = yfinance.Ticker(name, session=session).history(
                start=start,
                end=stop,
                interval="1d",
                auto_adjust=False,
                actions=False,
                repair=False,
                timeout=_TIMEOUT,
            )
        except (YFException, RequestException, CurlError) as error:
            raise PriceError(f"{name}: {' '.join(str(error).split())[:200]}") from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # What the library does with an answer that is not the JSON it expects.
            reason = f"an answer that cannot be read ({type(error).__name__}: {error})"
            raise PriceError(f"{name}: {' '.join(reason.split())[:200]}") from error
        finally:
            yfinance.config.debug.hide_exceptions = hidden
    return frame


def _rows(frame: pd.DataFrame) -> list[tuple[str, dict[str, float]]]:
    # The index is midnight in the exchange's own zone: its date is the trading day.
    days = [moment.strftime("%Y-%m-%d") for moment in frame.index]
    return list(zip(days, frame.to_dict("records"), strict=True))  # type: ignore[arg-type] # pandas-stubs: keys are Hashable


def _bar(symbol: str, day: str, row: dict[str, float]) -> PriceBar | None:
    close = _number(row["Close"])
    if close is None:
        return None
    opened, high, low = (_number(row[name]) for name in ("Open", "High", "Low"))
    adjusted, volume = _number(row.get("Adj Close")), _number(row.get("Volume"))
    check_positive(symbol, day, (close, adjusted))
    check_range(day, (opened, close), high, low)
    return PriceBar(symbol, day, opened, high, low, close, adjusted, volume)


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
