"""The data account: how much was read, from whom, and what went wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping


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
    """Count what the database and its archive hold."""

    def one(sql: str) -> int:
        return int(conn.execute(sql).fetchone()[0])

    def pairs(sql: str) -> list[tuple[str, int]]:
        return [(str(name), int(count)) for name, count in conn.execute(sql)]

    ends = conn.execute("SELECT min(first_seen_at), max(first_seen_at) FROM entries").fetchone()
    old = ledger.span(conn)
    prices = conn.execute(
        "SELECT symbol, count(*), min(date), max(date) FROM prices GROUP BY symbol ORDER BY symbol"
    )
    return Account(
        entries=one("SELECT count(*) FROM entries") + ledger.count(conn, "entries"),
        articles=one("SELECT count(*) FROM articles") + ledger.count(conn, "articles"),
        stories=one("SELECT count(*) FROM stories"),
        sources=one("SELECT count(*) FROM sources"),
        first_seen=min(filter(None, (ends[0], old[0])), default=None),
        last_seen=max(filter(None, (ends[1], old[1])), default=None),
        languages=_together(
            pairs("SELECT language, count(*) FROM articles GROUP BY 1"),
            ledger.counts(conn, "articles"),
        ),
        origins=_together(
            pairs("SELECT origin, count(*) FROM entries GROUP BY 1"),
            ledger.counts(conn, "entries"),
        ),
        scorers=_scorers(conn),
        reviews=one("SELECT (SELECT count(*) FROM reviews) - (SELECT count(*) FROM review_undos)"),
        prices=[(str(s), int(n), str(lo), str(hi)) for s, n, lo, hi in prices],
    )


def _together(here: Iterable[tuple[str, int]], old: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts of both places, the largest first."""
    found = Counter(old)
    found.update(dict(here))
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _scorers(conn: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """Scorer, articles read and abstentions among them."""
    read = ledger.counts(conn, "scores")
    lost = ledger.counts(conn, "scores", ledger.ABSTAINED)
    for name, n, abstained in conn.execute(
        "SELECT scorer, count(*), count(abstained) FROM scores GROUP BY scorer"
    ):
        read[name] += n
        lost[name] += abstained
    return [(name, read[name], lost[name]) for name in sorted(read)]


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
