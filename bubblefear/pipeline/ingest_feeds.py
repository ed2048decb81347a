"""Feeds -> entries: each feed's poll, entries, problems and state in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo
from bubblefear.pipeline import poll_states
from bubblefear.pipeline.feed_list import as_request
from bubblefear.store import entries, feeds, points, polling, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.feeds.poll import PollOutcome
    from ingest.records import Entry
    from ingest.web.fetch import Fetcher


@dataclass
class Polled:
    """What a round of polls gave.

    Attributes:
        feeds: asked.
        failed: of which without a feed that could be read.
        seen: items in their answers.
        new: of which not stored before.
        not_modified: feeds that said that nothing changed.
        not_due: feeds that were not asked because it was too early, with ``ingest --due``.
        failures: address, code and reason of each that failed.
        left_alone: address, host, reason and time of each that was not asked because its host
            did not answer lately; ``until`` is None where it is only for this round.
        saturated: addresses of which items may have been missed.
        moved: old and new address of feeds that told us of a new one.
    """

    feeds: int = 0
    failed: int = 0
    seen: int = 0
    new: int = 0
    not_modified: int = 0
    not_due: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)
    left_alone: list[dict[str, str | None]] = field(default_factory=list)
    saturated: list[str] = field(default_factory=list)
    moved: list[dict[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for the terminal."""
        counts = (
            (self.failed, "failed"),
            (len(self.left_alone), "left alone"),
            (self.not_due, "not due"),
        )
        told = "".join(f", {number:,} {what}" for number, what in counts if number)
        asked = f"{self.feeds} feeds polled{told}: {self.seen:,} items, {self.new:,} new"
        missed = f"; {len(self.saturated)} may have missed items" if self.saturated else ""
        return asked + missed


@dataclass(frozen=True)
class _Round:
    """What every step of a round needs."""

    conn: sqlite3.Connection
    run: Run
    now: Callable[[], str]
    polled: Polled


def ingest_feeds(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    fetcher: Fetcher | None = None,
    due_only: bool = False,
    force: bool = False,
) -> Polled:
    """Poll every enabled feed that this run has not asked yet.

    A feed that fails leaves its poll with the error and a problem, and makes the run partial, as
    does one whose host is left alone.

    Args:
        conn: The database.
        settings: The settings in force.
        run: The run that asks.
        now: The clock.
        progress: Told of feeds done and of all.
        fetcher: Default: one of these settings, closed at the end.
        due_only: Leave out the feeds whose time has not come.
        force: Ask also the hosts that are left alone.

    Raises:
        NothingToDo: there is no feed.
    """
    known = feeds.listed(conn)
    if not known:
        raise NothingToDo("there is no feed: run `bubblefear init` or `bubblefear feeds add`")
    asked = feeds.polled_in_run(conn, run.id)
    polled = Polled(feeds=len(asked))
    round_ = _Round(conn, run, now, polled)
    todo = _chosen(round_, [row for row in known if row.url not in asked], due_only, force)
    if todo:
        _poll(round_, settings, todo, progress, fetcher)
    with transaction(conn):
        poll_states.count_round(conn, run.id, now())
    failed = feeds.failed_in_run(conn, run.id)
    polled.failed, polled.failures = len(failed), [_failure(url, error) for url, error in failed]
    run.partial = run.partial or bool(failed or polled.left_alone)
    run.say(str(polled))
    return polled


def _chosen(
    round_: _Round, rows: list[feeds.FeedRow], due_only: bool, force: bool
) -> list[feeds.FeedRow]:
    """Those to be asked now; the others are counted."""
    from ingest.feeds.breaker import host_key

    moment = round_.now()
    closed = {} if force else poll_states.closed_hosts(round_.conn, moment)
    chosen = []
    for row in rows:
        if due_only and row.next_poll_at is not None and moment < row.next_poll_at:
            round_.polled.not_due += 1
        elif (host := closed.get(host_key(row.asked_at))) is not None:
            round_.polled.left_alone.append(
                _left_alone(row.url, host.host, host.reason, host.closed_until)
            )
        else:
            chosen.append(row)
    return chosen


def _poll(
    round_: _Round,
    settings: Settings,
    todo: list[feeds.FeedRow],
    progress: Callable[[int, int], None] | None,
    fetcher: Fetcher | None,
) -> None:
    from ingest.feeds.poll import NotAsked, poll_feeds
    from ingest.web.fetch import Fetcher

    requests = [as_request(row) for row in todo]
    client = fetcher or Fetcher(allow_private=settings.allow_private)
    try:
        outcomes = poll_feeds(requests, fetcher=client, now=round_.now, workers=settings.workers)
        latest = round_.run.started_at  # the clock may be set back meanwhile
        for done, outcome in enumerate(outcomes, 1):
            if isinstance(outcome, NotAsked):
                round_.polled.left_alone.append(
                    _left_alone(outcome.feed.url, outcome.host, outcome.reason, None)
                )
            else:
                latest = max(latest, outcome.poll.polled_at)
                _store(round_, outcome, latest)
            if progress:
                progress(done, len(requests))
    finally:
        if fetcher is None:
            client.close()


def _store(round_: _Round, outcome: PollOutcome, latest: str) -> None:
    conn, run, polled = round_.conn, round_.run, round_.polled
    with transaction(conn):
        found = _seen_at(outcome.entries, points.after_vintages(conn, latest))
        new = entries.write_poll(
            conn, (run.id, run.started_at), outcome.poll, found, outcome.problems
        )
        poll_id, saturated = polling.stored_poll(conn, run.id, outcome.poll.feed_url)
        poll_states.learn(conn, run, outcome, new, saturated)
        polling.add_redirects(conn, poll_id, [(hop.status, hop.target) for hop in outcome.hops])
    polled.feeds += 1
    polled.seen += outcome.poll.items_seen
    polled.new += new
    polled.not_modified += outcome.poll.status == 304
    if saturated:
        polled.saturated.append(outcome.feed.url)
    if outcome.moved_to:
        polled.moved.append({"url": outcome.feed.url, "address": outcome.moved_to})


def _left_alone(url: str, host: str, reason: str, until: str | None) -> dict[str, str | None]:
    return {"url": url, "host": host, "reason": reason, "until": until}


def _failure(url: str, error: str) -> dict[str, str]:
    code, _, reason = error.partition(": ")
    return {"url": url, "code": code, "reason": reason}


def _seen_at(found: list[Entry], moment: str) -> list[Entry]:
    """Entries first seen when their feed's turn to be stored came.

    Feeds answer in an order that chance decides; news of two feeds would then make its stories
    by that chance, and a run that was killed could not end as an undisturbed one.
    """
    return [e if e.first_seen_at >= moment else replace(e, first_seen_at=moment) for e in found]
