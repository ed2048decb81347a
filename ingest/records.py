"""The records that leave this package: frozen, plain, JSON-able.

Times are UTC text `YYYY-MM-DDTHH:MM:SSZ`; languages are `en`, `zh-Hans`, `zh-Hant`, `other`;
what is missing is `None`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feed:
    """One address of a source.

    Attributes:
        url: where to poll.
        source: the publisher's name; several feeds may share it.
        title: what the feed is called in lists.
        language: what to assume of a text whose script does not tell; `None` = only detect.
        timezone: IANA name for dates that come without a zone.
        publisher_from_entry: an aggregator, whose entries each name their own publisher.
    """

    url: str
    source: str
    title: str
    language: str | None = None
    timezone: str | None = None
    publisher_from_entry: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What the last answer gave for a conditional request.

    Attributes:
        etag: as sent.
        last_modified: as sent.
        final_url: the address that sent them, after redirects; no other address is told them.
            `None` = not known: they are told to the site of the address asked for.
    """

    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: its HTTP status and the absolute address that it leads to."""

    status: int
    target: str


@dataclass(frozen=True, slots=True)
class Poll:
    """One attempt to read a feed.

    Attributes:
        feed_url: which feed.
        polled_at: when its answer (or failure) was there.
        status: HTTP status, `None` without an answer.
        bytes: size of the body after decompression.
        etag: validator to send next time.
        last_modified: validator to send next time.
        final_url: the address after redirects.
        items_seen: entries that could be read; 0 for "not modified".
        items_new_hint: 0 where the server said that nothing changed, else `None`: only the store
            can tell what is new.
        error: one line, `None` = fine.
    """

    feed_url: str
    polled_at: str
    status: int | None
    bytes: int
    etag: str | None
    last_modified: str | None
    final_url: str | None
    items_seen: int
    items_new_hint: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed or file.

    Attributes:
        key: 16 hex digits, the stable identity (see `ingest.identity.keys`).
        source: publisher.
        feed_url: the feed it came from; `import:NAME` for files.
        guid: the publisher's own id.
        url: link as given.
        canonical_url: link normalised (see `ingest.urls`).
        title: plain text, one line, never empty.
        summary: plain text.
        body: plain text, where the feed carries the whole article.
        author: as given.
        published_at: the publisher's time, `None` when absent or not believed.
        first_seen_at: when we could first know it.
        date_note: why the publisher's date was not believed, or what was assumed to read it.
        language: of title and summary.
        other_urls: further addresses of the item, normalised: the redirect that its feed links.
        publisher_url: the publisher's site, where an aggregator names it.
    """

    key: str
    source: str
    feed_url: str | None
    guid: str | None
    url: str | None
    canonical_url: str | None
    title: str
    summary: str | None
    body: str | None
    author: str | None
    published_at: str | None
    first_seen_at: str
    date_note: str | None
    language: str
    other_urls: tuple[str, ...] = ()
    publisher_url: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One article page.

    Attributes:
        url: address asked for.
        canonical_url: the page's own `rel=canonical` if it stays on the site, normalised.
        title: headline.
        body: paragraphs separated by newlines; empty only with status "empty".
        author: as found.
        published_at: as found on the page.
        status: "ok", "stub" (paywall, cookie wall, teaser) or "empty".
        language: of the body.
        reason: why it is not "ok": "robot check", "consent", "not found", "paywall", "login",
            "teaser", "no text" or "not a page"; `None` if it is.
    """

    url: str
    canonical_url: str | None
    title: str | None
    body: str
    author: str | None
    published_at: str | None
    status: str
    language: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PriceBar:
    """One daily bar; `date` is the exchange's own day (UTC day for crypto)."""

    symbol: str
    date: str
    open: float | None
    high: float | None
    low: float | None
    close: float
    adj_close: float | None
    volume: float | None


@dataclass(frozen=True, slots=True)
class IntradayBar:
    """One bar within the day; `at` is its end (UTC)."""

    symbol: str
    at: str
    close: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Bad input, kept instead of lost.

    Attributes:
        code: kind, such as `feed.truncated` or `import.row`.
        subject: what it is about: a feed's address, a file and line.
        reason: one line for a person.
        raw_sha256: hash of the raw bytes, to find them again.
    """

    code: str
    subject: str
    reason: str
    raw_sha256: str | None
