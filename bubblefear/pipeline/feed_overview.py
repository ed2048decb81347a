"""Every feed in one line: when it was asked, what it brought, when it is next, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.instants import days_before
from bubblefear.pipeline.doctor import FINE
from bubblefear.store import feeds, health_queries, polling

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bubblefear.store.health_queries import Activity

DAYS: Final = 30
NEVER: Final = "never polled"


@dataclass(frozen=True)
class FeedLine:
    """A feed that is polled.

    Attributes:
        source: publisher.
        url: address as given by the user.
        asked_at: address that is asked, another where the feed moved.
        language: of its items; None = detected.
        state: `ok`, `never polled`, or the first finding's.
        last_polled_at: last request, UTC.
        last_status: its HTTP status.
        last_error: why it failed.
        answered_at: last usable answer, UTC.
        rhythm_minutes: in which a quarter of its items is replaced; None = not known yet.
        interval_minutes: between two polls at present.
        next_poll_at: when it is due, UTC.
        failures: in a row.
        failing_since: first of them, UTC.
        polls: of the last 30 days.
        failed: of which without a usable answer.
        items_new: entries stored from them.
        saturated: polls of them without overlap: items may have been missed in between.
        host: that is asked.
        host_closed_until: until when the host is left alone, UTC; None = it is asked.
        host_failures: rounds in a row without an answer.
        findings: what is wrong or worth a look: url, state, why, remedy.
    """

    source: str
    url: str
    asked_at: str
    language: str | None
    state: str
    last_polled_at: str | None
    last_status: int | None
    last_error: str | None
    answered_at: str | None
    rhythm_minutes: int | None
    interval_minutes: int | None
    next_poll_at: str | None
    failures: int
    failing_since: str | None
    polls: int
    failed: int
    items_new: int
    saturated: int
    host: str | None
    host_closed_until: str | None
    host_failures: int
    findings: tuple[dict[str, str], ...]


def overview(
    conn: sqlite3.Connection, now: str, findings: Sequence[dict[str, str]]
) -> list[FeedLine]:
    """The feeds that are polled, in the order of their addition.

    Args:
        conn: the open database.
        now: present instant, UTC.
        findings: those of `doctor`'s check of the feeds.
    """
    known = health_queries.activity(conn, days_before(now, DAYS))
    hosts = polling.hosts(conn)
    return [
        _line(
            row,
            known[row.url],
            hosts.get(known[row.url].host or ""),
            tuple(one for one in findings if one["url"] == row.url),
            now,
        )
        for row in feeds.listed(conn)
    ]


def _line(
    row: feeds.FeedRow,
    lately: Activity,
    host: polling.HostRow | None,
    findings: tuple[dict[str, str], ...],
    now: str,
) -> FeedLine:
    never = NEVER if row.last_polled_at is None else FINE
    closed = host.closed_until if host and host.closed_until and host.closed_until > now else None
    return FeedLine(
        source=row.source,
        url=row.url,
        asked_at=row.asked_at,
        language=row.language,
        state=findings[0]["state"] if findings else never,
        last_polled_at=row.last_polled_at,
        last_status=row.last_status,
        last_error=row.last_error,
        answered_at=lately.answered_at,
        rhythm_minutes=lately.rhythm_minutes,
        interval_minutes=row.interval_minutes,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        failing_since=row.failing_since,
        polls=lately.polls,
        failed=lately.failed,
        items_new=lately.items_new,
        saturated=lately.saturated,
        host=lately.host,
        host_closed_until=closed,
        host_failures=host.failures if host else 0,
        findings=findings,
    )
