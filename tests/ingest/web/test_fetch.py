from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from werkzeug import Request, Response

from ingest.errors import (
    AddressRefusedError,
    BodyTooLargeError,
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    NoConnectionError,
    TooManyRedirectsError,
)
from ingest.records import Validators
from ingest.web.fetch import Fetcher, Limits

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

QUICK = Limits(first_wait=0.01, longest_wait=1.0, total=5.0, read=2.0, connect=2.0)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, limits=QUICK) as client:
        yield client


def test_conditional_get(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        headers = {"ETag": '"v1"', "Last-Modified": "Mon, 05 Jan 2026 00:00:00 GMT"}
        return Response(b"<rss/>", 200, headers, content_type="application/rss+xml")

    httpserver.expect_request("/f").respond_with_handler(answer)
    url = httpserver.url_for("/f")
    first = fetcher.fetch(url)
    assert (first.status, first.body, first.etag) == (200, b"<rss/>", '"v1"')
    assert first.content_type == "application/rss+xml"
    again = fetcher.fetch(url, Validators(first.etag, first.last_modified))
    assert (again.status, again.body) == (304, b"")


def test_we_say_who_we_are(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/f").respond_with_data("x")
    fetcher.fetch(httpserver.url_for("/f"))
    request = httpserver.log[0][0]
    assert request.headers["User-Agent"].startswith("bubblefear/")
    assert request.headers["Accept-Encoding"] == "gzip, deflate, br"


def test_a_304_that_was_not_asked_for_is_an_error(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/f").respond_with_data("", status=304)
    with pytest.raises(HttpStatusError, match="304"):
        fetcher.fetch(httpserver.url_for("/f"))


def test_429_then_200(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    busy = Response("busy", 429, {"Retry-After": "0"})
    httpserver.expect_ordered_request("/f").respond_with_response(busy)
    httpserver.expect_ordered_request("/f").respond_with_data("fine")
    assert fetcher.fetch(httpserver.url_for("/f")).body == b"fine"


def test_retry_after_is_waited_for(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    busy = Response("busy", 503, {"Retry-After": "1"})
    httpserver.expect_ordered_request("/f").respond_with_response(busy)
    httpserver.expect_ordered_request("/f").respond_with_data("fine")
    started = time.monotonic()
    fetcher.fetch(httpserver.url_for("/f"))
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "3600"},
        {"Retry-After": "Mon, 05 Jan 2026 01:00:00 GMT", "Date": "Mon, 05 Jan 2026 00:00:00 GMT"},
    ],
)
def test_too_long_a_wait_is_not_waited_for(headers: dict[str, str]) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(429, headers=headers)

    with (
        Fetcher(limits=QUICK, transport=httpx.MockTransport(answer)) as client,
        pytest.raises(HttpStatusError, match="HTTP 429") as caught,
    ):
        client.fetch("https://a.example/f")
    assert caught.value.retry_after == 3600
    assert len(asked) == 1


def test_5xx_is_tried_three_times_and_4xx_once(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/500").respond_with_data("", status=500)
    httpserver.expect_request("/404").respond_with_data("", status=404)
    with pytest.raises(HttpStatusError, match="HTTP 500"):
        fetcher.fetch(httpserver.url_for("/500"))
    with pytest.raises(HttpStatusError, match="HTTP 404"):
        fetcher.fetch(httpserver.url_for("/404"))
    assert [request.path for request, _ in httpserver.log] == ["/500"] * 3 + ["/404"]


def test_redirects_are_followed(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    moved = Response("", 301, {"Location": "b/../c?x=1"})
    httpserver.expect_request("/a/").respond_with_response(moved)
    httpserver.expect_request("/a/c").respond_with_data("here")
    fetched = fetcher.fetch(httpserver.url_for("/a/"))
    assert fetched.body == b"here"
    assert fetched.final_url == httpserver.url_for("/a/c?x=1")
    assert fetched.url == httpserver.url_for("/a/")


def test_redirects_in_circles(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/a").respond_with_response(Response("", 302, {"Location": "/a"}))
    with pytest.raises(TooManyRedirectsError):
        fetcher.fetch(httpserver.url_for("/a"))


def test_a_redirect_away_from_http(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    away = Response("", 302, {"Location": "file:///etc/passwd"})
    httpserver.expect_request("/a").respond_with_response(away)
    with pytest.raises(AddressRefusedError, match="not an http address"):
        fetcher.fetch(httpserver.url_for("/a"))


def test_a_redirect_to_no_address() -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(302, headers={"Location": "http://["}))
    with (
        Fetcher(transport=answer, limits=QUICK) as client,
        pytest.raises(AddressRefusedError, match="sends to no address"),
    ):
        client.fetch("http://news.example/a")


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "²"},
        {"Retry-After": "Mon, 05 Jan 99999999999999999999 00:00:00 GMT"},
        {"Retry-After": "9" * 5000},
    ],
    ids=["superscript", "far year", "many digits"],
)
def test_a_nonsensical_retry_after_is_still_a_status(headers: dict[str, str]) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(503, headers=_latin(headers)))
    with Fetcher(transport=answer, limits=QUICK) as client, pytest.raises(HttpStatusError):
        client.fetch("http://news.example/f")


@pytest.mark.parametrize("length", ["²", "9" * 5000], ids=["superscript", "many digits"])
def test_a_nonsensical_content_length(length: str) -> None:
    headers, empty = _latin({"Content-Length": length}), httpx.ByteStream(b"")
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=empty))
    with Fetcher(transport=answer, limits=QUICK) as client:
        if length.isascii():
            with pytest.raises(BodyTooLargeError, match="announces"):
                client.fetch("http://news.example/f")
        else:
            assert client.fetch("http://news.example/f").status == 200


