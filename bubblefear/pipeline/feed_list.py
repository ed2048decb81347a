"""The list of feeds: defaults, OPML in and out, one trial poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.store import feeds, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bubblefear.config import Settings
    from ingest.feeds.poll import PollOutcome
    from ingest.records import Feed
    from ingest.web.fetch import Fetcher


def add_defaults(conn: sqlite3.Connection, *, now: Callable[[], str]) -> int:
    """Add the project's feeds, except those that the user removed; returns how many are new."""
    from ingest.feeds.opml import default_feeds

    known = {row.url for row in feeds.listed(conn, enabled_only=False)}
    return add_all(conn, [f for f in default_feeds() if f.url not in known], now=now)


def add_all(conn: sqlite3.Connection, found: Sequence[Feed], *, now: Callable[[], str]) -> int:
    """Add feeds or bring their settings up to date; returns how many changed."""
    with transaction(conn):
        return sum(
            feeds.add(
                conn,
                url=f.url,
                source=f.source,
                title=f.title,
                language=f.language,
                timezone=f.timezone,
                publisher_from_entry=f.publisher_from_entry,
                now=now(),
            )
            for f in found
        )


def import_opml(conn: sqlite3.Connection, path: Path, *, now: Callable[[], str]) -> int:
    """Add the feeds of an OPML file; returns how many changed.

    Raises:
        OpmlError: the file is not one.
    """
    from ingest.feeds.opml import read_opml

    return add_all(conn, read_opml(path), now=now)


def export_opml(conn: sqlite3.Connection) -> str:
    """The enabled feeds as OPML."""
    from ingest.feeds.opml import write_opml

    return write_opml(as_feed(row) for row in feeds.listed(conn))


def as_feed(row: feeds.FeedRow) -> Feed:
    """A stored feed as it is polled."""
    from ingest.records import Feed

    title = row.title or row.source
    aggregator = bool(row.publisher_from_entry)
    return Feed(row.url, row.source, title, row.language, row.timezone, aggregator)


def checked_feed(
    url: str, source: str | None, language: str | None, timezone: str | None, aggregator: bool
) -> Feed:
    """A feed as the user gave it.

    Raises:
        UsageError: an address, language or zone that cannot be one.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from bubblefear.config import LANGUAGES
    from ingest.records import Feed
    from ingest.urls import host_of, is_web_address

    if not is_web_address(url):
        raise UsageError(f"not an http address: {url}")
    if language is not None and language not in LANGUAGES:
        raise UsageError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
    try:
        ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"no such time zone: {timezone}") from error
    name = source or host_of(url)
    return Feed(url, name, name, language, timezone, aggregator)


def check(
    conn: sqlite3.Connection,
    settings: Settings,
    urls: Sequence[str],
    *,
    now: Callable[[], str],
    fetcher: Fetcher | None = None,
) -> list[PollOutcome]:
    """Poll feeds without storing anything: those at ``urls``, or all.

    Raises:
        NothingToDo: there is no feed.
        UsageError: an address that cannot be one.
    """
    from ingest.feeds.poll import poll_feeds
    from ingest.web.fetch import Fetcher

    known = {row.url: as_feed(row) for row in feeds.listed(conn)}
    chosen = [known.get(u) or checked_feed(u, None, None, None, False) for u in urls]
    chosen = chosen or list(known.values())
    if not chosen:
        raise NothingToDo("there is no feed: run `bubblefear init` or `bubblefear feeds add`")
    client = fetcher or Fetcher(allow_private=settings.allow_private)
    try:
        return list(poll_feeds(chosen, {}, fetcher=client, now=now, workers=settings.workers))
    finally:
        if fetcher is None:
            client.close()
