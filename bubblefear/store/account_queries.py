"""The data account: how much was read, from whom, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class Account:
    """Counts over the whole database; ``first_seen`` and ``last_seen`` are UTC text."""

    entries: int
    articles: int
    stories: int
    sources: int
    first_seen: str | None
    last_seen: str | None
    languages: list[tuple[str, int]]
    origins: list[tuple[str, int]]
    scorers: list[tuple[str, int, int]]
    reviews: int
    prices: list[tuple[str, int, str, str]]


@dataclass(frozen=True)
class ProblemLine:
    """Problems of one code: how many different ones, how often met, the newest's reason."""

    code: str
    distinct: int
    times: int
    last_at: str
    subject: str
    reason: str


@dataclass(frozen=True)
class RunLine:
    """A run of a command; ``outcome`` is ``None`` where it never finished."""

    run_id: str
    command: str
    started_at: str
    finished_at: str | None
    outcome: str | None
    versions: str
    data_sha256: str | None


def account(conn: sqlite3.Connection) -> Account:
    """Count what the database holds."""

    def one(sql: str) -> int:
        return int(conn.execute(sql).fetchone()[0])

    def pairs(sql: str) -> list[tuple[str, int]]:
        return [(str(name), int(count)) for name, count in conn.execute(sql)]

    first, last = conn.execute(
        "SELECT min(first_seen_at), max(first_seen_at) FROM entries"
    ).fetchone()
    scorers = conn.execute(
        "SELECT scorer, count(*), count(abstained) FROM scores GROUP BY scorer ORDER BY scorer"
    )
    prices = conn.execute(
        "SELECT symbol, count(*), min(date), max(date) FROM prices GROUP BY symbol ORDER BY symbol"
    )
    return Account(
        entries=one("SELECT count(*) FROM entries"),
        articles=one("SELECT count(*) FROM articles"),
        stories=one("SELECT count(*) FROM stories"),
        sources=one("SELECT count(*) FROM sources"),
        first_seen=first,
        last_seen=last,
        languages=pairs("SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"),
        origins=pairs("SELECT origin, count(*) FROM entries GROUP BY 1 ORDER BY 2 DESC, 1"),
        scorers=[(str(name), int(n), int(lost)) for name, n, lost in scorers],
        reviews=one("SELECT (SELECT count(*) FROM reviews) - (SELECT count(*) FROM review_undos)"),
        prices=[(str(s), int(n), str(lo), str(hi)) for s, n, lo, hi in prices],
    )


def problem_lines(conn: sqlite3.Connection, limit: int = 20) -> list[ProblemLine]:
    """Problems grouped by code, the most recent first."""
    rows = conn.execute(
        "SELECT code, count(*), sum(times), max(last_at), subject, reason FROM problems"
        " GROUP BY code ORDER BY 4 DESC, code LIMIT ?",
        (limit,),
    )
    return [ProblemLine(*row) for row in rows]


def run_lines(conn: sqlite3.Connection, limit: int = 10) -> list[RunLine]:
    """The newest runs, newest first."""
    rows = conn.execute(
        "SELECT id, command, started_at, finished_at, outcome, versions, data_sha256 FROM runs"
        " ORDER BY started_at DESC, id DESC LIMIT ?",
        (limit,),
    )
    return [RunLine(*row) for row in rows]
