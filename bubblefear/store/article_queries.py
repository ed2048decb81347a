"""What an article's page reads.

As in ``report_queries``, functions take an open connection and return plain records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class Article:
    """An entry with its text; ``language`` and ``body_status`` are ``None`` without text."""

    id: str
    source: str
    url: str | None
    title: str
    summary: str | None
    body: str | None
    body_status: str | None
    language: str | None
    author: str | None
    published_at: str | None
    first_seen_at: str
    date_note: str | None
    origin: str
    feed_url: str | None
    story_id: str | None
    text_sha256: str | None


@dataclass(frozen=True)
class ScoreLine:
    """One scorer's score of an article; ``abstained`` says why there is none."""

    scorer: str
    text_sha256: str
    negative: float | None
    neutral: float | None
    positive: float | None
    relevance: float | None
    fear: float | None
    relief: float | None
    kind: str | None
    channel: str | None
    recap: int | None
    abstained: str | None
    scored_at: str


@dataclass(frozen=True)
class EvidenceLine:
    """A scored sentence, ``text[start:end]`` of its field."""

    position: int
    field: str
    start: int
    end: int
    sentence: str
    relevance: float | None
    fear: float | None
    relief: float | None
    weight: float | None
    kind: str | None
    channel: str | None
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class MentionLine:
    """A name found in a text, ``text[start:end]`` of its field."""

    kind: str
    name: str
    surface: str
    field: str
    start: int
    end: int


def article(conn: sqlite3.Connection, article_id: str) -> Article | None:
    """An entry by its id, with or without text."""
    row = conn.execute(
        "SELECT e.id, e.source, e.url, e.title, e.summary, a.body, a.body_status, a.language,"
        " e.author, e.published_at, e.first_seen_at, e.date_note, e.origin, e.feed_url,"
        " a.story_id, a.text_sha256"
        " FROM entries e LEFT JOIN articles a ON a.id = e.id WHERE e.id = ?",
        (article_id,),
    ).fetchone()
    return Article(*row) if row else None


def scores(conn: sqlite3.Connection, article_id: str) -> list[ScoreLine]:
    """Every scorer's score of an article, the newest first."""
    rows = conn.execute(
        "SELECT scorer, text_sha256, negative, neutral, positive, relevance, fear, relief, kind,"
        " channel, recap, abstained, scored_at FROM scores WHERE article_id = ?"
        " ORDER BY scored_at DESC, scorer",
        (article_id,),
    )
    return [ScoreLine(*row) for row in rows]


def evidence(conn: sqlite3.Connection, article_id: str, scorer: str) -> list[EvidenceLine]:
    """A scorer's sentences of an article, in reading order."""
    rows = conn.execute(
        'SELECT position, field, start, "end", sentence, relevance, fear, relief, weight, kind,'
        " channel, phrases FROM evidence WHERE article_id = ? AND scorer = ? ORDER BY position",
        (article_id, scorer),
    )
    return [EvidenceLine(*(*row[:11], _phrases(row[11]))) for row in rows]


def _phrases(stored: str | None) -> tuple[str, ...]:
    return tuple(str(phrase) for phrase in json.loads(stored)) if stored else ()


def mentions(conn: sqlite3.Connection, article_id: str) -> list[MentionLine]:
    """Names found in an article, in reading order."""
    rows = conn.execute(
        'SELECT kind, name, surface, field, start, "end" FROM mentions WHERE article_id = ?'
        " ORDER BY field DESC, start, kind",
        (article_id,),
    )
    return [MentionLine(*row) for row in rows]
