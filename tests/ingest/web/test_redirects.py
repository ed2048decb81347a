"""Where requests lead, and what each server on the way is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ingest.errors import AddressRefusedError, FetchError, HttpStatusError, TooManyRedirectsError
from ingest.records import Hop, Validators
from ingest.web.fetch import Fetcher, Limits

ONCE = Limits(attempts=1, total=5.0)
ETAG = Validators('"1"', "Mon, 05 Jan 2026 00:00:00 GMT")


class Web:
    """Servers in memory: `pages` are redirects (status, Location) or bodies."""

    def __init__(self, pages: dict[str, tuple[int, str] | bytes]) -> None:
        self.pages = pages
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        page = self.pages.get(str(request.url), b"")
        if isinstance(page, tuple):
            return httpx.Response(page[0], headers={"Location": page[1]})
        headers = {"ETag": '"2"', "Set-Cookie": "id=1; Path=/; Max-Age=99999"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(page))

    def told(self, header: str) -> list[str | None]:
        return [request.headers.get(header) for request in self.requests]

    def fetcher(self) -> Fetcher:
        return Fetcher(limits=ONCE, transport=httpx.MockTransport(self))


def test_hops_are_recorded_in_order_as_absolute_addresses() -> None:
    web = Web(
        {
            "https://a.example/f": (301, "/g"),
            "https://a.example/g": (308, "//b.example/h?x=1#part"),
            "https://b.example/h?x=1": (302, "http://c.example"),
            "http://c.example": b"here",
        }
    )
    found = web.fetcher().fetch("https://a.example/f")
    assert found.hops == (
        Hop(301, "https://a.example/g"),
        Hop(308, "https://b.example/h?x=1"),
        Hop(302, "http://c.example"),
    )
    assert found.final_url == "http://c.example"
    assert found.moved_to == "https://b.example/h?x=1"


def test_no_redirect_no_hop() -> None:
    found = Web({}).fetcher().fetch("https://a.example/f")
    assert (found.hops, found.moved_to) == ((), None)


def test_as_many_redirects_as_allowed() -> None:
    web = Web({f"https://a.example/{n}": (302, f"/{n + 1}") for n in range(6)})
    assert web.fetcher().fetch("https://a.example/1").final_url == "https://a.example/6"
    with pytest.raises(TooManyRedirectsError):
        web.fetcher().fetch("https://a.example/0")


def test_validators_are_told_to_nobody_else() -> None:
    web = Web({"https://a.example/f": (302, "https://b.example/f")})
    web.fetcher().fetch("https://a.example/f", ETAG)
    assert web.told("If-None-Match") == ['"1"', None]
    assert web.told("If-Modified-Since") == [ETAG.last_modified, None]
    web.requests.clear()
    given_by_b = Validators('"1"', None, "https://b.example/f")
    web.fetcher().fetch("https://a.example/f", given_by_b)
    assert web.told("If-None-Match") == [None, '"1"']


def test_a_304_counts_only_from_who_was_asked_for_it() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "a.example":
            return httpx.Response(302, headers={"Location": "https://b.example/f"})
        return httpx.Response(304)

    fetcher = Fetcher(limits=ONCE, transport=httpx.MockTransport(answer))
    with pytest.raises(HttpStatusError, match="304"):
        fetcher.fetch("https://a.example/f", ETAG)
    kept = Validators('"1"', None, "https://b.example/f")
    assert fetcher.fetch("https://a.example/f", kept).status == 304


def test_credentials_go_to_their_site_alone() -> None:
    web = Web(
        {
            "https://a.example/f": (302, "/g"),
            "https://a.example/g": (302, "https://b.example/h"),
            "https://b.example/h": (302, "https://a.example/i"),
        }
    )
    found = web.fetcher().fetch("https://me:pa%20ss@a.example/f")
    ours = "Basic bWU6cGEgc3M="  # me:pa ss
    assert web.told("Authorization") == [ours, ours, None, None]
    assert str(web.requests[0].url) == "https://a.example/f"
    assert found.final_url == "https://a.example/i"


def test_a_redirect_cannot_name_credentials() -> None:
    web = Web({"https://a.example/f": (302, "https://you:pw@b.example/h")})
    found = web.fetcher().fetch("https://a.example/f")
    assert web.told("Authorization") == [None, None]
    assert found.final_url == "https://b.example/h"


@pytest.mark.parametrize(
    "url",
    [
        "https://me:s3cret@a.example/404",
        "https://me:s3cret@a.example/loop",
        "https://me:s3cret@a.example/away",
        "https://me:s3cret@a.example/big",
        "https://me:s3cret@a.example/cut",
        "https://me:s3cret@127.0.0.1:9/",
        "https://me:s3cret@a.example:0/",
        "ftp://me:s3cret@a.example/",
        "https://me:s3cret@[/",
        "https://me:s3cret@a.exa mple/",
    ],
)
def test_a_password_is_in_no_message_and_no_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/loop":
            return httpx.Response(302, headers={"Location": "/loop"})
        if path == "/away":
            return httpx.Response(302, headers={"Location": "ftp://me:s3cret@b.example/"})
        if path == "/big":
            return httpx.Response(200, headers={"Content-Length": "9" * 12}, stream=_empty())
        if path == "/cut":
            return httpx.Response(200, headers={"Content-Encoding": "br"}, stream=_empty(b"\xff"))
        return httpx.Response(404)

    caplog.set_level(logging.DEBUG)
    transport = None if "127.0.0.1" in url else httpx.MockTransport(answer)
    with (
        Fetcher(limits=ONCE, transport=transport) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.fetch(url)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in caplog.text
    assert "\n" not in str(caught.value)


def _empty(body: bytes = b"") -> httpx.ByteStream:
    return httpx.ByteStream(body)


def test_cookies_are_not_kept() -> None:
    web = Web({"https://a.example/f": (302, "/g")})
    fetcher = web.fetcher()
    fetcher.fetch("https://a.example/g")
    fetcher.fetch("https://a.example/f")
    assert web.told("Cookie") == [None, None, None]


def test_a_location_that_is_not_ascii(
    serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    """As a publisher's server sends it: UTF-8 in a header, and a space."""

    def talk(connection: Any, head: bytes) -> None:
        if b"GET /f" in head:
            connection.sendall(answer("301 Moved", b"", "Location: /新闻 1"))
        else:
            connection.sendall(answer("200 OK", b"here"))

    server = serve(talk)
    with Fetcher(allow_private=True, limits=ONCE) as fetcher:
        assert fetcher.fetch(server.url("/f")).body == b"here"
    assert server.paths[1] == "/%E6%96%B0%E9%97%BB%201"


def test_a_redirect_without_a_target_is_a_status() -> None:
    fetcher = Fetcher(limits=ONCE, transport=httpx.MockTransport(lambda _: httpx.Response(302)))
    with pytest.raises(HttpStatusError, match="HTTP 302"):
        fetcher.fetch("https://a.example/f")


@pytest.mark.parametrize("host", ["a..example", "-", "x" * 300 + ".example", ".", "a_b.example."])
def test_odd_hosts_are_refused_or_not_found(host: str) -> None:
    def unknown(name: str, port: int) -> list[str]:
        return [] if name == "a_b.example." else name.encode("idna") and []

    with Fetcher(limits=ONCE, resolver=unknown) as fetcher, pytest.raises(FetchError):
        fetcher.fetch(f"https://{host}/")


def test_a_port_that_is_none() -> None:
    with pytest.raises(AddressRefusedError, match="not a port"):
        Web({}).fetcher().fetch("https://a.example:99999/")
