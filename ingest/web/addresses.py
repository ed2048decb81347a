"""Connections only to the public internet: a feed may redirect, or resolve, to our own network.

Every address that a name resolves to must be global, and the connection goes to the very address
that was checked, so that a name that answers differently the second time (DNS rebinding) gains
nothing. Numbers in odd spellings (`0x7f.1`, `2130706433`) are resolved first and then judged.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from ingest.errors import AddressRefusedError

Resolver = Callable[[str, int], list[str]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order of preference.

    Raises:
        OSError: if the name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Is it a unicast address of the public internet, also when an IPv4 hides inside an IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    hidden = _hidden_ipv4(ip)
    if hidden is not None:
        return is_public(str(hidden))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _hidden_ipv4(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


class PublicOnlyBackend(httpcore.NetworkBackend):
    """httpcore's network backend, with the check between resolving and connecting."""

    def __init__(self, resolver: Resolver = resolve) -> None:
        self._resolver = resolver
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, if all of them are public.

        Raises:
            AddressRefusedError: if any address of the host is not public.
            httpcore.ConnectError: if the name is unknown or no address answers.
        """
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"cannot resolve {host}: {error}") from error
        for address in addresses:
            if not is_public(address):
                raise AddressRefusedError(
                    f"{host} is {address}, which is not on the public internet"
                )
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return self._sockets.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refused: no feed lives in a socket file.

        Raises:
            AddressRefusedError: always.
        """
        raise AddressRefusedError(f"not a public address: {path}")
