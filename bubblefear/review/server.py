"""Serving the review pages until stopped."""

from __future__ import annotations

import secrets
import socket
import sys
import webbrowser
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import uvicorn

from bubblefear.errors import BubblefearError
from bubblefear.review import days, security
from bubblefear.review.app import build

if TYPE_CHECKING:
    from pathlib import Path

_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})


def serve(
    database: Path,
    port: int,
    host: str = "127.0.0.1",
    open_browser: bool = False,
    token: str | None = None,
) -> None:
    """Serve the review of a database in this process until it is interrupted.

    Prints the address and the write token, once, on standard output.

    Args:
        database: The file.
        port: TCP port; 0 takes a free one.
        host: Address to listen at. Only this machine can reach the default.
        open_browser: Open the home page in the person's browser.
        token: What writing a review needs; a random one where not given.

    Raises:
        StoreError: There is no usable database.
        BubblefearError: The port cannot be had.
    """
    token = token or secrets.token_urlsafe(18)
    hosts = frozenset() if host in _EVERYWHERE else security.LOOPBACK | {host.lower()}
    application = build(database, token=token, clock=_now, hosts=hosts).app()
    days.next_session(_now()[:10])  # loads the calendar, or the first page would wait for it
    with closing(_listen(host, port)) as listener:
        address = _address(host, listener.getsockname()[1])
        sys.stdout.write(f"Review at {address}\nWrite token: {token}\n")
        sys.stdout.flush()
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(application, log_level="warning", lifespan="on", workers=1)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that already queues connections, so that a browser may come before we serve."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BubblefearError(f"cannot listen at {host}: {error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise BubblefearError(f"cannot listen at {host} port {port}: {error}") from error
    return listener


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in _EVERYWHERE else host
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
