"""The whole of a request ends in time, whatever trickles; every server here is a real socket."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpcore
import pytest

from ingest.errors import FetchTimeoutError, NoConnectionError
from ingest.web.deadline import TimedStream, allowed, done_within
from ingest.web.fetch import Fetcher, Limits

DRIP = 0.05  # no silence lasts longer, and each server drips for three seconds


def drip(connection: Any, text: bytes) -> None:
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(DRIP)


def headers(connection: Any, head: bytes) -> None:
    drip(connection, b"HTTP/1.1 200 OK\r\n" + b"X-Filler: x\r\n" * 4)


def status_line(connection: Any, head: bytes) -> None:
    drip(connection, b"HTTP/1.1 200 " + b"O" * 50)


def body(connection: Any, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    drip(connection, b"x" * 60)


def chunks(connection: Any, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    drip(connection, b"1\r\nx\r\n" * 10)


def promises(connection: Any, head: bytes) -> None:
    """Interim answers and no end: each is complete, and none is the answer."""
    for _ in range(60):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(DRIP)


def flood(connection: Any, head: bytes) -> None:
    """Always something to read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(3_000):
        connection.sendall(b"0001;" + b"x" * 100 + b"\r\nx\r\n")
        time.sleep(0.001)


@pytest.mark.parametrize("server", [headers, status_line, body, chunks, promises, flood])
def test_the_total_holds_against_a_trickle(
    server: Callable[..., None], serve: Callable[..., Any]
) -> None:
    slow = serve(server)
    limits = Limits(read=5.0, total=0.4, attempts=1)
    started = time.monotonic()
    with (
        Fetcher(allow_private=True, limits=limits) as client,
        pytest.raises(FetchTimeoutError, match=r"not read within 0\.4 seconds"),
    ):
        client.fetch(slow.url("/f"))
    assert 0.35 < time.monotonic() - started < 1.5


def test_the_total_counts_all_redirects_together(
    serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    def late_redirect(connection: Any, head: bytes) -> None:
        time.sleep(0.2)
        connection.sendall(answer("302 Found", b"", "Location: /on"))

    limits = Limits(read=5.0, total=0.5, attempts=1, redirects=50)
    with (
        Fetcher(allow_private=True, limits=limits) as client,
        pytest.raises(FetchTimeoutError, match="not read within"),
    ):
        client.fetch(serve(late_redirect).url("/f"))


def test_silence_is_shorter_than_the_total(serve: Callable[..., Any]) -> None:
    limits = Limits(read=0.1, total=30.0, attempts=1)
    with (
        Fetcher(allow_private=True, limits=limits) as client,
        pytest.raises(FetchTimeoutError, match="no answer in time"),
    ):
        client.fetch(serve(lambda *_: time.sleep(1)).url("/f"))


def test_a_tls_handshake_that_never_ends(serve: Callable[..., Any]) -> None:
    """The client's hello is no HTTP head, so the server waits for ever, and so would we."""
    silent = serve(lambda *_: None)
    for limits in (Limits(connect=0.2, attempts=1), Limits(total=0.2, attempts=1)):
        started = time.monotonic()
        with Fetcher(allow_private=True, limits=limits) as client, pytest.raises(FetchTimeoutError):
            client.fetch(f"https://127.0.0.1:{silent.port}/")
        assert time.monotonic() - started < 1.5


def test_a_resolver_that_hangs() -> None:
    def hangs(host: str, port: int) -> list[str]:
        time.sleep(1)
        return []

    with (
        Fetcher(limits=Limits(connect=0.1, attempts=1), resolver=hangs) as client,
        pytest.raises(FetchTimeoutError, match="not resolved in time"),
    ):
        client.fetch("http://slow.example/")


def test_after_a_time_out_the_connection_is_not_used_again(
    serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    """The late answer to the first question must not pass for that to the second."""

    def late_once(connection: Any, head: bytes) -> None:
        if b"/late" in head:
            time.sleep(0.3)
        connection.sendall(answer("200 OK", head.split(b" ")[1]))

    server = serve(late_once)
    limits = Limits(read=0.1, attempts=1)
    with Fetcher(allow_private=True, limits=limits) as client:
        with pytest.raises(FetchTimeoutError):
            client.fetch(server.url("/late"))
        assert client.fetch(server.url("/next")).body == b"/next"


def test_a_server_that_closes_at_once(serve: Callable[..., Any]) -> None:
    limits = Limits(attempts=2, first_wait=0.01)
    server = serve(lambda connection, _: connection.close())
    with Fetcher(allow_private=True, limits=limits) as client, pytest.raises(NoConnectionError):
        client.fetch(server.url("/"))
    assert len(server.heads) == 2


def test_what_a_step_may_take() -> None:
    assert allowed(None) is None
    assert allowed(5.0) == 5.0
    with done_within(1.0):
        assert 0.9 < (allowed(None) or 0) <= 1.0
        assert 0.9 < (allowed(5.0) or 0) <= 1.0
        assert allowed(0.5) == 0.5
        with done_within(-1.0):
            assert (allowed(5.0) or 0) <= -1.0
        assert allowed(0.5) == 0.5
    assert allowed(None) is None


def test_no_step_begins_after_the_end() -> None:
    stream = TimedStream(httpcore.MockStream([b"never read"]), "8.8.8.8")
    with done_within(0.0):
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(10, timeout=5)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"x", timeout=5)
    assert stream.read(10) == b"never read"
