"""A server that answers with bytes as told, and connections that are written down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import httpcore
import pytest

from ingest.web.addresses import resolve

PUBLIC = "93.184.215.14"  # stands for every server of the internet in these tests
Talk = Callable[[socket.socket, bytes], None]


class RawServer:
    """Accepts on a port of this machine; `heads` are the request heads that came."""

    def __init__(self, talk: Talk, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self._talk = talk
        self._open: list[socket.socket] = []
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        self._listener.listen(50)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def paths(self) -> list[str]:
        return [head.split(b" ", 2)[1].decode() for head in self.heads]

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            rest = b""
            while True:
                while b"\r\n\r\n" not in rest:
                    more = connection.recv(65_536)
                    if not more:
                        return
                    rest += more
                head, _, rest = rest.partition(b"\r\n\r\n")
                self.heads.append(head)
                self._talk(connection, head)


@pytest.fixture
def serve() -> Iterator[Callable[[Talk], RawServer]]:
    """Opens servers that are closed after the test."""
    servers: list[RawServer] = []

    def start(talk: Talk) -> RawServer:
        servers.append(RawServer(talk))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


class Wires(httpcore.NetworkBackend):
    """Connects, writes down to where, and leads one public address to a server of this machine."""

    def __init__(self, port: int) -> None:
        self.public = PUBLIC
        self.went_to: list[str] = []
        self._port = port
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.went_to.append(host)
        if host == self.public:
            return self._real.connect_tcp("127.0.0.1", self._port, timeout)
        return self._real.connect_tcp(host, port, timeout, local_address, socket_options)

    def names(self, host: str, port: int) -> list[str]:
        """Every name under `example` is public; the rest is what this machine says."""
        return [self.public] if host.endswith(".example") else resolve(host, port)


@pytest.fixture
def wires() -> Callable[[RawServer], Wires]:
    """Connections that end at a server, for the names of the internet."""
    return lambda server: Wires(server.port)


def _answer(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    announced = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {announced}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """Bytes of an HTTP/1.1 answer, of status, body and header lines."""
    return _answer


@pytest.fixture
def decoys() -> Iterator[list[RawServer]]:
    """Servers that nobody should ever reach, on both loopbacks where there are both."""

    def shout(connection: socket.socket, head: bytes) -> None:
        connection.sendall(_answer("200 OK", b"a secret"))

    found = [RawServer(shout)]
    with suppress(OSError):
        found.append(RawServer(shout, socket.AF_INET6))
    yield found
    for server in found:
        server.close()
