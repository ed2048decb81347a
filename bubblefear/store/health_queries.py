"""What the health page asks: polls lately, runs, problems by kind, lists that are read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class Activity:
    """A feed's polls since some time.

    Attributes:
        url: Of the feed.
        polls: How many.
        failed: Of which without a usable answer.
        items_new: Entries that were stored from them.
        saturated: Polls that had no overlap with what was stored.
        answered_at: Last usable answer of all time, UTC; None = never.
        rhythm_minutes: In which a quarter of its items is replaced; None = not known yet.
        host: That is asked, as the breaker knows it; None = never polled.
    """

    url: str
    polls: int
    failed: int
    items_new: int
    saturated: int
    answered_at: str | None
    rhythm_minutes: int | None
    host: str | None


@dataclass(frozen=True)
class RunLine:
    """A run with the seconds of each stage; ``outcome`` is ``None`` where it did not end."""

    id: str
    command: str
    started_at: str
    finished_at: str | None
    outcome: str | None
    note: str | None
    stages: dict[str, float]


@dataclass(frozen=True)
class ProblemCode:
    """Problems of one kind: how many different ones, how often met, and the one met last."""

    code: str
    problems: int
    times: int
    last_at: str
    subject: str
    reason: str


@dataclass(frozen=True)
class BackfillList:
    """An imported list of addresses: how many are in each state, and the days that it spans."""

    name: str
    waiting: int
    done: int
    failed: int
    refused: int
    first: str
    last: str


def activity(conn: sqlite3.Connection, since: str) -> dict[str, Activity]:
    """Every feed's polls since a time, by its address."""
    rows = conn.execute(
        "SELECT f.url, coalesce(p.polls, 0), coalesce(p.failed, 0), coalesce(p.items_new, 0), "
        "coalesce(p.saturated, 0), (SELECT polled_at FROM polls WHERE feed_url = f.url "
        "AND error IS NULL ORDER BY id DESC LIMIT 1), s.rhythm_minutes, s.host FROM feeds f "
        "LEFT JOIN (SELECT feed_url, count(*) AS polls, sum(error IS NOT NULL) AS failed, "
        "sum(items_new) AS items_new, sum(saturated) AS saturated FROM polls "
        "WHERE polled_at >= ? GROUP BY feed_url) p ON p.feed_url = f.url "
        "LEFT JOIN feed_states s ON s.url = f.url",
        (since,),
    )
    return {row[0]: Activity(*row) for row in rows}


def runs_lately(conn: sqlite3.Connection, limit: int) -> list[RunLine]:
    """The runs that began last, newest first."""
    rows = conn.execute(
        "SELECT id, command, started_at, finished_at, outcome, note, timings FROM runs "
        "ORDER BY started_at DESC, rowid DESC LIMIT ?",
        (limit,),
    )
    return [
        RunLine(run_id, command, began, ended, outcome, note, json.loads(timings or "{}"))
        for run_id, command, began, ended, outcome, note, timings in rows
    ]


def problem_codes(conn: sqlite3.Connection, since: str) -> list[ProblemCode]:
    """Problems met since a time by kind, the kind met last first."""
    # Of a query with one max(), SQLite takes the other columns from the row that has it.
    rows = conn.execute(
        "SELECT code, count(*), sum(times), max(last_at), subject, reason FROM problems "
        "WHERE last_at >= ? GROUP BY code ORDER BY max(last_at) DESC, code",
        (since,),
    )
    return [ProblemCode(*row) for row in rows]


def backfill_lists(conn: sqlite3.Connection) -> list[BackfillList]:
    """The imported lists by name, with how far each is."""
    rows = conn.execute(
        "SELECT list, sum(state = 'waiting'), sum(state = 'done'), sum(state = 'failed'), "
        "sum(state = 'refused'), substr(min(published_at), 1, 10), "
        "substr(max(published_at), 1, 10) FROM backfill GROUP BY list ORDER BY list"
    )
    return [BackfillList(*row) for row in rows]


def row_counts(conn: sqlite3.Connection) -> dict[str, int]:
    """How many rows the tables have that grow with the news, those in the archive too."""
    names = ("entries", "articles", "scores", "polls", "index_points", "reviews")
    return {
        name: int(conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
        + ledger.count(conn, name)
        for name in names
    }
