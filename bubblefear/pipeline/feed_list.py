"""The list of feeds: defaults, OPML in and out, one trial poll."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.store import feeds, polling, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.feeds.poll import NotAsked, PollOutcome, Request
    from ingest.records import Feed, Problem
    from ingest.web.fetch import Fetcher


def add_defaults(conn: sqlite3.Connection, *, now: Callable[[], str]) -> int:
    """Add the project's feeds, except those that the user removed; returns how many are new."""
    from ingest.feeds.opml import default_feeds

    rows = feeds.listed(conn, enabled_only=False)
    known = {row.url for row in rows} | {row.asked_at for row in rows}
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


def import_opml(
    conn: sqlite3.Connection, run: Run, path: Path, *, now: Callable[[], str]
) -> tuple[int, list[Problem]]:
    """Add the feeds of an OPML file; returns how many changed, and the outlines refused.

    An outline that cannot be a feed is a row in ``problems`` and makes the run partial.

    Raises:
        OpmlError: the file is not one.
    """
    from ingest.feeds.opml import read_opml

    found = read_opml(path)
    changed = add_all(conn, found.feeds, now=now)
    with transaction(conn):
        refused = problems.record(conn, found.problems, now(), run.started_at)
    run.partial = run.partial or refused > 0
    run.say(f"{path}: {changed} feeds" + (f", {refused} outlines refused" if refused else ""))
    return changed, found.problems


def export_opml(conn: sqlite3.Connection) -> str:
    """The enabled feeds as OPML, each at the address where it is now.

    Another reader would find nothing at an old one once its redirect is switched off.
    """
    from ingest.feeds.opml import write_opml

    return write_opml(replace(as_feed(row), url=row.asked_at) for row in feeds.listed(conn))


def as_feed(row: feeds.FeedRow) -> Feed:
    """A stored feed as it is polled."""
    from ingest.records import Feed

    title = row.title or row.source
    aggregator = bool(row.publisher_from_entry)
    return Feed(row.url, row.source, title, row.language, row.timezone, aggregator)


def as_request(row: feeds.FeedRow) -> Request:
    """How a stored feed is asked: at the address where it is now, with its last validators."""
    from ingest.feeds.poll import Request
    from ingest.records import Validators

    validators = Validators(row.etag, row.last_modified, row.validated_url)
    return Request(as_feed(row), validators, row.address, row.seconds)


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
    """Poll feeds without storing what they hold: those at ``urls``, or all.

    Hosts that are left alone are asked too, and opened again where they answer: that one thing is
    stored.

    Raises:
        NothingToDo: there is no feed.
        UsageError: an address that cannot be one.
    """
    from ingest.feeds.poll import PollOutcome, Request, poll_feeds
    from ingest.web.fetch import Fetcher

    known = {row.url: _unconditional(row) for row in feeds.listed(conn)}
    asked = [
        known.get(feeds.own_url(conn, url)) or Request(checked_feed(url, None, None, None, False))
        for url in urls
    ]
    asked = asked or list(known.values())
    if not asked:
        raise NothingToDo("there is no feed: run `bubblefear init` or `bubblefear feeds add`")
    client = fetcher or Fetcher(allow_private=settings.allow_private)
    try:
        found = poll_feeds(asked, fetcher=client, now=now, workers=settings.workers)
        outcomes = [
            outcome if isinstance(outcome, PollOutcome) else _impatient(outcome, now())
            for outcome in found
        ]
    finally:
        if fetcher is None:
            client.close()
    _open_hosts(conn, asked, outcomes)
    return outcomes


def _unconditional(row: feeds.FeedRow) -> Request:
    """Asked where it is polled, but for the whole document."""
    from ingest.feeds.poll import Request

    return Request(as_feed(row), address=row.address, seconds=row.seconds)


def _impatient(left: NotAsked, moment: str) -> PollOutcome:
    """A feed that was not asked since others of its host had just shown that it is in vain."""
    from ingest.feeds.poll import PollOutcome
    from ingest.records import Poll

    error = f"{left.code}: {left.reason}"
    poll = Poll(left.feed.url, moment, None, 0, None, None, None, 0, None, error)
    return PollOutcome(left.feed, poll, failure=left.code)


def _open_hosts(
    conn: sqlite3.Connection, asked: Sequence[Request], outcomes: Sequence[PollOutcome]
) -> None:
    from ingest.feeds.breaker import host_key

    answered = {
        host_key(request.asked_at)
        for request, outcome in zip(asked, outcomes, strict=True)
        if outcome.poll.error is None
    }
    closed = answered & set(polling.hosts(conn))
    if closed:
        with transaction(conn):
            for host in sorted(closed):
                polling.forget_host(conn, host)
