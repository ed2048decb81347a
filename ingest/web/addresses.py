"""Connections only to the public internet: a feed may redirect, or resolve, to our own network.

Every address that a name resolves to must be public, and the connection goes to the very address
that was checked, so that a name that answers differently the second time (DNS rebinding) gains
nothing. Numbers in odd spellings (`0x7f.1`, `2130706433`) are resolved first and then judged.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore

from ingest.errors import AddressRefusedError
from ingest.web.deadline import TimedStream, allowed
from ingest.web.special_addresses import is_private, is_public

__all__ = ["PublicOnlyBackend", "Resolver", "is_private", "is_public", "resolve"]

Resolver = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order of preference.

    Raises:
        OSError: if the name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class PublicOnlyBackend(httpcore.NetworkBackend):
    """httpcore's network backend, with the check between resolving and connecting."""

    def __init__(
        self,
        resolver: Resolver = resolve,
        *,
        allow_private: bool = False,
        sockets: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Choose what may be reached.

        Args:
            resolver: names to addresses.
            allow_private: also this machine and private networks; nothing else opens by it.
            sockets: connects to an address that was checked; by default the system.
        """
        self._resolver = resolver
        self._allow_private = allow_private
        self._sockets = sockets or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, if all of them may be reached.

        Args:
            host: name or address.
            port: TCP port.
            timeout: seconds for resolving, and once more for all addresses together.
            local_address: as in httpcore.
            socket_options: as in httpcore.

        Raises:
            AddressRefusedError: if any address of the host may not be reached.
            httpcore.ConnectError: if the name is unknown or no address answers.
            httpcore.ConnectTimeout: if resolving or connecting takes too long.
        """
        addresses = self._checked(host, port, timeout)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for place, address in enumerate(addresses):
            try:
                # A dead first address leaves time for the next: IPv6 may lead nowhere.
                share = _share(timeout, len(addresses) - place)
                stream = self._sockets.connect_tcp(
                    address, port, share, local_address, socket_options
                )
                return TimedStream(stream, address)
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

    def _checked(self, host: str, port: int, timeout: float | None) -> list[str]:
        if not self._allow_private and _is_local_name(host):
            # By RFC 6761 it is this machine, whatever a resolver says.
            raise AddressRefusedError(
                f"{host} is this machine, which is not on the public internet"
            )
        # "127.0.0.1." is an address for some resolvers and a name for others.
        plain = host.rstrip(".") if is_private(host.rstrip(".")) else host
        addresses = _resolve_within(self._resolver, plain, port, allowed(timeout))
        for address in addresses:
            if not is_public(address) and not (self._allow_private and is_private(address)):
                named = host if host == address else f"{host} is {address}, which"
                raise AddressRefusedError(f"{named} is not on the public internet")
        return addresses


def _is_local_name(host: str) -> bool:
    return host.lower().rstrip(".").rpartition(".")[2] == "localhost"


def _share(timeout: float | None, addresses: int) -> float | None:
    seconds = allowed(timeout)
    if seconds is None:
        return None
    if seconds <= 0:
        raise httpcore.ConnectTimeout("the time for the whole request is over")
    return seconds / addresses


def _resolve_within(resolver: Resolver, host: str, port: int, seconds: float | None) -> list[str]:
    """Resolve in a thread of its own: the system's resolver takes no time-out."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, OverflowError, ValueError) as error:  # "a..b" is a UnicodeError
            answers.put(error)

    # A daemon, so that a resolver that hangs does not keep the process from ending.
    Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=None if seconds is None else max(0.0, seconds))
    except Empty:
        raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(f"cannot resolve {host}: {answer}") from answer
    return answer
