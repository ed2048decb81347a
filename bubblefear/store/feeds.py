"""Sources and the feeds that are polled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


@dataclass(frozen=True)
class FeedRow:
    """A feed as stored, with its validators, the last poll's result and what polling learned.

    ``validated_url`` is the address that gave the validators; the last six fields are those of
    ``feed_states``.
    """

    url: str
    source: str
    title: str | None
    language: str | None
    timezone: str | None
    publisher_from_entry: int
    enabled: int
    etag: str | None
    last_modified: str | None
    last_polled_at: str | None
    last_status: int | None
    last_error: str | None
    last_saturated: int | None
    validated_url: str | None
    address: str | None
    interval_minutes: int | None
    next_poll_at: str | None
    failures: int
    failing_since: str | None
    seconds: float | None

    @property
    def asked_at(self) -> str:
        """The address that is asked: its own, or where it moved to."""
        return self.address or self.url


def ensure_sources(
    conn: sqlite3.Connection,
    names: Iterable[str],
    *,
    kind: str,
    now: str,
    language: str | None = None,
) -> None:
    """Add the sources that are not there yet."""
    conn.executemany(
        "INSERT OR IGNORE INTO sources VALUES (?, ?, ?, NULL, ?)",
        [(name, language, kind, now) for name in sorted(set(names))],
    )


def add(
    conn: sqlite3.Connection,
    *,
    url: str,
    source: str,
    now: str,
    title: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
    publisher_from_entry: bool = False,
) -> bool:
    """Add a feed, or take a removed one up again; returns whether anything changed.

    Settings of a feed that is there and enabled are brought up to date. The address that a feed
    moved to names that feed, so that an exported list adds nothing where it came from.
    """
    url = own_url(conn, url)
    ensure_sources(conn, [source], kind="feed", now=now, language=language)
    cursor = conn.execute(
        "INSERT INTO feeds(url, source, title, language, timezone, publisher_from_entry, added_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(url) DO UPDATE SET source = excluded.source, "
        "title = excluded.title, language = excluded.language, timezone = excluded.timezone, "
        "publisher_from_entry = excluded.publisher_from_entry, enabled = 1 "
        "WHERE (source, title, language, timezone, publisher_from_entry, enabled) IS NOT "
        "(excluded.source, excluded.title, excluded.language, excluded.timezone, "
        "excluded.publisher_from_entry, 1)",
        (url, source, title, language, timezone, int(publisher_from_entry), now),
    )
    return cursor.rowcount > 0


def remove(conn: sqlite3.Connection, url: str) -> bool:
    """Poll the feed no more; its polls and entries stay. Returns whether it was polled before."""
    cursor = conn.execute(
        "UPDATE feeds SET enabled = 0 WHERE url = ? AND enabled = 1", (own_url(conn, url),)
    )
    return cursor.rowcount > 0


def own_url(conn: sqlite3.Connection, url: str) -> str:
    """The address under which a feed is listed, given that one or the one that it moved to."""
    row = conn.execute(
        "SELECT s.url FROM feed_states s WHERE s.address = :url "
        "AND NOT EXISTS (SELECT 1 FROM feeds WHERE url = :url) ORDER BY s.rowid LIMIT 1",
        {"url": url},
    ).fetchone()
    return str(row[0]) if row else url


def listed(conn: sqlite3.Connection, *, enabled_only: bool = True) -> list[FeedRow]:
    """Feeds in the order of their addition."""
    rows = conn.execute(
        "SELECT f.url, f.source, f.title, f.language, f.timezone, f.publisher_from_entry, "
        "f.enabled, f.etag, f.last_modified, p.polled_at AS last_polled_at, "
        "p.status AS last_status, p.error AS last_error, p.saturated AS last_saturated, "
        "(SELECT final_url FROM polls WHERE feed_url = f.url AND status = 200 "
        "AND error IS NULL ORDER BY id DESC LIMIT 1) AS validated_url, "
        "s.address, s.interval_minutes, s.next_poll_at, coalesce(s.failures, 0) AS failures, "
        "s.failing_since, s.seconds FROM feeds f "
        "LEFT JOIN polls p ON p.id = (SELECT max(id) FROM polls WHERE feed_url = f.url) "
        "LEFT JOIN feed_states s ON s.url = f.url "
        "WHERE f.enabled >= ? ORDER BY f.rowid",
        (int(enabled_only),),
    )
    return [FeedRow(**dict(row)) for row in rows]


def polled_in_run(conn: sqlite3.Connection, run_id: str) -> set[str]:
    """Addresses that this run has asked already."""
    rows = conn.execute("SELECT feed_url FROM polls WHERE run_id = ?", (run_id,))
    return {row[0] for row in rows}


def failed_in_run(conn: sqlite3.Connection, run_id: str) -> list[tuple[str, str]]:
    """Address and error of the feeds that failed in this run."""
    rows = conn.execute(
        "SELECT feed_url, error FROM polls WHERE run_id = ? AND error IS NOT NULL ORDER BY id",
        (run_id,),
    )
    return [(row[0], row[1]) for row in rows]


def is_sample(conn: sqlite3.Connection) -> bool:
    """Whether the database holds the shipped sample, which every output must say."""
    row = conn.execute("SELECT 1 FROM sources WHERE kind = 'sample' LIMIT 1").fetchone()
    return row is not None
