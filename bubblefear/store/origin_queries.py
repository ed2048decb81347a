"""Where an article came from: its feed or list, its other names, and what went wrong with it.

As in ``report_queries``, functions take an open connection and return plain records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


@dataclass(frozen=True)
class Alias:
    """A name that an item came under; ``kind`` is ``url``, ``redirect``, ``guid`` or ``title``."""

    kind: str
    value: str
    first_seen_at: str


@dataclass(frozen=True)
class Listed:
    """A line of an imported list of addresses; ``state`` is ``waiting``, ``done`` and so on."""

    list: str
    link: str
    copy_url: str | None
    state: str
    date_note: str | None
    reason: str | None


@dataclass(frozen=True)
class Trouble:
    """A problem noted of an address; times are UTC text."""

    code: str
    subject: str
    reason: str
    first_at: str
    last_at: str
    times: int


def aliases(conn: sqlite3.Connection, entry_id: str, limit: int = 50) -> list[Alias]:
    """The names of an item, those met first before the others."""
    rows = conn.execute(
        "SELECT kind, value, first_seen_at FROM entry_aliases WHERE entry_id = ?"
        " ORDER BY first_seen_at, kind, value LIMIT ?",
        (entry_id, limit),
    )
    return [Alias(*row) for row in rows]


def listed(conn: sqlite3.Connection, entry_id: str) -> list[Listed]:
    """The lines of imported lists that name an article."""
    rows = conn.execute(
        "SELECT list, link, copy_url, state, date_note, reason FROM backfill WHERE entry_id = ?"
        " ORDER BY url",
        (entry_id,),
    )
    return [Listed(*row) for row in rows]


def feed_title(conn: sqlite3.Connection, url: str) -> str | None:
    """A feed's own title; ``None`` = it has none, or the feed is not known any more."""
    row = conn.execute("SELECT title FROM feeds WHERE url = ?", (url,)).fetchone()
    return row[0] if row else None


def troubles(conn: sqlite3.Connection, subjects: Iterable[str]) -> list[Trouble]:
    """The problems noted of some addresses, the newest first."""
    rows = conn.execute(
        "SELECT code, subject, reason, first_at, last_at, times FROM problems"
        " WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY last_at DESC, id LIMIT 20",
        (json.dumps(sorted(set(subjects))),),
    )
    return [Trouble(*row) for row in rows]