def _latin(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def test_loopback_is_refused_unless_allowed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/f").respond_with_data("secret")
    with Fetcher(limits=QUICK) as careful, pytest.raises(AddressRefusedError, match="not on the"):
        careful.fetch(httpserver.url_for("/f"))
    assert httpserver.log == []


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/x", "http://localhost/", "http://[::1]/"])
def test_a_redirect_to_loopback_is_refused(target: str) -> None:
    """The first hop is answered in memory, the second meets the real check."""

    class FirstHop(httpx.BaseTransport):
        def __init__(self) -> None:
            from ingest.web.addresses import PublicOnlyBackend
            from ingest.web.transport import PoolTransport

            self._real = PoolTransport(PublicOnlyBackend())

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.host == "news.example":
                return httpx.Response(302, headers={"Location": target})
            return self._real.handle_request(request)

        def close(self) -> None:
            self._real.close()

    with (
        Fetcher(limits=QUICK, transport=FirstHop()) as careful,
        pytest.raises(AddressRefusedError, match="not on the public internet"),
    ):
        careful.fetch("https://news.example/feed")


def test_a_50_mb_body_is_refused_while_streaming(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(800):
            sent += 65_536
            yield b"x" * 65_536

    httpserver.expect_request("/big").respond_with_handler(lambda _: Response(endless()))
    small = Limits(body=1024 * 1024, first_wait=0.01)
    started = time.monotonic()
    with (
        Fetcher(allow_private=True, limits=small) as client,
        pytest.raises(BodyTooLargeError, match="over the limit"),
    ):
        client.fetch(httpserver.url_for("/big"))
    assert time.monotonic() - started < 5
    assert sent < 50 * 1024 * 1024


def test_an_announced_50_mb_body_is_not_read() -> None:
    class NotToBeRead(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            raise AssertionError("the body was read")

    announced = {"Content-Length": str(50 * 1024 * 1024)}
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=announced, stream=NotToBeRead())
    )
    with (
        Fetcher(limits=QUICK, transport=transport) as client,
        pytest.raises(BodyTooLargeError, match="announces 52,428,800 bytes"),
    ):
        client.fetch("https://a.example/big")


def test_a_slow_body_runs_into_the_total_timeout(httpserver: HTTPServer) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(10):
            time.sleep(0.1)
            yield b"x"

    httpserver.expect_request("/slow").respond_with_handler(lambda _: Response(drip()))
    limits = Limits(total=0.3, attempts=1)
    with (
        Fetcher(allow_private=True, limits=limits) as client,
        pytest.raises(FetchTimeoutError, match=r"within 0\.3 seconds"),
    ):
        client.fetch(httpserver.url_for("/slow"))


def test_silence_runs_into_the_read_timeout(httpserver: HTTPServer) -> None:
    def silent(_: Request) -> Response:
        time.sleep(0.3)
        return Response("x")

    httpserver.expect_request("/silent").respond_with_handler(silent)
    limits = Limits(read=0.1, attempts=1)
    with Fetcher(allow_private=True, limits=limits) as client, pytest.raises(FetchTimeoutError):
        client.fetch(httpserver.url_for("/silent"))


def test_nobody_there(fetcher: Fetcher) -> None:
    with pytest.raises(NoConnectionError, match=r"127\.0\.0\.1"):
        fetcher.fetch("http://127.0.0.1:9/x")


@pytest.mark.parametrize("url", ["", "feed.xml", "ftp://x.example/", "http://", "http://[x/"])
def test_not_an_address(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(AddressRefusedError):
        fetcher.fetch(url)


def test_errors_are_one_line(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch("http://127.0.0.1:9/x")
    assert "\n" not in str(caught.value)
