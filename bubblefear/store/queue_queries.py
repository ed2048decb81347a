"""What the review queue reads: articles that might be coded next, and who has coded what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.reviews import CODES
from bubblefear.store.views import CONTRIBUTION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

# Classes of the scale that count as far apart: a quarter of it, as in the canned query.
FAR_APART = 0.25
_HIGH, _LOW = (CONTRIBUTION.replace("s.", f"{name}.") for name in ("high", "low"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored article: all that the order of a queue is made from."""

    id: str
    story: str
    language: str
    first_seen_at: str
    relevance: float
    fear: float
    relief: float
    negative: float


@dataclass(frozen=True, slots=True)
class Known:
    """An article with its story and language."""

    id: str
    story: str
    language: str


@dataclass(frozen=True, slots=True)
class Title:
    """An article in the list of what comes next, with nothing of its score."""

    id: str
    title: str
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a coder has done; reviews that were undone are not counted.

    Attributes:
        today: Articles coded since midnight UTC.
        total: Articles coded.
        sample: Newest audit sample; None = none was drawn.
        items: Its articles.
        coded: Of which this coder has coded.
    """

    today: int
    total: int
    sample: str | None
    items: int
    coded: int


def candidates(conn: sqlite3.Connection, scorer: str, bad_news: float) -> list[Candidate]:
    """Articles on the topic by a scorer with fear, relief or bad news in them, in no order.

    Args:
        conn: The database.
        scorer: Its stored name.
        bad_news: Least relevance x probability of a negative tone where there is neither.
    """
    rows = conn.execute(
        "SELECT s.article_id, coalesce(a.story_id, a.id), a.language, e.first_seen_at,"
        " s.relevance, s.fear, s.relief, coalesce(s.negative, 0.0) FROM scores s"
        " JOIN articles a ON a.id = s.article_id JOIN entries e ON e.id = s.article_id"
        " WHERE s.scorer = ? AND s.abstained IS NULL AND s.relevance > 0"
        " AND (s.fear > 0 OR s.relief > 0 OR s.relevance * s.negative >= ?)",
        (scorer, bad_news),
    )
    return [Candidate(*row) for row in rows]


def known(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Known]:
    """Story and language of articles; one that is no longer stored is left out."""
    rows = conn.execute(
        "SELECT a.id, coalesce(a.story_id, a.id), a.language FROM json_each(?) j"
        " JOIN articles a ON a.id = j.value",
        (json.dumps(list(ids)),),
    )
    return {row[0]: Known(*row) for row in rows}


def coded_by(conn: sqlite3.Connection, coder: str) -> list[Known]:
    """The articles that a coder has coded."""
    rows = conn.execute(
        "SELECT a.id, coalesce(a.story_id, a.id), a.language FROM"
        f" (SELECT article_id FROM ({CODES}) WHERE reviewer = ?) c"
        " JOIN articles a ON a.id = c.article_id",
        (coder,),
    )
    return [Known(*row) for row in rows]


def scorers_apart(conn: sqlite3.Connection) -> dict[str, float]:
    """Articles that two scorers disagree on, by the largest distance of what each adds, 0-1."""
    rows = conn.execute(
        f"SELECT high.article_id, {_HIGH} - {_LOW} AS distance"
        " FROM scores high JOIN scores low"
        " ON low.article_id = high.article_id AND low.scorer <> high.scorer"
        " WHERE high.scorer IN (SELECT DISTINCT scorer FROM scores) AND high.fear >= ?1"
        " AND low.abstained IS NULL AND high.abstained IS NULL AND distance >= ?1",
        (FAR_APART,),
    )
    return farthest(rows)


def coders_apart(conn: sqlite3.Connection, scorer: str, coder: str) -> dict[str, float]:
    """Articles that the other coders disagree on, with a scorer or one another, by distance.

    A grade / 3 is held against what the scorer adds to the index.
    """
    # CROSS: the codes first. SQLite began with the scores, which are a thousand times as many.
    rows = conn.execute(
        f"SELECT c.article_id, abs(c.fear / 3.0 - {CONTRIBUTION}) AS distance"
        f" FROM ({CODES}) c CROSS JOIN scores s ON s.article_id = c.article_id AND s.scorer = ?2"
        " WHERE c.reviewer <> ?3 AND c.stance <> 'relief' AND s.abstained IS NULL"
        " AND distance >= ?1"
        " UNION ALL "
        "SELECT c.article_id, (max(c.fear) - min(c.fear)) / 3.0 AS distance"
        f" FROM ({CODES}) c WHERE c.reviewer <> ?3 GROUP BY 1 HAVING distance >= ?1",
        (FAR_APART, scorer, coder),
    )
    return farthest(rows)


def farthest(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The largest distance of each article."""
    found: dict[str, float] = {}
    for article, distance in pairs:
        found[article] = max(float(distance), found.get(article, 0.0))
    return found


def newest_sample(conn: sqlite3.Connection) -> tuple[str | None, list[Known]]:
    """The audit sample drawn last, with its articles in the order of coding."""
    row = conn.execute("SELECT name FROM audit_samples ORDER BY rowid DESC LIMIT 1").fetchone()
    if row is None:
        return None, []
    rows = conn.execute(
        "SELECT a.id, coalesce(a.story_id, a.id), a.language FROM audit_items i"
        " JOIN articles a ON a.id = i.article_id WHERE i.sample = ? ORDER BY i.number",
        (row[0],),
    )
    return str(row[0]), [Known(*one) for one in rows]


def titles(conn: sqlite3.Connection, ids: Iterable[str]) -> list[Title]:
    """Articles of a list, in its order."""
    rows = conn.execute(
        "SELECT e.id, e.title, a.language, e.source FROM json_each(?) j"
        " JOIN entries e ON e.id = j.value JOIN articles a ON a.id = e.id ORDER BY j.key",
        (json.dumps(list(ids)),),
    )
    return [Title(*row) for row in rows]


def progress(conn: sqlite3.Connection, coder: str, day: str) -> Progress:
    """What a coder has done until now.

    Args:
        conn: The database.
        coder: Whose reviews.
        day: Today, UTC, YYYY-MM-DD.
    """
    coded = dict(
        conn.execute(
            f"SELECT article_id, created_at FROM ({CODES}) WHERE reviewer = ?", (coder,)
        ).fetchall()
    )
    sample, items = newest_sample(conn)
    return Progress(
        today=sum(at[:10] == day for at in coded.values()),
        total=len(coded),
        sample=sample,
        items=len(items),
        coded=sum(item.id in coded for item in items),
    )
