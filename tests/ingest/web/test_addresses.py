from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import httpcore
import pytest

from ingest.errors import AddressRefusedError
from ingest.web.addresses import PublicOnlyBackend, resolve
from ingest.web.deadline import done_within


class Nowhere(httpcore.NetworkBackend):
    """No address answers; `tried` says which were asked, and with how many seconds."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, float | None]] = []

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: object, **__: object
    ) -> httpcore.NetworkStream:
        self.tried.append((host, timeout))
        raise httpcore.ConnectError("nobody there")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "::1", "0", "0177.0.0.1", "127.1"],
)
def test_loopback_in_all_its_spellings_is_refused(host: str) -> None:
    sockets = Nowhere()
    with pytest.raises(AddressRefusedError):
        PublicOnlyBackend(sockets=sockets).connect_tcp(host, 9)
    assert sockets.tried == []


@pytest.mark.parametrize("host", ["localhost", "LocalHost.", "a.localhost", "b.a.LOCALHOST"])
def test_localhost_is_this_machine_whatever_the_resolver_says(host: str) -> None:
    with pytest.raises(AddressRefusedError, match="is this machine"):
        PublicOnlyBackend(lambda *_: ["8.8.8.8"], sockets=Nowhere()).connect_tcp(host, 80)


@pytest.mark.parametrize(
    "addresses",
    [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["2606:4700::1111", "8.8.8.8", "10.0.0.1"]],
)
def test_one_private_address_among_public_ones_is_enough(addresses: list[str]) -> None:
    sockets = Nowhere()
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.1, which is not"):
        PublicOnlyBackend(lambda *_: addresses, sockets=sockets).connect_tcp("two.example", 80)
    assert sockets.tried == []


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.2.1", "fe80::1", "::"],
)
def test_allow_private_opens_private_networks_and_nothing_else(address: str) -> None:
    backend = PublicOnlyBackend(lambda *_: [address], allow_private=True, sockets=Nowhere())
    with pytest.raises(AddressRefusedError):
        backend.connect_tcp("router.example", 80)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "fd00::1", "8.8.8.8"])
def test_allow_private_goes_there(address: str) -> None:
    sockets = Nowhere()
    backend = PublicOnlyBackend(lambda *_: [address], allow_private=True, sockets=sockets)
    with pytest.raises(httpcore.ConnectError, match="nobody there"):
        backend.connect_tcp("localhost", 80)
    assert [host for host, _ in sockets.tried] == [address]


@pytest.mark.parametrize(
    "error", [socket.gaierror("no such name"), UnicodeError("label empty"), ValueError("null")]
)
def test_an_unknown_name_is_no_connection(error: Exception) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise error

    with pytest.raises(httpcore.ConnectError, match="cannot resolve"):
        PublicOnlyBackend(unknown).connect_tcp("x.example", 80)


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    started = time.monotonic()
    with pytest.raises(httpcore.ConnectTimeout, match="not resolved in time"):
        PublicOnlyBackend(_hangs).connect_tcp("slow.example", 80, timeout=0.1)
    with done_within(0.1), pytest.raises(httpcore.ConnectTimeout, match="not resolved in time"):
        PublicOnlyBackend(_hangs).connect_tcp("slow.example", 80, timeout=60)
    assert time.monotonic() - started < 1


def _hangs(host: str, port: int) -> list[str]:
    time.sleep(2)
    return []


def test_a_dead_first_address_leaves_time_for_the_second() -> None:
    sockets = Nowhere()
    backend = PublicOnlyBackend(lambda *_: ["2606:4700::1111", "8.8.8.8"], sockets=sockets)
    with pytest.raises(httpcore.ConnectError, match="nobody there"):
        backend.connect_tcp("two.example", 80, timeout=10)
    assert sockets.tried == [("2606:4700::1111", 5.0), ("8.8.8.8", 10.0)]


def test_a_name_without_addresses() -> None:
    with pytest.raises(httpcore.ConnectError, match="has no address"):
        PublicOnlyBackend(lambda *_: []).connect_tcp("none.example", 80)


def test_the_connection_goes_to_the_address_that_was_checked(
    serve: Callable[..., Any], wires: Callable[..., Any]
) -> None:
    """The second answer of this resolver is loopback; it is not asked a second time."""
    answers = iter((["93.184.215.14"], ["127.0.0.1"]))
    sockets = wires(serve(lambda *_: None))
    backend = PublicOnlyBackend(lambda *_: next(answers), sockets=sockets)
    stream = backend.connect_tcp("rebind.example", 80)
    assert sockets.went_to == ["93.184.215.14"]
    assert stream.get_extra_info("address") == "93.184.215.14"
    stream.close()
    with pytest.raises(AddressRefusedError):
        backend.connect_tcp("rebind.example", 80)


def test_no_socket_files() -> None:
    for backend in (PublicOnlyBackend(), PublicOnlyBackend(allow_private=True)):
        with pytest.raises(AddressRefusedError):
            backend.connect_unix_socket("/run/x.sock")


def test_resolve_gives_each_address_once() -> None:
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]
