"""robots.txt, asked once per host: for article pages; a feed is published to be polled."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from ingest.charset import decode
from ingest.errors import FetchError, HttpStatusError

if TYPE_CHECKING:
    from ingest.web.fetch import Fetcher

_EVERYTHING_FORBIDDEN = "User-agent: *\nDisallow: /"


class RobotsRules:
    """The rules of the hosts met so far; safe to share between threads."""

    def __init__(self, robot: str) -> None:
        """Start without any.

        Args:
            robot: the name that robots.txt files know us by.
        """
        self._robot = robot
        self._rules: dict[str, Protego] = {}
        self._lock = Lock()

    def allows(self, url: str, fetcher: Fetcher) -> bool:
        """May this address be read; fetches the host's robots.txt on first need.

        RFC 9309: a missing file (4xx) allows everything, an unreachable one (5xx, no answer)
        forbids everything.
        """
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        with self._lock:
            rules = self._rules.get(site)
        if rules is None:
            rules = Protego.parse(_rules_text(site, fetcher))
            with self._lock:
                self._rules[site] = rules
        return bool(rules.can_fetch(url, self._robot))


def _rules_text(site: str, fetcher: Fetcher) -> str:
    try:
        return decode(fetcher.fetch(site).body).text
    except HttpStatusError as error:
        return "" if 400 <= error.status < 500 and error.status != 429 else _EVERYTHING_FORBIDDEN
    except FetchError:
        return _EVERYTHING_FORBIDDEN
