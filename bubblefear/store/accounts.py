"""Accounts: which articles make up the total of a session, as of every vintage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Part:
    """One appearance's part in the total of its session.

    Attributes:
        article: ``entries.id``.
        story: ``stories.id``, or the article's own where it has none.
        member: The member of the panel that it counts in, such as ``Reuters (en)``.
        fear: Relevance x fear of the article, 0-1, without novelty.
        novelty: Weight of a repeated story, 0-1.
        points: Index points. ``points / (fear * novelty)`` is the same for every part of a
            member in a session: what one whole fearful entry would add there.
    """

    article: str
    story: str
    member: str
    fear: float
    novelty: float
    points: float


@dataclass(frozen=True, slots=True)
class Account:
    """The parts of one session in the vintage that last changed them, largest first."""

    date: str
    vintage: str
    parts: tuple[Part, ...]


def read(conn: sqlite3.Connection, version: str, vintage: str, date: str) -> Account | None:
    """The account of a session as it stood at a vintage; None where there is none."""
    row = conn.execute(
        "SELECT date, vintage, parts FROM accounts WHERE version = ? AND date = ? "
        "AND vintage <= ? ORDER BY vintage DESC LIMIT 1",
        (version, date, vintage),
    ).fetchone()
    return _account(row) if row else None


def read_all(
    conn: sqlite3.Connection,
    version: str,
    vintage: str,
    *,
    since: str = "0000",
    until: str = "9999",
) -> list[Account]:
    """The accounts of every session between two dates (both included), by date."""
    # SQLite takes the other columns of a group from the row that max() chose.
    rows = conn.execute(
        "SELECT date, max(vintage), parts FROM accounts WHERE version = ? AND vintage <= ? "
        "AND date BETWEEN ? AND ? GROUP BY date ORDER BY date",
        (version, vintage, since, until),
    )
    return [_account(row) for row in rows]


def history(conn: sqlite3.Connection, version: str, date: str) -> list[Account]:
    """Every account that a session ever had, oldest vintage first."""
    rows = conn.execute(
        "SELECT date, vintage, parts FROM accounts WHERE version = ? AND date = ? ORDER BY vintage",
        (version, date),
    )
    return [_account(row) for row in rows]


def changed(
    conn: sqlite3.Connection, version: str, found: Mapping[str, Sequence[Part]]
) -> dict[str, Sequence[Part]]:
    """Those accounts that differ from what is stored; an empty one equals none."""
    stored = conn.execute(
        "SELECT date, max(vintage), parts FROM accounts WHERE version = ? "
        "AND date BETWEEN ? AND ? GROUP BY date",
        (version, min(found, default=""), max(found, default="")),
    )
    known = {row[0]: row[2] for row in stored}
    empty = as_json(())
    return {
        date: parts for date, parts in found.items() if as_json(parts) != known.get(date, empty)
    }


def write(
    conn: sqlite3.Connection,
    version: str,
    vintage: str,
    accounts: Mapping[str, Sequence[Part]],
) -> None:
    """Append the accounts that changed, by date, inside a transaction of the caller."""
    conn.executemany(
        "INSERT INTO accounts VALUES (?, ?, ?, ?)",
        [(version, date, vintage, as_json(parts)) for date, parts in sorted(accounts.items())],
    )


def as_json(parts: Sequence[Part]) -> str:
    """The parts as stored; equal accounts give equal text."""
    rows = [{name: getattr(part, name) for name in Part.__slots__} for part in parts]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _account(row: sqlite3.Row) -> Account:
    return Account(row[0], row[1], tuple(Part(**part) for part in json.loads(row[2])))
