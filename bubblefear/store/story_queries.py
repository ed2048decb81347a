"""The story of an article as its page tells it: who else reported it, and why they are one story.

As in ``report_queries``, functions take an open connection and return plain records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

# What is shown of a copy's text beside the article.
_EXCERPT: Final = 600
_TITLE: Final = 2000


@dataclass(frozen=True)
class Link:
    """Why an article was counted with an earlier one.

    Attributes:
        article_id: The later article.
        other_id: The earlier one that it repeats.
        how: ``same`` words, ``near`` = nearly, ``meaning`` = in other words or another language.
        similarity: 0-1: share of common words, or probability of the same story.
        shared: Numbers and names that both tell; empty where words decided.
    """

    article_id: str
    other_id: str
    how: str
    similarity: float
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Telling:
    """An article of a story with the start of its text; figures ``None`` = no score.

    ``link`` says why it joined; ``None`` for the story's first and where nothing was kept.
    """

    id: str
    title: str
    source: str
    language: str
    first_seen_at: str
    relevance: float | None
    fear: float | None
    relief: float | None
    excerpt: str
    link: Link | None


def tellings(
    conn: sqlite3.Connection, story_id: str, scorer: str | None, limit: int = 60
) -> list[Telling]:
    """The articles of a story, the first seen first; ``excerpt`` is of the body or summary."""
    rows = conn.execute(
        "SELECT e.id, substr(e.title, 1, ?), e.source, a.language, e.first_seen_at, s.relevance,"
        " s.fear, s.relief, substr(coalesce(nullif(e.summary, ''), a.body, ''), 1, ?),"
        " l.other_id, l.how, l.similarity, l.shared"
        " FROM articles a JOIN entries e ON e.id = a.id"
        " LEFT JOIN scores s ON s.article_id = a.id AND s.scorer = ?"
        " LEFT JOIN story_links l ON l.article_id = a.id"
        " WHERE a.story_id = ? ORDER BY e.first_seen_at, e.id LIMIT ?",
        (_TITLE, _EXCERPT, scorer, story_id, limit),
    )
    return [Telling(*(*row[:9], _link(row[0], *row[9:]))) for row in rows]


def count(conn: sqlite3.Connection, story_id: str) -> int:
    """How many articles a story has."""
    row = conn.execute("SELECT count(*) FROM articles WHERE story_id = ?", (story_id,)).fetchone()
    return int(row[0])


def link(conn: sqlite3.Connection, article_id: str) -> Link | None:
    """Why an article joined its story; ``None`` where it did not, or nothing was kept."""
    row = conn.execute(
        "SELECT other_id, how, similarity, shared FROM story_links WHERE article_id = ?",
        (article_id,),
    ).fetchone()
    return _link(article_id, *row) if row else None


def _link(
    article_id: str,
    other_id: str | None,
    how: str | None,
    similarity: float | None,
    shared: str | None,
) -> Link | None:
    if other_id is None or how is None or similarity is None:
        return None
    names = tuple(str(name) for name in json.loads(shared or "[]"))
    return Link(article_id, other_id, how, similarity, names)
