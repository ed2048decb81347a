"""robots.txt by RFC 9309, asked once a day per site: for article pages, not for feeds."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from ingest.charset import decode
from ingest.errors import FetchError, HttpStatusError, RobotsRefusedError
from ingest.urls import host_of
from ingest.web.places import masked, place_of

if TYPE_CHECKING:
    from ingest.web.fetch import Fetcher

_EVERYTHING_FORBIDDEN: Final = "User-agent: *\nDisallow: /"
_MOST_BYTES: Final = 500 * 1024  # what RFC 9309 asks to read at least; the rest is not looked at
_DAY: Final = 86_400.0
_HOUR: Final = 3_600.0
_LONGEST_DELAY: Final = 30.0
_MOST_SITES: Final = 1_000


@dataclass
class _Site:
    """What is known of a site; its lock is held while its file is fetched."""

    rules: Protego | None = None
    until: float = 0.0
    lock: Lock = field(default_factory=Lock)


class RobotsRules:
    """The rules of the sites met so far; safe to share between threads."""

    def __init__(self, robot: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Start without any.

        Args:
            robot: the name that robots.txt files know us by.
            clock: seconds that only grow; rules are asked for again after 24 hours, and after
                one where the file could not be had.
        """
        self._robot = robot
        self._clock = clock
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._lock = Lock()

    def allows(self, url: str, fetcher: Fetcher) -> bool:
        """May this address be read; fetches the site's robots.txt on first need.

        RFC 9309: a missing file (4xx) allows everything, an unreachable one (5xx, no answer)
        forbids everything. Requests to the host are from now on as far apart as pages deserve,
        or as its `Crawl-delay` says, up to 30 seconds.

        Raises:
            AddressRefusedError: if it is no http(s) address.
        """
        host = place_of(url).host
        rules = self._rules(url, fetcher)
        pause = max(fetcher.limits.page_pause, min(_LONGEST_DELAY, self._delay(rules)))
        fetcher.hosts.set_pause(host, pause)
        return bool(rules.can_fetch(url, self._robot))

    def require(self, url: str, fetcher: Fetcher) -> None:
        """Ask, and take no for an answer.

        Raises:
            RobotsRefusedError: if the address may not be read.
        """
        if not self.allows(url, fetcher):
            text = f"{host_of(url)}: robots.txt asks not to read {masked(url)}"
            raise RobotsRefusedError(text)

    def _rules(self, url: str, fetcher: Fetcher) -> Protego:
        parts = urlsplit(url)
        address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        site = self._site(address)
        with site.lock:  # so that eight threads ask once
            if site.rules is None or self._clock() >= site.until:
                text, age = _rules_text(address, fetcher)
                site.rules, site.until = Protego.parse(text), self._clock() + age
            return site.rules

    def _site(self, address: str) -> _Site:
        with self._lock:
            site = self._sites.setdefault(address, _Site())
            self._sites.move_to_end(address)
            if len(self._sites) > _MOST_SITES:
                self._sites.popitem(last=False)
            return site

    def _delay(self, rules: Protego) -> float:
        return float(rules.crawl_delay(self._robot) or 0.0)


def _rules_text(address: str, fetcher: Fetcher) -> tuple[str, float]:
    """The file, and for how many seconds it holds."""
    try:
        return decode(fetcher.fetch(address, first_bytes=_MOST_BYTES).body).text, _DAY
    except HttpStatusError as error:
        if 400 <= error.status < 500 and error.status != 429:
            return "", _DAY
        return _EVERYTHING_FORBIDDEN, _HOUR
    except FetchError:
        return _EVERYTHING_FORBIDDEN, _HOUR
