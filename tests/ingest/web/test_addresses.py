from __future__ import annotations

import socket

import httpcore
import pytest

from ingest.errors import AddressRefusedError
from ingest.web.addresses import PublicOnlyBackend, is_public, resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "x",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
def test_loopback_in_all_its_spellings_is_refused(host: str) -> None:
    with pytest.raises((AddressRefusedError, httpcore.ConnectError)):
        PublicOnlyBackend().connect_tcp(host.strip("[]"), 9)


def test_one_private_address_among_public_ones_is_enough() -> None:
    backend = PublicOnlyBackend(lambda host, port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.1, which is not"):
        backend.connect_tcp("rebind.example", 80)


def test_an_unknown_name_is_no_connection() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(httpcore.ConnectError, match="cannot resolve"):
        PublicOnlyBackend(unknown).connect_tcp("x.example", 80)


def test_no_socket_files() -> None:
    with pytest.raises(AddressRefusedError):
        PublicOnlyBackend().connect_unix_socket("/run/x.sock")


def test_resolve_gives_each_address_once() -> None:
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]
