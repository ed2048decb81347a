"""Fetching over HTTP: conditional, capped, timed, polite, and only from the public internet."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from threading import Event
from types import TracebackType
from typing import TYPE_CHECKING

import httpx
import stamina

from ingest.clock import system_now
from ingest.errors import (
    AddressRefusedError,
    BodyTooLargeError,
    FetchTimeoutError,
    HttpStatusError,
    NoConnectionError,
    TooManyRedirectsError,
)
from ingest.records import Hop, Validators
from ingest.web.addresses import PublicOnlyBackend, Resolver, is_public, resolve
from ingest.web.answers import REDIRECTS, Fetched, check_status, conditions, count
from ingest.web.body import BodyReader
from ingest.web.deadline import done_within
from ingest.web.decoders import ACCEPT_ENCODING
from ingest.web.hosts import Hosts
from ingest.web.limits import Limits
from ingest.web.places import Place, basic_auth, place_of, redirected
from ingest.web.retries import asked_pause, pause_before_retry
from ingest.web.robots import RobotsRules
from ingest.web.transport import PoolTransport

if TYPE_CHECKING:
    import httpcore

__all__ = ["ROBOT_NAME", "Fetched", "Fetcher", "Limits", "user_agent"]

ROBOT_NAME = "bubblefear"
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)

# The retry library warns of every retry; without a handler of ours that would reach stderr.
logging.getLogger("stamina").addHandler(logging.NullHandler())


def user_agent() -> str:
    """Who we are, for the server's log."""
    try:
        release = version("bubblefear")
    except PackageNotFoundError:  # run from a checkout that was not installed
        release = "dev"
    return f"{ROBOT_NAME}/{release} (news index; polls feeds, honours robots.txt for pages)"


@dataclass
class _Wanted:
    """What a caller wants, and what getting it has cost so far.

    `spent` is in seconds on the wire; `outside` turns true where a server of the public internet
    was met, which may not send us into our own network even if we may go there ourselves.
    """

    url: str
    validators: Validators
    robots: bool
    first_bytes: int | None
    spent: float = 0.0
    outside: bool = False


@dataclass
class _Answer:
    """The head of an answer, and its body unless it is a redirect."""

    status: int
    headers: httpx.Headers
    location: str | None = None
    body: bytes = field(default=b"", repr=False)


