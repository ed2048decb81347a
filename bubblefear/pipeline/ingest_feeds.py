"""Feeds -> entries: each feed's poll, entries and problems in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.feed_list import as_feed
from bubblefear.store import entries, feeds, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry
    from ingest.web.fetch import Fetcher


@dataclass
class Polled:
    """What a round of polls gave."""

    feeds: int = 0
    failed: int = 0
    seen: int = 0
    new: int = 0

    def __str__(self) -> str:
        """One line for the terminal."""
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.feeds} feeds polled{failed}: {self.seen:,} items, {self.new:,} new"


def ingest_feeds(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    fetcher: Fetcher | None = None,
) -> Polled:
    """Poll every enabled feed that this run has not asked yet.

    A feed that fails leaves its poll with the error and a problem, and makes the run partial.

    Raises:
        NothingToDo: there is no feed.
    """
    known = feeds.listed(conn)
    if not known:
        raise NothingToDo("there is no feed: run `bubblefear init` or `bubblefear feeds add`")
    asked = feeds.polled_in_run(conn, run.id)
    todo = [row for row in known if row.url not in asked]
    polled = Polled(feeds=len(asked), failed=len(feeds.failed_in_run(conn, run.id)))
    if todo:
        _poll(conn, settings, run, polled, todo, now, progress, fetcher)
    run.partial = run.partial or polled.failed > 0
    run.say(str(polled))
    return polled


def _poll(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    polled: Polled,
    todo: list[feeds.FeedRow],
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None,
    fetcher: Fetcher | None,
) -> None:
    from ingest.feeds.poll import poll_feeds
    from ingest.records import Validators
    from ingest.web.fetch import Fetcher

    records = [as_feed(row) for row in todo]
    validators = {f.url: Validators(f.etag, f.last_modified) for f in todo}
    client = fetcher or Fetcher(allow_private=settings.allow_private)
    try:
        outcomes = poll_feeds(
            records, validators, fetcher=client, now=now, workers=settings.workers
        )
        latest = ""
        for done, outcome in enumerate(outcomes, 1):
            latest = max(latest, outcome.poll.polled_at)
            with transaction(conn):
                found = _seen_at(outcome.entries, latest)
                polled.new += entries.write_poll(
                    conn, (run.id, run.started_at), outcome.poll, found, outcome.problems
                )
            polled.feeds += 1
            polled.seen += outcome.poll.items_seen
            polled.failed += outcome.poll.error is not None
            if progress:
                progress(done, len(records))
    finally:
        if fetcher is None:
            client.close()


def _seen_at(found: list[Entry], moment: str) -> list[Entry]:
    """Entries first seen when their feed's turn to be stored came.

    Feeds answer in an order that chance decides; news of two feeds would then make its stories
    by that chance, and a run that was killed could not end as an undisturbed one.
    """
    return [e if e.first_seen_at >= moment else replace(e, first_seen_at=moment) for e in found]
