"""What the report and the review pages read: the index, its stories, test results, the account.

Every function takes an open connection, whoever opened it (the store, or Datasette's read-only
one), runs queries and returns plain records. Times are UTC text, dates are New York sessions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.config import INDEX_VERSION
from bubblefear.store import points, views

if TYPE_CHECKING:
    import sqlite3


# One build with other settings must not take the place of the index that is read every day.
SHOWN_FIRST = f"ORDER BY version = '{INDEX_VERSION}' DESC, vintage DESC LIMIT 1"
_PARTS = ("threat", "act", "relief", "channel:", "lang:", "language:", "entity:")


@dataclass(frozen=True)
class Vintage:
    """One build of the index: ``kind`` is ``real-time`` or ``reconstructed``."""

    version: str
    vintage: str
    kind: str
    as_of: str
    points: int


@dataclass(frozen=True)
class StoryLine:
    """A story of a day by its strongest article; ``contribution`` is relevance x fear."""

    article_id: str
    title: str
    source: str
    url: str | None
    language: str
    first_seen_at: str
    published_at: str | None
    relevance: float
    fear: float
    relief: float
    contribution: float
    kind: str | None
    channel: str | None
    recap: int
    copies: int
    sources: int


@dataclass(frozen=True)
class TestLine:
    """One test of the last run of tests; q is p after correction within its family."""

    hypothesis: str
    family: str
    status: str
    estimate: float | None
    lo: float | None
    hi: float | None
    p: float | None
    q: float | None
    size: float | None
    mde: float | None
    n: int | None
    verdict: str
    detail: str | None


@dataclass(frozen=True)
class TestRun:
    """The run that wrote the newest test results."""

    run_id: str
    finished_at: str | None
    versions: str | None
    lines: list[TestLine]


def latest_vintage(conn: sqlite3.Connection) -> Vintage | None:
    """The newest build of the default index, else of any version; ``None`` before the first."""
    row = conn.execute(
        f"SELECT version, vintage, kind, as_of, points FROM vintages {SHOWN_FIRST}"
    ).fetchone()
    return Vintage(*row) if row else None


def total(conn: sqlite3.Connection, vintage: Vintage) -> list[points.Point]:
    """The total index as it stood at a vintage, oldest session first."""
    return points.read(conn, vintage.version, vintage.vintage)


def parts_of_change(
    conn: sqlite3.Connection, vintage: Vintage, before: str, date: str
) -> list[tuple[str, float, float]]:
    """The total's parts by how much they moved between two sessions, most first.

    Parts are threat and act, relief, channels and languages; other series are the same total
    reckoned in another way.

    Returns:
        Name, value on ``date`` and change since ``before``; what is missing on either is left out.
    """
    found: dict[str, dict[str, float]] = {}
    for p in points.read(conn, vintage.version, vintage.vintage, None, since=before, until=date):
        if p.value is not None and p.series.startswith(_PARTS):
            found.setdefault(p.series, {})[p.date] = p.value
    moved = [
        (name, values[date], values[date] - values[before])
        for name, values in found.items()
        if before in values and date in values
    ]
    return sorted(moved, key=lambda part: (-abs(part[2]), part[0]))


def main_scorer(conn: sqlite3.Connection) -> str | None:
    """The scorer whose scores the pages show: that of the index shown, else the most used."""
    row = conn.execute(
        f"SELECT json_extract(constants, '$.scorer') FROM vintages {SHOWN_FIRST}"
    ).fetchone()
    if row and row[0]:
        return str(row[0])
    row = conn.execute(
        "SELECT scorer FROM scores GROUP BY scorer ORDER BY count(*) DESC, scorer LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else None


def top_stories(
    conn: sqlite3.Connection, scorer: str, after: str, until: str, limit: int = 50
) -> list[StoryLine]:
    """Stories first seen in ``(after, until]``, those that contributed most first."""
    rows = conn.execute(
        f"""
        WITH seen AS (
            SELECT e.id, e.title, e.source, e.url, a.language, e.first_seen_at, e.published_at,
                   s.relevance, s.fear, s.relief, {views.CONTRIBUTION} AS contribution,
                   s.kind, s.channel, s.recap, coalesce(a.story_id, e.id) AS story
            FROM entries e
            JOIN articles a ON a.id = e.id
            JOIN scores s ON s.article_id = e.id AND s.scorer = ?
            WHERE e.first_seen_at > ? AND e.first_seen_at <= ?
              AND s.abstained IS NULL AND s.relevance > 0 AND s.fear > 0
        )
        SELECT id, title, source, url, language, first_seen_at, published_at, relevance, fear,
               relief, max(contribution), kind, channel, coalesce(recap, 0), count(*),
               count(DISTINCT source)
        FROM seen GROUP BY story ORDER BY 11 DESC, 1 LIMIT ?
        """,
        (scorer, after, until, limit),
    )
    return [StoryLine(*row) for row in rows]


def latest_tests(conn: sqlite3.Connection) -> TestRun | None:
    """The newest run that wrote test results, with its lines in order, or ``None``."""
    run = conn.execute(
        "SELECT t.run_id, r.finished_at, r.versions FROM test_results t"
        " LEFT JOIN runs r ON r.id = t.run_id"
        " ORDER BY r.started_at DESC, t.run_id DESC LIMIT 1"
    ).fetchone()
    if run is None:
        return None
    rows = conn.execute(
        "SELECT hypothesis, family, status, estimate, lo, hi, p, q, size, mde, n, verdict, detail"
        " FROM test_results WHERE run_id = ? ORDER BY position",
        (run[0],),
    )
    return TestRun(run[0], run[1], run[2], [TestLine(*row) for row in rows])
