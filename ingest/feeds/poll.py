"""Polling many feeds at once; one bad feed is a line in the log of polls, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from ingest.errors import FetchError, HttpStatusError
from ingest.feeds.parse import parse_feed
from ingest.records import Entry, Feed, Poll, Problem, Validators
from ingest.urls import host_of

if TYPE_CHECKING:
    from ingest.web.fetch import Fetched, Fetcher

# Problems that mean that the feed as a whole could not be read, as against single items.
_NOTHING_READ = frozenset(
    ("feed.empty", "feed.entities", "feed.html", "feed.not_a_feed", "feed.too_large")
)


@dataclass(frozen=True)
class PollOutcome:
    """What polling one feed gave: the poll's row, its entries, its problems."""

    feed: Feed
    poll: Poll
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def poll_feeds(
    feeds: Sequence[Feed],
    validators: Mapping[str, Validators],
    *,
    fetcher: Fetcher,
    now: Callable[[], str],
    workers: int = 8,
) -> Iterator[PollOutcome]:
    """Poll feeds in threads.

    Args:
        feeds: what to poll.
        validators: of the last answers, by feed address.
        fetcher: the client; it is not closed.
        now: the clock, UTC text; asked when an answer is there.
        workers: threads; one host is asked one thing at a time.

    Yields:
        One outcome per feed, **in the order of `feeds`** whichever answers first. A failure is in
        `poll.error`, and a `Problem` says its kind (`feed.http`, `feed.timeout`, `feed.html`, ...).
    """
    locks = {host_of(feed.url): Lock() for feed in feeds}

    def poll(feed: Feed) -> PollOutcome:
        with locks[host_of(feed.url)]:
            return poll_feed(feed, validators.get(feed.url), fetcher=fetcher, now=now)

    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="poll")
    try:
        yield from pool.map(poll, feeds)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def poll_feed(
    feed: Feed, validators: Validators | None, *, fetcher: Fetcher, now: Callable[[], str]
) -> PollOutcome:
    """Poll one feed; never raises for what the feed or its server does."""
    try:
        fetched = fetcher.fetch(feed.url, validators)
    except FetchError as error:
        return _failed(feed, error, now())
    moment = now()
    if fetched.status == 304:
        return PollOutcome(feed, _poll_row(feed, fetched, moment, 0, None, validators))
    parsed = parse_feed(fetched.body, feed, moment, fetched.content_type)
    # A body that could not be read must not be called "not modified" next time.
    fatal = next((p for p in parsed.problems if _is_fatal(p, parsed.entries)), None)
    reason = f"{fatal.code}: {fatal.reason}" if fatal else None
    row = _poll_row(feed, fetched, moment, len(parsed.entries), reason, None)
    return PollOutcome(feed, row, parsed.entries, parsed.problems)


def _is_fatal(problem: Problem, entries: list[Entry]) -> bool:
    if problem.code in _NOTHING_READ:
        return True
    return not entries and problem.code in ("feed.truncated", "feed.malformed")


def _poll_row(
    feed: Feed,
    fetched: Fetched,
    moment: str,
    items: int,
    error: str | None,
    previous: Validators | None,
) -> Poll:
    # A 304 may leave out the validators that it confirms.
    kept = previous or Validators()
    return Poll(
        feed_url=feed.url,
        polled_at=moment,
        status=fetched.status,
        bytes=len(fetched.body),
        etag=None if error else fetched.etag or kept.etag,
        last_modified=None if error else fetched.last_modified or kept.last_modified,
        final_url=fetched.final_url,
        items_seen=items,
        items_new_hint=0 if fetched.status == 304 else None,
        error=error,
    )


def _failed(feed: Feed, error: FetchError, moment: str) -> PollOutcome:
    status = error.status if isinstance(error, HttpStatusError) else None
    row = Poll(feed.url, moment, status, 0, None, None, None, 0, None, f"{error.code}: {error}")
    return PollOutcome(feed, row, [], [Problem(error.code, feed.url, str(error), None)])
