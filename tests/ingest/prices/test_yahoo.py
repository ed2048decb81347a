"""Against a local server that answers as the provider does; no request leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug import Request, Response

from ingest.errors import EmptyHistoryError, PriceError
from ingest.prices.yahoo import fetch_history, yahoo_symbol

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

# 9:30 in New York on 2025-12-10 and the next two days.
STAMPS = [1765377000, 1765463400, 1765549800]


class Replay(requests.Session):
    """Sends whatever is asked to the local server, path and query unchanged."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.trust_env = False

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(str(url))
        local = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, local, *args, **kwargs)


@pytest.fixture
def session(httpserver: HTTPServer, tmp_path: Path) -> Iterator[Replay]:
    import yfinance

    yfinance.set_tz_cache_location(str(tmp_path))
    httpserver.expect_request("/").respond_with_data("", headers={"Set-Cookie": "A3=x"})
    httpserver.expect_request("/v1/test/getcrumb").respond_with_data("crumb")
    with Replay(httpserver.url_for("").rstrip("/")) as replay:
        yield replay


def chart(closes: list[float | None], symbol: str = "ORCL", **quote: Any) -> dict[str, Any]:
    prices = {
        "open": [100.0, 101.0, 102.0],
        "high": [110.0, 111.0, 112.0],
        "low": [90.0, 91.0, 92.0],
        "close": closes,
        "volume": [10, 20, 30],
    } | quote
    meta = {
        "symbol": symbol,
        "currency": "USD",
        "exchangeTimezoneName": "America/New_York",
        "timezone": "EST",
        "gmtoffset": -18000,
        "instrumentType": "EQUITY",
        "regularMarketTime": STAMPS[-1],
        "firstTradeDate": STAMPS[0],
        "priceHint": 2,
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "max"],
        "currentTradingPeriod": {
            part: {
                "timezone": "EST",
                "start": STAMPS[-1],
                "end": STAMPS[-1] + 1,
                "gmtoffset": -18000,
            }
            for part in ("pre", "regular", "post")
        },
    }
    indicators = {"quote": [prices], "adjclose": [{"adjclose": [99.0, 100.0, 101.0]}]}
    result = {"meta": meta, "timestamp": STAMPS, "indicators": indicators}
    return {"chart": {"result": [result], "error": None}}


def test_bars(httpserver: HTTPServer, session: Replay) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        import json

        asked.append(request.path)
        return Response(json.dumps(chart([105.0, None, 107.5])), content_type="application/json")

    httpserver.expect_request("/v8/finance/chart/%5EIXIC").respond_with_handler(answer)
    httpserver.expect_request("/v8/finance/chart/^IXIC").respond_with_handler(answer)
    bars = fetch_history("IXIC", "2025-12-10", "2025-12-12", session)
    assert [(bar.symbol, bar.date, bar.close) for bar in bars] == [
        ("IXIC", "2025-12-10", 105.0),
        ("IXIC", "2025-12-12", 107.5),
    ]
    assert (bars[0].open, bars[0].adj_close, bars[0].volume) == (100.0, 99.0, 10.0)
    assert asked


def test_only_the_days_asked_for(httpserver: HTTPServer, session: Replay) -> None:
    url = "/v8/finance/chart/ORCL"
    httpserver.expect_request(url).respond_with_json(chart([105.0, 106.0, 107.5]))
    bars = fetch_history("ORCL", "2025-12-11", "2025-12-11", session)
    assert [bar.date for bar in bars] == ["2025-12-11"]


def test_contradictory_prices_are_refused(httpserver: HTTPServer, session: Replay) -> None:
    url = "/v8/finance/chart/ORCL"
    httpserver.expect_request(url).respond_with_json(chart([105.0, 999.0, 107.5]))
    with pytest.raises(PriceError, match="outside 91 to 111 on 2025-12-11"):
        fetch_history("ORCL", "2025-12-10", "2025-12-12", session)


def test_a_price_of_zero_is_refused(httpserver: HTTPServer, session: Replay) -> None:
    # A symbol of its own: the library remembers answers by what was asked.
    answer = chart([105.0, 0.0, 107.5], "ZERO", low=[90.0, 0.0, 92.0])
    httpserver.expect_request("/v8/finance/chart/ZERO").respond_with_json(answer)
    with pytest.raises(PriceError, match="close 0 on 2025-12-11: a price is above 0"):
        fetch_history("ZERO", "2025-12-10", "2025-12-12", session)


def test_empty_is_a_failure(httpserver: HTTPServer, session: Replay) -> None:
    url = "/v8/finance/chart/ORCL"
    httpserver.expect_request(url).respond_with_json(chart([None, None, None]))
    with pytest.raises((EmptyHistoryError, PriceError), match="ORCL"):
        fetch_history("ORCL", "2025-12-10", "2025-12-12", session)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, "Too Many Requests"),
        (500, "{}"),
        (200, "<html>consent</html>"),
        (200, "{}"),
        (
            404,
            '{"chart": {"result": null, "error": {"code": "Not Found", "description": "No data"}}}',
        ),
    ],
)
def test_refusals_and_nonsense_are_one_clear_error(
    httpserver: HTTPServer, session: Replay, status: int, body: str
) -> None:
    httpserver.expect_request("/v8/finance/chart/NVDA").respond_with_data(body, status=status)
    with pytest.raises(PriceError) as caught:
        fetch_history("NVDA", "2025-12-10", "2025-12-12", session)
    assert "NVDA" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_of_indices() -> None:
    assert yahoo_symbol("VIX") == "^VIX"
    assert yahoo_symbol("BTC-USD") == "BTC-USD"
