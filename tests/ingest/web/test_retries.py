"""When another try is made, and that what broke off is never taken for a whole."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import httpx
import pytest

from ingest.errors import (
    AddressRefusedError,
    BodyTooLargeError,
    FetchTimeoutError,
    HttpStatusError,
    NoConnectionError,
    RobotsRefusedError,
    TooManyRedirectsError,
)
from ingest.web.fetch import Fetcher, Limits
from ingest.web.hosts import Hosts
from ingest.web.retries import asked_pause, pause_before_retry

QUICK = Limits(attempts=3, first_wait=0.01, longest_wait=0.5, total=5.0, read=2.0)
FEED = b"<rss>" + bytes(range(32, 127)) * 20 + b"</rss>"


@pytest.mark.parametrize(
    "error",
    [
        AddressRefusedError("x"), BodyTooLargeError("x"), RobotsRefusedError("x"),
        TooManyRedirectsError("x"), HttpStatusError("x", 404), HttpStatusError("x", 403, 1.0),
        HttpStatusError("x", 206), HttpStatusError("x", 501), HttpStatusError("x", 503, 21.0),
        RuntimeError("x"),
    ],
)  # fmt: skip
def test_no_second_try(error: Exception) -> None:
    assert pause_before_retry(error, Limits()) is False


@pytest.mark.parametrize(
    "error",
    [
        NoConnectionError("x"),
        FetchTimeoutError("x"),
        HttpStatusError("x", 429),
        HttpStatusError("x", 503),
    ],
)
def test_another_try_after_our_own_wait(error: Exception) -> None:
    assert pause_before_retry(error, Limits()) is True


def test_the_wait_that_was_asked_for_and_some_chance() -> None:
    busy = HttpStatusError("x", 429, 7.0)
    waits = {pause_before_retry(busy, Limits()) for _ in range(50)}
    assert all(7.0 <= wait <= 8.0 for wait in waits)
    assert len(waits) > 10


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (HttpStatusError("x", 429, 7.0), 7.0),
        (HttpStatusError("x", 429, 21.0), 0.0),
        (HttpStatusError("x", 404, 7.0), 0.0),
        (HttpStatusError("x", 503), 0.0),
    ],
)
def test_what_a_host_is_spared(error: HttpStatusError, pause: float) -> None:
    assert asked_pause(error, Limits()) == pause


def _plain(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def _chunked(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


def _packed(body: bytes, name: bytes, end: slice) -> bytes:
    raw = (gzip.compress(body) if name == b"gzip" else brotli.compress(body))[end]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + name + b"\r\nContent-Length: %d\r\n\r\n"
    return head % len(raw) + raw


WHOLE = slice(None)
HALF = slice(0, 60)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (_plain(FEED)[:-100], _plain(FEED)),
        (_chunked(FEED)[:-100], _chunked(FEED)),
        (_chunked(FEED)[:-5], _chunked(FEED)),  # all of the body, and no last chunk
        (_packed(FEED, b"gzip", HALF), _packed(FEED, b"gzip", WHOLE)),
        (_packed(FEED, b"br", HALF), _packed(FEED, b"br", WHOLE)),
        (b"HTTP/1.1 200 O", _plain(FEED)),
        (b"", _plain(FEED)),
        (b"no http at all\r\n\r\n", _plain(FEED)),
    ],
    ids=["length", "chunks", "last chunk", "gzip", "br", "head", "nothing", "no http"],
)
def test_a_body_that_breaks_off_is_asked_for_again(
    broken: bytes, whole: bytes, serve: Callable[..., Any]
) -> None:
    replies = [broken, broken, whole, broken, broken, broken]

    def talk(connection: Any, head: bytes) -> None:
        connection.sendall(replies.pop(0))
        connection.close()

    server = serve(talk)
    with Fetcher(allow_private=True, limits=QUICK) as fetcher:
        assert fetcher.fetch(server.url("/f")).body == FEED
    assert len(server.heads) == 3
    with (
        Fetcher(allow_private=True, limits=QUICK) as fetcher,
        pytest.raises(NoConnectionError, match=r"127\.0\.0\.1: \w+"),
    ):
        fetcher.fetch(server.url("/f"))
    assert len(server.heads) == 6


def test_a_part_that_nobody_asked_for(
    serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    server = serve(lambda connection, _: connection.sendall(answer("206 Partial Content", b"<r")))
    with (
        Fetcher(allow_private=True, limits=QUICK) as fetcher,
        pytest.raises(HttpStatusError, match="206 Partial"),
    ):
        fetcher.fetch(server.url("/f"))


def test_brotli_over_the_wire(serve: Callable[..., Any]) -> None:
    server = serve(lambda connection, _: connection.sendall(_packed(FEED, b"br", WHOLE)))
    with Fetcher(allow_private=True, limits=QUICK) as fetcher:
        assert fetcher.fetch(server.url("/f")).body == FEED
    assert b"accept-encoding: gzip, deflate, br" in server.heads[0].lower()


def test_zstd_is_refused_with_a_line(
    serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    reply = answer("200 OK", b"\x28\xb5\x2f\xfd", "Content-Encoding: zstd")
    server = serve(lambda connection, _: connection.sendall(reply))
    with (
        Fetcher(allow_private=True, limits=QUICK) as fetcher,
        pytest.raises(NoConnectionError, match="Content-Encoding 'zstd', which was not asked for"),
    ):
        fetcher.fetch(server.url("/f"))


def test_a_long_wait_reaches_the_caller_without_the_servers_clock() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "Tue, 06 Jan 2026 12:00:00 GMT"})

    transport = httpx.MockTransport(answer)
    with (
        Fetcher(limits=QUICK, transport=transport, now=lambda: "2026-01-05T12:00:00Z") as fetcher,
        pytest.raises(HttpStatusError) as caught,
    ):
        fetcher.fetch("https://a.example/f")
    assert caught.value.retry_after == 86_400


def test_no_retry_begins_when_the_time_is_spent(serve: Callable[..., Any]) -> None:
    server = serve(lambda *_: time.sleep(1))
    limits = Limits(attempts=5, read=0.2, total=0.3, first_wait=0.01)
    with Fetcher(allow_private=True, limits=limits) as fetcher, pytest.raises(FetchTimeoutError):
        fetcher.fetch(server.url("/f"))
    assert len(server.heads) == 2


def test_a_host_that_is_busy_is_asked_nothing_by_anyone(
    serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    """While one thread waits for its second try, the others wait with it."""
    begun: list[float] = []

    def talk(connection: Any, head: bytes) -> None:
        begun.append(time.monotonic())
        if len(begun) == 1:
            connection.sendall(answer("503 Busy", b"", "Retry-After: 1"))
        else:
            connection.sendall(answer("200 OK", b"fine"))

    server = serve(talk)
    limits = Limits(attempts=2, first_wait=0.01)
    with Fetcher(allow_private=True, limits=limits) as fetcher, ThreadPoolExecutor(4) as pool:
        urls = [server.url(f"/{number}") for number in range(4)]
        assert [found.body for found in pool.map(fetcher.fetch, urls)] == [b"fine"] * 4
    assert begun[1] - begun[0] >= 1.0


@pytest.mark.parametrize("per_host", [1, 2])
def test_one_host_is_asked_one_thing_at_a_time(
    per_host: int, serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    """Redirects and robots.txt take their turns too."""
    lock, inside, most = threading.Lock(), 0, 0

    def talk(connection: Any, head: bytes) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.01)
        with lock:
            inside -= 1
        moved = b"GET /on" not in head and b"GET /robots" not in head
        reply = answer("302 Found", b"", "Location: /on") if moved else answer("200 OK", b"")
        connection.sendall(reply)

    server = serve(talk)
    limits = Limits(attempts=1, per_host=per_host, page_pause=0.0)
    with Fetcher(allow_private=True, limits=limits) as fetcher, ThreadPoolExecutor(8) as pool:
        urls = [server.url(f"/{number}") for number in range(12)]
        list(pool.map(lambda url: fetcher.fetch(url, robots=True), urls))
    assert most == per_host
    assert len(server.heads) == 25


def test_clients_that_share_their_hosts_share_the_turns() -> None:
    hosts = Hosts()
    first, second = Fetcher(hosts=hosts), Fetcher(hosts=hosts)
    assert first.hosts is second.hosts
    first.close()
    second.close()


def test_answers_do_not_pile_up(serve: Callable[..., Any], answer: Callable[..., bytes]) -> None:
    """Of 500 answers of 200 KB, no more than one is in memory at a time."""
    reply = answer("200 OK", bytes(200_000))
    server = serve(lambda connection, _: connection.sendall(reply))
    with Fetcher(allow_private=True, limits=QUICK) as fetcher:
        fetcher.fetch(server.url("/warm"))
        tracemalloc.start()
        for number in range(500):
            assert len(fetcher.fetch(server.url(f"/{number}")).body) == 200_000
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert server.connections == 1
    assert peak < 3_000_000
    assert kept < 1_000_000
