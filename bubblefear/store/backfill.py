"""Addresses of imported lists: what waits to be read, and what came of it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store.articles import Wanted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

MOST_TRIES: Final = 3

# A page that failed is asked for again by a later run: within one, once is enough.
_DUE: Final = (
    f"(state = 'waiting' OR (state = 'failed' AND tries < {MOST_TRIES})) "
    "AND (asked_at IS NULL OR asked_at < ?)"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An address to be read, as the columns of the table ``backfill`` say."""

    url: str
    link: str
    copy_url: str | None
    source: str
    published_at: str
    first_seen_at: str
    date_note: str | None
    list: str
    titled: int
    entry_id: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """The article that a page belongs to, and what is there of its body."""

    wanted: Wanted
    body_status: str


def add(conn: sqlite3.Connection, rows: Sequence[Waiting]) -> int:
    """Store the addresses that are not there yet, inside a transaction of the caller.

    Archives list each copy of a page: of two rows of one address that no entry was made of yet,
    the earlier date stays, since by then the page was there.

    Returns:
        How many are new.
    """
    places = ", ".join("?" * 10)
    values = [astuple(row) for row in rows]
    new = conn.executemany(
        "INSERT OR IGNORE INTO backfill(url, link, copy_url, source, published_at, "
        f"first_seen_at, date_note, list, titled, entry_id, state) VALUES ({places}, 'waiting')",
        values,
    ).rowcount
    conn.executemany(
        "UPDATE backfill SET link = ?2, copy_url = ?3, published_at = ?5, "
        "first_seen_at = ?6, date_note = ?7 WHERE url = ?1 AND state = 'waiting' "
        "AND entry_id IS NULL AND first_seen_at > ?6",
        [value[:7] for value in values],
    )
    return int(new)


def count_due(conn: sqlite3.Connection, before: str) -> int:
    """How many addresses a run that started at ``before`` has still to ask for."""
    sql = f"SELECT count(*) FROM backfill WHERE {_DUE}"
    return int(conn.execute(sql, (before,)).fetchone()[0])


def due(conn: sqlite3.Connection, before: str, limit: int) -> list[Waiting]:
    """Up to ``limit`` addresses that are to be asked for, the earliest dates first."""
    rows = conn.execute(
        "SELECT url, link, copy_url, source, published_at, first_seen_at, date_note, list, "
        f"titled, entry_id FROM backfill WHERE {_DUE} ORDER BY published_at, url LIMIT ?",
        (before, limit),
    )
    return [Waiting(*row) for row in rows]


def settle(
    conn: sqlite3.Connection,
    url: str,
    *,
    state: str,
    now: str,
    reason: str | None = None,
    entry_id: str | None = None,
    titled: bool = False,
) -> None:
    """Note what came of asking for an address, inside the transaction that stores the page.

    ``titled``: the entry had its title before, if not from this list.
    """
    conn.execute(
        "UPDATE backfill SET state = ?, tries = tries + 1, asked_at = ?, reason = ?, "
        "entry_id = coalesce(?, entry_id), titled = max(titled, ?) WHERE url = ?",
        (state, now, reason, entry_id, int(titled), url),
    )


def states(conn: sqlite3.Connection) -> dict[str, int]:
    """State -> number of addresses."""
    rows = conn.execute("SELECT state, count(*) FROM backfill GROUP BY state")
    return {row[0]: row[1] for row in rows}


def target(conn: sqlite3.Connection, entry_id: str) -> Target | None:
    """An entry's article as it is stored; None where it has none."""
    row = conn.execute(
        "SELECT e.number, e.id, coalesce(e.url, ''), e.title, e.summary, a.language, "
        "a.body_status FROM entries e JOIN articles a ON a.id = e.id WHERE e.id = ?",
        (entry_id,),
    ).fetchone()
    return Target(Wanted(*row[:6]), row[6]) if row else None
