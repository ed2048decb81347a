"""Serving the review pages until stopped."""

from __future__ import annotations

import asyncio
import logging
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
from bubblefear.review.pages import found

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

    from bubblefear.config import Settings

# What a request under way gets to end once we are told to stop: a review is written in less.
GRACE_SECONDS = 1
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - to warn of them


def serve(
    database: Path,
    port: int,
    host: str = "127.0.0.1",
    open_browser: bool = False,
    token: str | None = None,
    settings: Settings | None = None,
) -> None:
    """Serve the review of a database in this process until it is interrupted.

    Prints the address and the write token, once, on standard output.

    Args:
        database: The file.
        port: TCP port; 0 takes a free one.
        host: Address to listen at. Only this machine can reach the default; for another a line
            on standard error says so.
        open_browser: Open the home page in the person's browser.
        token: What writing a review needs; a random one where not given.
        settings: Of the other commands, by which the health page judges; default: the defaults.

    Raises:
        StoreError: There is no usable database.
        BubblefearError: The port cannot be had.
    """
    token = token or secrets.token_urlsafe(18)
    datasette = build(database, token=token, clock=_now, hosts=_names(host), settings=settings)
    days.next_session(_now()[:10])  # loads the calendar, or the first page would wait for it
    with closing(_listen(host, port)) as listener:
        address = _address(host, listener.getsockname()[1])
        _warn(host)
        sys.stdout.write(f"Review at {address}\nWrite token: {token}\n")
        sys.stdout.flush()
        if open_browser:
            webbrowser.open(address)
        _Server(datasette).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends within a second or two of being told to, whatever browsers and slow checks do."""

    def __init__(self, datasette: Datasette) -> None:
        super().__init__(
            uvicorn.Config(
                datasette.app(),
                log_level="warning",
                lifespan="on",
                workers=1,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._datasette = datasette
        self._preparing: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and read meanwhile what the first search needs."""
        await super().startup(sockets)
        self._preparing = asyncio.create_task(found.prepare(self._datasette))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is open; a request that takes longer is cut, without a traceback of it."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def _names(host: str) -> frozenset[str]:
    """Host names that requests may address: also where everybody can reach us, not any name."""
    if host not in _EVERYWHERE:
        return security.LOOPBACK | {host.lower()}
    own = {socket.gethostname().lower(), socket.getfqdn().lower()}
    return security.LOOPBACK | own | {security.ANY_ADDRESS}


def _warn(host: str) -> None:
    if host.lower() not in security.LOOPBACK:
        sys.stderr.write(
            f"warning: --host {host}: every machine that can reach this one can read this "
            "database, and the token travels unencrypted\n"
        )


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
