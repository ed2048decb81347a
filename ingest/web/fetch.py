"""Fetching over HTTP: conditional, capped, timed, polite, and only from the public internet."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType

import httpcore
import httpx
import stamina

from ingest.errors import (
    AddressRefusedError,
    BodyTooLargeError,
    FetchTimeoutError,
    HttpStatusError,
    NoConnectionError,
    TooManyRedirectsError,
)
from ingest.feeds.guard import MAX_FEED_BYTES
from ingest.records import Validators
from ingest.urls import host_of, is_web_address, join
from ingest.web.addresses import PublicOnlyBackend, Resolver, resolve
from ingest.web.body import ACCEPT_ENCODING, BodyReader
from ingest.web.robots import RobotsRules
from ingest.web.transport import PoolTransport

ROBOT_NAME = "bubblefear"
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_TRY_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))

# The retry library warns of every retry; without a handler of ours that would reach stderr.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Limits:
    """How much, and how long, in bytes and seconds.

    Attributes:
        body: most bytes of a body after decompression.
        connect: time to connect.
        read: longest silence while reading.
        total: one attempt with all its redirects; also the time after which no retry begins.
        attempts: tries in all.
        first_wait: before the second try; it doubles.
        longest_wait: a `Retry-After` beyond this ends the tries.
        redirects: most hops.
    """

    body: int = MAX_FEED_BYTES
    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    attempts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 20.0
    redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """An answer: 200 with its body, or 304 without.

    `etag`, `last_modified` and `content_type` are the headers as sent, `final_url` is the address
    after redirects.
    """

    url: str
    final_url: str
    status: int
    body: bytes
    etag: str | None
    last_modified: str | None
    content_type: str | None


def user_agent() -> str:
    """Who we are, for the server's log."""
    try:
        release = version("bubblefear")
    except PackageNotFoundError:  # run from a checkout that was not installed
        release = "dev"
    return f"{ROBOT_NAME}/{release} (news index; polls feeds, honours robots.txt for pages)"


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
    ) -> None:
        """Open a client.

        Args:
            allow_private: also reach addresses that are not on the public internet (a feed on
                this machine).
            limits: caps and timeouts.
            agent: User-Agent, by default the project's name and version.
            transport: stands in for the network.
            resolver: names to addresses.
        """
        self.limits = limits or Limits()
        backend = httpcore.SyncBackend() if allow_private else PublicOnlyBackend(resolver)
        self._client = httpx.Client(
            transport=transport or PoolTransport(backend),
            headers={
                "User-Agent": agent or user_agent(),
                "Accept": _ACCEPT,
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
            follow_redirects=False,
            trust_env=False,
        )
        self.robots = RobotsRules(ROBOT_NAME)

    def fetch(self, url: str, validators: Validators | None = None) -> Fetched:
        """Get an address, with retries where they can help.

        Args:
            url: an http(s) address.
            validators: of the last answer, to be told "not modified" instead of the same again.

        Raises:
            FetchError: one of its kinds, with one line that says what happened.
        """
        for attempt in stamina.retry_context(
            on=self._pause_before_retry,
            attempts=self.limits.attempts,
            timeout=self.limits.total,
            wait_initial=self.limits.first_wait,
            wait_max=self.limits.longest_wait,
            wait_jitter=self.limits.first_wait,
        ):
            with attempt:
                return self._attempt(url, validators or Validators())
        raise NoConnectionError(f"{host_of(url)}: no attempt was made")

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _pause_before_retry(self, error: Exception) -> bool | float:
        """Whether to try again; seconds where the server named them."""
        if isinstance(error, HttpStatusError):
            if error.status not in _TRY_AGAIN:
                return False
            if error.retry_after is None:
                return True
            return error.retry_after if error.retry_after <= self.limits.longest_wait else False
        return isinstance(error, NoConnectionError | FetchTimeoutError)

    def _attempt(self, url: str, validators: Validators) -> Fetched:
        deadline = time.monotonic() + self.limits.total
        current = url
        for _ in range(self.limits.redirects + 1):
            if not is_web_address(current):
                raise AddressRefusedError(f"not an http address: {current[:120]!r}")
            answer = self._one_hop(current, validators, partial(_left, deadline))
            if isinstance(answer, str):
                current = _target(current, answer)
                continue
            return Fetched(url, current, *answer)
        raise TooManyRedirectsError(f"{host_of(url)}: more than {self.limits.redirects} redirects")

    def _one_hop(
        self, url: str, validators: Validators, left: Callable[[], float]
    ) -> str | tuple[int, bytes, str | None, str | None, str | None]:
        """The target of a redirect, or (status, body, etag, last_modified, content_type)."""
        try:
            with self._client.stream("GET", url, headers=_conditions(validators)) as response:
                target = response.headers.get("location")
                if response.status_code in _REDIRECTS and target:
                    return str(target)
                _check_status(response, validators)
                body = self._read(response, left)
                names = ("etag", "last-modified", "content-type")
                etag, modified, kind = (response.headers.get(name) for name in names)
                return response.status_code, body, etag, modified, kind
        except httpx.TimeoutException as error:
            raise FetchTimeoutError(f"{host_of(url)}: no answer in time ({error})") from error
        except httpx.TransportError as error:
            raise NoConnectionError(f"{host_of(url)}: {_one_line(error)}") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise AddressRefusedError(f"not an address: {_one_line(error)}") from error

    def _read(self, response: httpx.Response, left: Callable[[], float]) -> bytes:
        announced = _count(response.headers.get("content-length", ""))
        if announced is not None and announced > self.limits.body:
            raise BodyTooLargeError(
                f"announces {announced:,.0f} bytes, over the limit of {self.limits.body:,}"
            )
        reader = BodyReader(response.headers.get("content-encoding"), self.limits.body)
        for chunk in response.iter_raw():
            reader.add(chunk)
            if left() < 0:
                raise FetchTimeoutError(
                    f"{response.url.host}: not read within {self.limits.total:g} seconds"
                )
        return reader.finish()


def _left(deadline: float) -> float:
    return deadline - time.monotonic()


def _target(url: str, location: str) -> str:
    """Where a redirect leads."""
    target = join(url, location)
    if target is None:
        raise AddressRefusedError(f"{host_of(url)}: sends to no address: {location[:120]!r}")
    return target


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    return {name: value for name, value in headers.items() if value}


def _check_status(response: httpx.Response, validators: Validators) -> None:
    status = response.status_code
    if 200 <= status < 300 or (status == 304 and _conditions(validators)):
        return
    phrase = f"HTTP {status} {response.reason_phrase}".strip()
    raise HttpStatusError(f"{response.url.host}: {phrase}", status, _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait: given as such, or as a time, which is read by the server's own clock."""
    value = response.headers.get("retry-after", "").strip()
    seconds = _count(value)
    if seconds is not None:
        return seconds
    try:
        then = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (then - now).total_seconds())
    except (OverflowError, TypeError, ValueError):
        return None


def _count(value: str) -> float | None:
    """A header's whole number; "²" is a digit to `str.isdigit` alone, and no number."""
    # A float takes any number of digits, where int() refuses more than 4,300.
    return float(value) if value.isascii() and value.isdigit() else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
