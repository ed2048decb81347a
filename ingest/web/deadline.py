"""One end for all that a request does on the wire.

httpx's time-outs are for each single read: a server that sends one byte of its headers every few
seconds never meets them. Here each read, write and handshake may take what is left of the whole.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import httpcore

# Read by streams of a shared pool, which know nothing of the request that they serve.
_END: ContextVar[float | None] = ContextVar("end", default=None)


@contextmanager
def done_within(seconds: float) -> Iterator[None]:
    """Everything on the wire in this block, in this thread, ends after so many seconds."""
    token = _END.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _END.reset(token)


def allowed(longest: float | None) -> float | None:
    """Seconds that the next step may take: its own limit, or what is left if that is less.

    Zero or less where the time is over; `None` where nothing limits it.
    """
    end = _END.get()
    if end is None:
        return longest
    left = end - time.monotonic()
    return left if longest is None else min(left, longest)


class TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the request that it serves."""

    def __init__(self, stream: httpcore.NetworkStream, address: str) -> None:
        """Wrap a connection.

        Args:
            stream: the connection.
            address: the address that was checked and connected to; `get_extra_info("address")`.
        """
        self._stream = stream
        self._address = address

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is.

        Raises:
            httpcore.ReadTimeout: if nothing comes, or the request's time is over.
        """
        return self._stream.read(max_bytes, _some(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes.

        Raises:
            httpcore.WriteTimeout: if nobody takes them, or the request's time is over.
        """
        self._stream.write(buffer, _some(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection, also under a thread that waits for it."""
        connection = self._stream.get_extra_info("socket")
        if connection is not None:
            with suppress(OSError):  # closed by the other side
                # Closing alone would not wake it. Of the plain socket: TLS keeps its own state.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on encrypted.

        Raises:
            httpcore.ConnectTimeout: if the handshake lasts longer than the request may.
        """
        seconds = _some(timeout, httpcore.ConnectTimeout)
        inner = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return TimedStream(inner, self._address)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        """What httpcore asks of a connection, and `address`."""
        return self._address if info == "address" else self._stream.get_extra_info(info)


def _some(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    seconds = allowed(timeout)
    if seconds is not None and seconds <= 0:
        raise error("the time for the whole request is over")
    return seconds
