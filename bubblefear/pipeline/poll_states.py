"""What a poll teaches of its feed and of its host: when to ask again, and where."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from bubblefear.instants import days_before
from bubblefear.store import polling, problems

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.pipeline.recording import Run
    from bubblefear.store.polling import FeedState, HostRow
    from ingest.feeds.breaker import HostState
    from ingest.feeds.poll import PollOutcome
    from ingest.feeds.schedule import Plan

# What says that nothing is left at the address that a feed moved to: it is asked at its own again.
_LOST: Final = ("feed.gone", "feed.html", "feed.not_a_feed", "feed.address")
_NOT_FOUND: Final = 404
SATURATED: Final = (
    "no item of this poll was there at an earlier one: some in between may have been missed"
)


def learn(
    conn: sqlite3.Connection, run: Run, outcome: PollOutcome, new: int, saturated: bool
) -> None:
    """Store what a poll says of its feed and host, inside the poll's transaction."""
    from ingest.feeds.breaker import host_key
    from ingest.records import Problem

    poll = outcome.poll
    if saturated:
        found = Problem("feed.saturated", poll.feed_url, SATURATED, None)
        problems.record(conn, [found], poll.polled_at, run.started_at)
    known = polling.state(conn, poll.feed_url)
    plan = _plan(conn, run, outcome, known, new, saturated)
    address, moved_at = _place(outcome, known)
    host = host_key((known.address if known else None) or poll.feed_url)
    failures = 0 if poll.error is None else 1 + (known.failures if known else 0)
    since = (known.failing_since if known else None) or poll.polled_at
    polling.set_state(
        conn,
        polling.FeedState(
            url=poll.feed_url,
            address=address,
            moved_at=moved_at,
            host=host,
            rhythm_minutes=plan.rhythm,
            interval_minutes=plan.interval,
            next_poll_at=plan.due,
            seconds=round(outcome.seconds, 3),
            failures=failures,
            failing_since=since if failures else None,
        ),
    )
    if outcome.wait:
        _hold_off(conn, outcome, host, outcome.wait)


def count_round(conn: sqlite3.Connection, run_id: str, now: str) -> None:
    """Count a round for the hosts that it asked; a round is counted once however often it is told.

    Hosts of which something answered are opened.
    """
    from ingest.feeds.breaker import Answer, after_round

    answers: dict[str, list[Answer]] = {}
    for host, status, error in polling.answers_in_run(conn, run_id):
        code, _, reason = (error or "").partition(": ")
        answers.setdefault(host, []).append(Answer(status, code or None, reason or None))
    before = polling.hosts(conn)
    for host, found in answers.items():
        row = before.get(host)
        if row is not None and row.run_id == run_id:
            continue
        told = row is not None and row.run_id is None
        state = after_round(_host_state(row), host, found, now, named_a_time=told)
        if state is not None:
            polling.set_host(conn, polling.HostRow(**asdict(state), run_id=run_id))
        elif row is not None:
            polling.forget_host(conn, host)


def closed_hosts(conn: sqlite3.Connection, now: str) -> dict[str, HostRow]:
    """Hosts that are left alone at present, by name."""
    return {
        name: row
        for name, row in polling.hosts(conn).items()
        if row.closed_until is not None and now < row.closed_until
    }


def _plan(
    conn: sqlite3.Connection,
    run: Run,
    outcome: PollOutcome,
    known: FeedState | None,
    new: int,
    saturated: bool,
) -> Plan:
    from ingest.feeds import schedule

    poll = outcome.poll
    rhythm = known.rhythm_minutes if known else None
    if poll.error is not None:
        failures = 1 + (known.failures if known else 0)
        return schedule.after_failure(rhythm, failures, now=poll.polled_at, wait=outcome.wait)
    if outcome.entries:
        week = days_before(poll.polled_at, schedule.DAYS)
        heard = schedule.Heard(*polling.heard(conn, poll.feed_url, week, run.id))
        dates = [entry.published_at for entry in outcome.entries]
        rhythm = schedule.rhythm(dates, heard, new, poll.polled_at)
    previous = known.interval_minutes if known and not known.failures else None
    return schedule.after_answer(rhythm, previous, new=new, saturated=saturated, now=poll.polled_at)


def _place(outcome: PollOutcome, known: FeedState | None) -> tuple[str | None, str | None]:
    """Where the feed is asked from now on, and since when.

    A new address that is lost, or silent for as long as a host may be, gives way to the user's own.
    """
    from ingest.feeds.breaker import ROUNDS

    if outcome.moved_to == outcome.feed.url:
        return None, None
    if outcome.moved_to is not None:
        return outcome.moved_to, outcome.poll.polled_at
    if known is None or outcome.failure in _LOST or outcome.poll.status == _NOT_FOUND:
        return None, None
    if outcome.poll.error is not None and 1 + known.failures >= ROUNDS:
        return None, None
    return known.address, known.moved_at


def _hold_off(conn: sqlite3.Connection, outcome: PollOutcome, host: str, seconds: float) -> None:
    from ingest.feeds.breaker import told_to_wait

    row = polling.hosts(conn).get(host)
    reason = (outcome.poll.error or "").partition(": ")[2]
    state = told_to_wait(_host_state(row), host, seconds, reason, outcome.poll.polled_at)
    polling.set_host(conn, polling.HostRow(**asdict(state), run_id=None))


def _host_state(row: HostRow | None) -> HostState | None:
    from ingest.feeds.breaker import HostState

    if row is None:
        return None
    return HostState(row.host, row.failures, row.closed_until, row.reason, row.since)
