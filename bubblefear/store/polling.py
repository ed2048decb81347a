"""What polling learned: states of feeds, hosts that do not answer, redirects, answers by run."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class FeedState:
    """A row of ``feed_states``."""

    url: str
    address: str | None
    moved_at: str | None
    host: str
    rhythm_minutes: int | None
    interval_minutes: int
    next_poll_at: str
    seconds: float
    failures: int
    failing_since: str | None


@dataclass(frozen=True)
class HostRow:
    """A row of ``hosts``."""

    host: str
    failures: int
    closed_until: str | None
    reason: str
    since: str
    run_id: str | None


def state(conn: sqlite3.Connection, url: str) -> FeedState | None:
    """What is known of one feed, None before its first poll."""
    row = conn.execute("SELECT * FROM feed_states WHERE url = ?", (url,)).fetchone()
    return FeedState(**dict(row)) if row else None


def set_state(conn: sqlite3.Connection, state: FeedState) -> None:
    """Write a feed's state, inside the transaction of its poll."""
    conn.execute(
        "INSERT OR REPLACE INTO feed_states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            state.url,
            state.address,
            state.moved_at,
            state.host,
            state.rhythm_minutes,
            state.interval_minutes,
            state.next_poll_at,
            state.seconds,
            state.failures,
            state.failing_since,
        ),
    )


def stored_poll(conn: sqlite3.Connection, run_id: str, url: str) -> tuple[int, bool]:
    """Id of a run's poll of a feed, and whether it had no overlap with what was stored."""
    row = conn.execute(
        "SELECT id, saturated FROM polls WHERE run_id = ? AND feed_url = ?", (run_id, url)
    ).fetchone()
    return int(row[0]), bool(row[1])


def add_redirects(conn: sqlite3.Connection, poll_id: int, hops: Sequence[tuple[int, str]]) -> None:
    """Store the hops of a poll: status and target of each, in their order."""
    conn.executemany(
        "INSERT INTO poll_redirects VALUES (?, ?, ?, ?)",
        [(poll_id, place, status, target) for place, (status, target) in enumerate(hops)],
    )


def heard(conn: sqlite3.Connection, url: str, since: str, run_id: str) -> tuple[str | None, int]:
    """The polls of a feed since a time that could be read, this run's left out.

    Returns:
        When the first of them was made, and how many items were new in the others.
    """
    rows = [
        row
        for row in _polls_since(conn, url, since)
        if row["error"] is None and row["run_id"] != run_id
    ]
    if not rows:
        return None, 0
    return rows[-1]["polled_at"], sum(row["items_new"] for row in rows[:-1])


def hosts(conn: sqlite3.Connection) -> dict[str, HostRow]:
    """Hosts that did not answer lately, by name."""
    return {row["host"]: HostRow(**dict(row)) for row in conn.execute("SELECT * FROM hosts")}


def set_host(conn: sqlite3.Connection, row: HostRow) -> None:
    """Write a host's row, inside a transaction of the caller."""
    conn.execute(
        "INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?, ?, ?)",
        (row.host, row.failures, row.closed_until, row.reason, row.since, row.run_id),
    )


def forget_host(conn: sqlite3.Connection, host: str) -> bool:
    """Open a host again; returns whether anything was held against it."""
    return conn.execute("DELETE FROM hosts WHERE host = ?", (host,)).rowcount > 0


def answers_in_run(
    conn: sqlite3.Connection, run_id: str
) -> list[tuple[str, int | None, str | None]]:
    """Host, HTTP status and error of each poll of a run, in their order."""
    rows = conn.execute(
        "SELECT s.host, p.status, p.error FROM polls p JOIN feed_states s ON s.url = p.feed_url "
        "WHERE p.run_id = ? ORDER BY p.id",
        (run_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def usual_items(conn: sqlite3.Connection, url: str, since: str) -> tuple[list[int], int | None]:
    """Items in each whole answer of a feed since a time, the last one left out, and in the last."""
    counts = [
        int(row["items_seen"])
        for row in _polls_since(conn, url, since)
        if row["error"] is None and row["status"] == HTTPStatus.OK
    ]
    return (counts[1:], counts[0]) if counts else ([], None)


def last_new(conn: sqlite3.Connection, url: str) -> str | None:
    """When a poll of a feed last brought something new."""
    row = conn.execute(
        "SELECT polled_at FROM polls WHERE feed_url = ? AND items_new > 0 ORDER BY id DESC LIMIT 1",
        (url,),
    ).fetchone()
    return str(row[0]) if row else None


def _polls_since(conn: sqlite3.Connection, url: str, since: str) -> Iterator[sqlite3.Row]:
    """The polls of a feed, newest first, back to a time; the years before are not read."""
    rows = conn.execute(
        "SELECT run_id, polled_at, status, items_seen, items_new, error FROM polls "
        "WHERE feed_url = ? ORDER BY id DESC",
        (url,),
    )
    return takewhile(lambda row: row["polled_at"] >= since, rows)