class Fetcher:
    """A client for feeds and pages; safe to share between threads; close it, or use `with`."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limits: Limits | None = None,
        agent: str | None = None,
        transport: httpx.BaseTransport | None = None,
        resolver: Resolver = resolve,
        sockets: httpcore.NetworkBackend | None = None,
        hosts: Hosts | None = None,
        now: Callable[[], str] = system_now,
    ) -> None:
        """Open a client.

        Args:
            allow_private: also reach this machine and private networks (a feed of our own),
                though not where a public server redirects there.
            limits: caps and timeouts.
            agent: User-Agent, by default the project's name and version.
            transport: stands in for the network.
            resolver: names to addresses.
            sockets: connects to an address that was checked.
            hosts: whose turn it is where; share one to be polite with several clients.
            now: the clock, UTC text.
        """
        self.limits = limits or Limits()
        self.hosts = hosts or Hosts(self.limits.per_host)
        self.robots = RobotsRules(ROBOT_NAME)
        self._now = now
        self._closed = Event()
        self._agent = agent or user_agent()

        def reach(private: bool) -> httpx.BaseTransport:
            return PoolTransport(
                PublicOnlyBackend(resolver, allow_private=private, sockets=sockets)
            )

        self._transport = transport or reach(allow_private)
        self._outside = reach(False) if allow_private and not transport else self._transport

    def fetch(
        self,
        url: str,
        validators: Validators | None = None,
        *,
        robots: bool = False,
        first_bytes: int | None = None,
    ) -> Fetched:
        """Get an address, with retries where they can help.

        Args:
            url: an http(s) address; a user and password in it are sent to its site alone.
            validators: of the last answer, to be told "not modified" instead of the same again.
            robots: ask robots.txt first, also of every site that it redirects to, and leave the
                pause between requests that pages deserve. A feed is published to be polled.
            first_bytes: a longer body is cut there instead of refused.

        Raises:
            FetchError: one of its kinds, with one line that says what happened.
        """
        wanted = _Wanted(url, validators or Validators(), robots, first_bytes)

        def again(error: Exception) -> bool | float:
            if self._closed.is_set() or wanted.spent >= self.limits.total:
                return False
            return pause_before_retry(error, self.limits)

        for attempt in stamina.retry_context(
            on=again,
            attempts=self.limits.attempts,
            timeout=None,  # ours counts the time on the wire, not that of waiting for a turn
            wait_initial=self.limits.first_wait,
            wait_max=self.limits.longest_wait,
            wait_jitter=self.limits.first_wait,
        ):
            with attempt:
                return self._attempt(wanted)
        raise NoConnectionError(f"{place_of(url).host}: no attempt was made")

    def close(self) -> None:
        """Close all connections; requests under way in other threads fail, and are not repeated."""
        self._closed.set()
        self._transport.close()
        self._outside.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _attempt(self, wanted: _Wanted) -> Fetched:
        place, end = place_of(wanted.url), wanted.spent + self.limits.total
        hops: list[Hop] = []
        wanted.outside = False
        for _ in range(self.limits.redirects + 1):
            if wanted.robots:
                self.robots.require(place.url, self)
            with self._turn(place.host, wanted, end):
                answer = self._one_hop(place, wanted)
            if answer.location is None:
                return _fetched(wanted.url, place.url, answer, tuple(hops))
            place = redirected(place, answer.location)
            hops.append(Hop(answer.status, place.url))
        raise TooManyRedirectsError(f"{place.host}: more than {self.limits.redirects} redirects")

    @contextmanager
    def _turn(self, host: str, wanted: _Wanted, end: float) -> Iterator[None]:
        """One request: at its host's turn, within what is left of the time, with our errors."""
        with self.hosts.turn(host):
            started = time.monotonic()
            try:
                with done_within(end - wanted.spent):
                    yield
            except httpx.TimeoutException as error:
                over = wanted.spent + time.monotonic() - started >= end
                what = (
                    f"not read within {self.limits.total:g} seconds"
                    if over
                    else "no answer in time"
                )
                raise FetchTimeoutError(f"{host}: {what} ({_one_line(error)})") from error
            except httpx.TransportError as error:
                raise NoConnectionError(f"{host}: {_one_line(error)}") from error
            except (httpx.InvalidURL, UnicodeError) as error:
                raise AddressRefusedError(f"{host}: not an address: {_one_line(error)}") from error
            except HttpStatusError as error:
                # Who asks for a pause is asked nothing in the meantime, by any thread.
                self.hosts.hold_off(host, asked_pause(error, self.limits))
                raise
            finally:
                wanted.spent += time.monotonic() - started

    def _one_hop(self, place: Place, wanted: _Wanted) -> _Answer:
        offered = conditions(wanted.validators, wanted.url, place.url)
        transport = self._outside if wanted.outside else self._transport
        with closing(transport.handle_request(self._request(place, offered))) as response:
            wanted.outside = wanted.outside or _is_outside(response)
            location = response.headers.get("location")
            if response.status_code in REDIRECTS and location:
                return _Answer(response.status_code, response.headers, location)
            check_status(place.host, response, bool(offered), self._now)
            if response.status_code == 304:
                return _Answer(304, response.headers)
            body = self._read(place.host, response, wanted.first_bytes)
            return _Answer(response.status_code, response.headers, body=body)

    def _request(self, place: Place, offered: dict[str, str]) -> httpx.Request:
        """A request for a transport: a client would keep cookies and read every Location itself."""
        headers = {
            "User-Agent": self._agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPT_ENCODING,
            **offered,
        }
        if place.credentials is not None:
            headers["Authorization"] = basic_auth(*place.credentials)
        timeout = httpx.Timeout(self.limits.read, connect=self.limits.connect).as_dict()
        return httpx.Request("GET", place.url, headers=headers, extensions={"timeout": timeout})

    def _read(self, host: str, response: httpx.Response, first_bytes: int | None) -> bytes:
        cap = self.limits.body if first_bytes is None else first_bytes
        announced = count(response.headers.get("content-length", ""))
        if first_bytes is None and announced is not None and announced > cap:
            raise BodyTooLargeError(
                f"{host}: announces {announced:,.0f} bytes, over the limit of {cap:,}"
            )
        try:
            encoding = response.headers.get("content-encoding")
            reader = BodyReader(encoding, cap, truncate=first_bytes is not None)
            for chunk in response.iter_raw():
                reader.add(chunk)
                if reader.is_full:
                    break
            return reader.finish()
        except (BodyTooLargeError, NoConnectionError) as error:
            raise type(error)(f"{host}: {error}") from error


def _fetched(url: str, final_url: str, answer: _Answer, hops: tuple[Hop, ...]) -> Fetched:
    return Fetched(
        url=url,
        final_url=final_url,
        status=answer.status,
        body=answer.body,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        content_type=answer.headers.get("content-type"),
        hops=hops,
    )


def _is_outside(response: httpx.Response) -> bool:
    """Did it come from the public internet."""
    stream = response.extensions.get("network_stream")
    return stream is not None and is_public(str(stream.get_extra_info("address")))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
