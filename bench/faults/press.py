"""The feeds of the faults' worlds, on loopback, each on a host of its own; some of them lie."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.poll_world import Made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEEDS: Final = 6
ITEMS: Final = 10
_NEWER: Final = 3


@dataclass
class Press:
    """A server in threads of this process.

    Attributes:
        port: On every host.
        newer: Whether the second edition is out.
        lies: Number of a feed -> a variant of the fault ``network``.
        asked: Addresses asked, in order.
    """

    port: int = 0
    newer: bool = False
    lies: dict[int, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, number: int) -> str:
        """Address of a feed."""
        return f"http://127.0.0.{2 + number}:{self.port}/feed/{number}"

    def body(self, number: int) -> bytes:
        """What the feed shows."""
        return Made(number, "fine", 0.0, ITEMS, _NEWER * self.newer).body()

    def opml(self) -> str:
        """The list of all feeds."""
        rows = (
            f'<outline type="rss" text="Desk {n}" xmlUrl="{self.url(n)}"/>' for n in range(FEEDS)
        )
        return f'<opml version="2.0"><head/><body>{"".join(rows)}</body></opml>'


@contextlib.contextmanager
def printing() -> Iterator[Press]:
    """A press that runs until the block ends."""
    press = Press()
    with contextlib.ExitStack() as stack:
        for number in range(FEEDS):
            door = stack.enter_context(socket.create_server((f"127.0.0.{2 + number}", press.port)))
            press.port = press.port or door.getsockname()[1]
            threading.Thread(target=_serve, args=(press, door), daemon=True).start()
        yield press


def _serve(press: Press, door: socket.socket) -> None:
    while True:
        try:
            guest, _ = door.accept()
        except OSError:
            return  # the press has closed
        threading.Thread(target=_answer, args=(press, guest), daemon=True).start()


def _answer(press: Press, guest: socket.socket) -> None:
    # A reader that is killed, or has had enough, is no fault of the press.
    with guest, contextlib.suppress(OSError):
        path = _asked(guest)
        press.asked.append(path)
        number = int(path.rpartition("/")[2])
        _WAYS[press.lies.get(number, "fine")](guest, press.body(number), path)


def _asked(guest: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head and (more := guest.recv(4096)):
        head += more
    return head.split(b" ")[1].decode() if head.count(b" ") > 1 else "/feed/0"


def _head(length: int | None, *more: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/xml", "Connection: close", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def _fine(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(len(body)) + body)


def _drop(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(len(body)) + body[: len(body) // 2])


def _reset(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(len(body)) + body[:200])
    guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _long_length(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(len(body) + 500) + body)


def _short_length(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(len(body) // 2) + body)


def _gzip(guest: socket.socket, body: bytes, _: str) -> None:
    packed = bytearray(gzip.compress(body))
    packed[len(packed) // 2] ^= 0xFF
    guest.sendall(_head(len(packed), "Content-Encoding: gzip") + packed)


def _loop(guest: socket.socket, _: bytes, path: str) -> None:
    guest.sendall(_head(0, f"Location: {path}", status="302 Found"))


def _endless_body(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(None) + body[:300])
    while True:
        guest.sendall(b"<!-- more to come -->" * 4096)


def _slow_loris(guest: socket.socket, body: bytes, _: str) -> None:
    guest.sendall(_head(len(body)))
    for place in range(len(body)):
        guest.sendall(body[place : place + 1])
        time.sleep(1)


def _endless_headers(guest: socket.socket, _: bytes, __: str) -> None:
    guest.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        guest.sendall(b"X-More: to come\r\n")
        time.sleep(1)


_WAYS: Final[dict[str, Callable[[socket.socket, bytes, str], None]]] = {
    "fine": _fine,
    "drop": _drop,
    "reset": _reset,
    "long length": _long_length,
    "short length": _short_length,
    "gzip": _gzip,
    "loop": _loop,
    "endless body": _endless_body,
    "slow loris": _slow_loris,
    "endless headers": _endless_headers,
}
