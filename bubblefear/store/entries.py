"""Entries as they come: polls of feeds and batches of imported rows."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from bubblefear.store import counters, entry_names, entry_versions, feeds, problems, search
from bubblefear.store.archive import ledger
from bubblefear.store.hashing import text_sha256

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from ingest.records import Entry, Poll, Problem

_COLUMNS: Final = (
    "number, id, source, feed_url, guid, url, canonical_url, title, summary, author, "
    "published_at, first_seen_at, date_note, origin"
)


def write_poll(
    conn: sqlite3.Connection,
    run: tuple[str, str],
    poll: Poll,
    entries: Sequence[Entry],
    found: Iterable[Problem],
) -> int:
    """Store a poll with its entries and problems; inside one transaction of the caller.

    A poll is saturated when nothing of it was stored before although the feed had been read
    before: the feed moved on between two polls and items may have been missed.

    Args:
        conn: The database.
        run: Id and start of the run.
        poll: What came of asking.
        entries: The items of the answer.
        found: The problems of the answer.

    Returns:
        Number of entries that are new.
    """
    settled = entry_names.settle(conn, entries)
    new = len(_store_items(conn, settled, poll.polled_at))
    read_before = conn.execute(
        "SELECT 1 FROM polls WHERE feed_url = ? AND items_seen > 0 LIMIT 1", (poll.feed_url,)
    ).fetchone()
    saturated = bool(read_before) and new > 0 and not settled.known
    conn.execute(
        "INSERT INTO polls VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run[0],
            poll.feed_url,
            poll.polled_at,
            poll.status,
            poll.bytes,
            poll.etag,
            poll.last_modified,
            poll.final_url,
            poll.items_seen,
            new,
            int(saturated),
            poll.error,
        ),
    )
    if poll.error is None and poll.status == HTTPStatus.OK:
        # Both as they are: an ETag of an earlier answer would be asked for in vain ever after.
        conn.execute(
            "UPDATE feeds SET etag = ?, last_modified = ? WHERE url = ?",
            (poll.etag, poll.last_modified, poll.feed_url),
        )
    problems.record(conn, found, poll.polled_at, run[1])
    return new


def _store_items(conn: sqlite3.Connection, settled: entry_names.Settled, now: str) -> list[str]:
    """Store an answer's new items, the names of all and what known ones say otherwise now."""
    new = insert(conn, settled.new, origin="feed", now=now) if settled.new else []
    own = [(entry, entry.key) for entry in settled.new]
    entry_names.add(conn, [*own, *settled.again, *settled.unkept])
    repeated = [(e, known.id) for e, known in settled.known if e.feed_url == known.feed_url]
    entry_versions.record(conn, repeated, now)
    return new


def insert(
    conn: sqlite3.Connection, entries: Sequence[Entry], *, origin: str, now: str
) -> list[str]:
    """Store those entries that are not there yet, inside a transaction of the caller.

    An item that comes again keeps what was first seen of it.

    Returns:
        Ids of the new entries, in order.
    """
    known = existing(conn, [e.key for e in entries])
    new: dict[str, Entry] = {}
    for entry in entries:
        if entry.key not in known:
            new.setdefault(entry.key, entry)
    ordered = list(new.values())
    if not ordered:
        return []
    feeds.ensure_sources(conn, (e.source for e in ordered), kind=origin, now=now)
    here = conn.execute("SELECT max(number) FROM entries").fetchone()[0] or 0
    start = 1 + max(here, ledger.last_number(conn))
    numbered = list(enumerate(ordered, start))
    marks = ", ".join("?" * 14)
    conn.executemany(
        f"INSERT INTO entries({_COLUMNS}) VALUES ({marks})",
        [_entry_row(number, e, origin) for number, e in numbered],
    )
    _insert_articles(conn, [(n, e) for n, e in numbered if e.title or e.summary or e.body])
    counters.bump(conn, len(ordered))
    return [e.key for e in ordered]


def existing(conn: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that are stored, here or in the archive."""
    rows = conn.execute(
        "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    return {row[0] for row in rows} | ledger.months_of(conn, ids).keys()


def count(conn: sqlite3.Connection) -> int:
    """Number of entries, those in the archive too."""
    here = int(conn.execute("SELECT count(*) FROM entries").fetchone()[0])
    return here + ledger.count(conn, ledger.ENTRIES)


def _entry_row(number: int, e: Entry, origin: str) -> tuple[object, ...]:
    return (
        number,
        e.key,
        e.source,
        e.feed_url,
        e.guid,
        e.url,
        e.canonical_url,
        e.title,
        e.summary,
        e.author,
        e.published_at,
        e.first_seen_at,
        e.date_note,
        origin,
    )


def _insert_articles(conn: sqlite3.Connection, numbered: Sequence[tuple[int, Entry]]) -> None:
    conn.executemany(
        "INSERT INTO articles(id, language, body, body_status, text_sha256) VALUES (?, ?, ?, ?, ?)",
        [
            (
                e.key,
                e.language or "other",
                e.body,
                "ok" if e.body else "none",
                text_sha256(e.title, e.summary, e.body),
            )
            for _, e in numbered
        ],
    )
    search.insert(conn, ((n, e.title, e.summary, e.body) for n, e in numbered))


def last_number(conn: sqlite3.Connection) -> int:
    """Number of the entry that was written last; 0 = there is none."""
    return int(conn.execute("SELECT max(number) FROM entries").fetchone()[0] or 0)


def any_polled_since(conn: sqlite3.Connection, number: int, instant: str) -> bool:
    """Whether a polled entry written after that number was first seen by an instant."""
    row = conn.execute(
        "SELECT 1 FROM entries WHERE number > ? AND first_seen_at <= ? AND origin = 'feed' LIMIT 1",
        (number, instant),
    ).fetchone()
    return row is not None


def all_polled(conn: sqlite3.Connection) -> bool:
    """Whether every entry came from a feed, so that its time of first sight was observed."""
    row = conn.execute("SELECT 1 FROM entries WHERE origin <> 'feed' LIMIT 1").fetchone()
    return row is None and not ledger.counts(conn, ledger.ENTRIES).keys() - {"feed"}
