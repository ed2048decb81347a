"""What an answer says besides its body: that it came, where it moved, when to come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ingest.clock import from_text
from ingest.errors import HttpStatusError
from ingest.web.places import same_site, with_credentials_of, without_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from ingest.records import Hop, Validators

REDIRECTS = frozenset((301, 302, 303, 307, 308))
_FOR_EVER = frozenset((301, 308))


@dataclass(frozen=True)
class Fetched:
    """An answer: 200 with its body, or 304 without.

    Attributes:
        url: as asked for.
        final_url: the address after redirects, without user information.
        status: HTTP status.
        body: after decompression.
        etag: the header as sent.
        last_modified: the header as sent.
        content_type: the header as sent.
        hops: the redirects on the way, in order.
    """

    url: str
    final_url: str
    status: int
    body: bytes
    etag: str | None
    last_modified: str | None
    content_type: str | None
    hops: tuple[Hop, ...] = ()

    @property
    def moved_to(self) -> str | None:
        """The address to use from now on: the last one reached by permanent redirects alone.

        `None` if there is none, if the first redirect is temporary, if it leads from https to
        http (followed, but no move), or if the address has a password and the new one is another
        site's, which must not get it.
        """
        moved = without_credentials(self.url)
        for hop in self.hops:
            if hop.status not in _FOR_EVER or _loses_tls(moved, hop.target):
                break
            moved = hop.target
        bare = without_credentials(self.url)
        if moved == bare:
            return None
        if bare == self.url:
            return moved
        return with_credentials_of(self.url, moved) if same_site(bare, moved) else None


def conditions(validators: Validators, asked: str, url: str) -> dict[str, str]:
    """The headers that make a request conditional, for the address that gave the validators alone.

    Two servers may call two different bodies `"1"`.

    Args:
        validators: of the last answer.
        asked: the address that the fetch began with.
        url: the address to be asked now.
    """
    giver = validators.final_url
    if not (same_site(asked, url) if giver is None else giver == url):
        return {}
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    # Some ETags have bytes beyond ASCII, which cannot be told back to their server as they were.
    return {name: value for name, value in headers.items() if value and _is_plain(value)}


def check_status(
    host: str, response: httpx.Response, conditional: bool, now: Callable[[], str]
) -> None:
    """Is it an answer that can be used.

    Args:
        host: who answered.
        response: its head.
        conditional: whether "not modified" was offered as an answer.
        now: the clock, UTC text.

    Raises:
        HttpStatusError: if it is not; with the seconds that the server asks us to wait.
    """
    status = response.status_code
    # 206 was not asked for, and is a part of a feed that would pass for the whole.
    if (200 <= status < 300 and status != 206) or (status == 304 and conditional):
        return
    phrase = f"HTTP {status} {response.reason_phrase[:60]}".strip()
    wait = retry_after(response.headers, now)
    raise HttpStatusError(f"{host}: {phrase}", status, wait)


def retry_after(headers: Mapping[str, str], now: Callable[[], str]) -> float | None:
    """Seconds to wait: given as such, or as a time, which is read by the server's own clock.

    Args:
        headers: of the answer.
        now: our clock, UTC text, for servers that do not tell their own time.
    """
    value = headers.get("retry-after", "").strip()
    seconds = count(value)
    if seconds is not None:
        return seconds
    then = _http_date(value)
    if then is None:
        return None
    return max(
        0.0, (then - (_http_date(headers.get("date", "")) or from_text(now()))).total_seconds()
    )


def count(value: str) -> float | None:
    """A header's whole number; "²" is a digit to `str.isdigit` alone, and no number."""
    # A float takes any number of digits, where int() refuses more than 4,300.
    return float(value) if value.isascii() and value.isdigit() else None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (OverflowError, TypeError, ValueError):
        return None
    # "-0000" stands for UTC of an unknown place, and comes without a zone.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _loses_tls(one: str, other: str) -> bool:
    return one.lower().startswith("https:") and not other.lower().startswith("https:")
