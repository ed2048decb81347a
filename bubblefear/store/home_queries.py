"""What the home page reads beside the index: how fresh the news is, and alerts fired lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class Freshness:
    """How new the database's contents are; every instant is UTC text, None = there is none.

    Attributes:
        news: When the newest entry was first seen.
        command: Of the run that began last.
        started_at: When that run began.
        finished_at: When it ended; None = running or killed.
        outcome: ``done``, ``partial``, ``failed``; None = unfinished.
    """

    news: str | None
    command: str | None
    started_at: str | None
    finished_at: str | None
    outcome: str | None


@dataclass(frozen=True)
class Alert:
    """A rule that fired on a session; fields as the columns of ``alerts``."""

    rule: str
    series: str
    session: str
    value: float
    figure: float
    fired_at: str


def freshness(conn: sqlite3.Connection) -> Freshness:
    """The newest entry and the run that began last."""
    here = conn.execute("SELECT max(first_seen_at) FROM entries").fetchone()[0]
    news = max(filter(None, (here, ledger.span(conn)[1])), default=None)
    run = conn.execute(
        "SELECT command, started_at, finished_at, outcome FROM runs "
        "ORDER BY started_at DESC, rowid DESC LIMIT 1"
    ).fetchone()
    return Freshness(news, *(run or (None, None, None, None)))


def alerts_since(conn: sqlite3.Connection, version: str, session: str) -> list[Alert]:
    """Rules of an index version that fired on ``session`` (``YYYY-MM-DD``) or later, newest first.

    However often a rule is written, it stands once for each session.
    """
    rows = conn.execute(
        "SELECT rule, series, session, value, figure, fired_at FROM alerts "
        "WHERE version = ? AND session >= ? ORDER BY session DESC, fired_at DESC, rule",
        (version, session),
    )
    return [Alert(*row) for row in rows]
