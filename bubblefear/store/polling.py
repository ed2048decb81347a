"""What polling learned: states of feeds, hosts that do not answer, redirects, answers by run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


@dataclass(frozen=True)
class FeedState:
    """A row of ``feed_states``."""

    url: str
    address: str | None
    moved_at: str | None
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


def states(conn: sqlite3.Connection) -> dict[str, FeedState]:
    """What is known of each feed that was polled, by its address."""
    return {row["url"]: FeedState(**dict(row)) for row in conn.execute("SELECT * FROM feed_states")}


def state(conn: sqlite3.Connection, url: str) -> FeedState | None:
    """What is known of one feed, None before its first poll."""
    row = conn.execute("SELECT * FROM feed_states WHERE url = ?", (url,)).fetchone()
    return FeedState(**dict(row)) if row else None


def set_state(conn: sqlite3.Connection, state: FeedState) -> None:
    """Write a feed's state, inside the transaction of its poll."""
    conn.execute(
        "INSERT OR REPLACE INTO feed_states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            state.url,
            state.address,
            state.moved_at,
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
    rows = conn.execute(
        "SELECT polled_at, items_new FROM polls WHERE feed_url = ? AND polled_at >= ? "
        "AND error IS NULL AND run_id <> ? ORDER BY id",
        (url, since, run_id),
    ).fetchall()
    return (rows[0][0], sum(row[1] for row in rows[1:])) if rows else (None, 0)


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
    """Feed, HTTP status and error of each poll of a run, in their order."""
    rows = conn.execute(
        "SELECT feed_url, status, error FROM polls WHERE run_id = ? ORDER BY id", (run_id,)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def usual_items(conn: sqlite3.Connection, url: str, since: str) -> tuple[list[int], int | None]:
    """Items in each whole answer of a feed since a time, the last one left out, and in the last."""
    rows = conn.execute(
        "SELECT items_seen FROM polls WHERE feed_url = ? AND polled_at >= ? AND status = 200 "
        "AND error IS NULL ORDER BY id",
        (url, since),
    ).fetchall()
    counts = [int(row[0]) for row in rows]
    return (counts[:-1], counts[-1]) if counts else ([], None)


def last_new(conn: sqlite3.Connection, url: str) -> str | None:
    """When a poll of a feed last brought something new."""
    row = conn.execute(
        "SELECT polled_at FROM polls WHERE feed_url = ? AND items_new > 0 ORDER BY id DESC LIMIT 1",
        (url,),
    ).fetchone()
    return str(row[0]) if row else None
