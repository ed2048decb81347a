"""What a day's page reads beside the account: copies of its stories, relief, sources' counts.

As in ``report_queries``, functions take an open connection and return plain records.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bubblefear.store import published
from bubblefear.store.archive import rows as archived
from bubblefear.store.database import snapshot
from bubblefear.store.report_queries import Vintage
from bubblefear.store.views import CONTRIBUTION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

# From here on a text is on the topic, as in ``nlp.relevance``.
RELEVANT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Copy:
    """An article of a story that was first seen in a session; figures ``None`` = no score."""

    story: str
    article_id: str
    title: str
    source: str
    language: str
    url: str | None
    first_seen_at: str
    relevance: float | None
    fear: float | None
    relief: float | None


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What one source published in one language in a session.

    Attributes:
        source: The publisher.
        language: ``en``, ``zh-Hans``, ``zh-Hant``, ``other``; ``None`` = entries without text.
        read: Entries first seen.
        relevant: Of these, with a relevance of at least 0.5.
        fearful: Of these, that add fear.
        fear: Sum of relevance x fear.
        relief: Articles with more relief than fear.
        abstained: Articles that could not be scored.
    """

    source: str
    language: str | None
    read: int
    relevant: int
    fearful: int
    fear: float
    relief: int
    abstained: int


_COPY: Final = (
    "e.id, e.title, e.source, a.language, e.url, e.first_seen_at, s.relevance, s.fear, s.relief"
)


def stored_vintage(conn: sqlite3.Connection, version: str, instant: str) -> Vintage:
    """The record of a vintage that is known to be stored."""
    row = conn.execute(
        "SELECT version, vintage, kind, as_of, points FROM vintages"
        " WHERE version = ? AND vintage = ?",
        (version, instant),
    ).fetchone()
    return Vintage(*row)


def copies(
    conn: sqlite3.Connection,
    told: Mapping[str, str],
    scorer: str | None,
    span: tuple[str, str],
) -> dict[str, list[Copy]]:
    """The articles of stories first seen in ``(after, until]``, by story, most fear first.

    Args:
        conn: The database.
        told: Story of each article of an account: stories may have been merged since.
        scorer: Whose figures.
        span: Two instants, UTC text.
    """
    rows = conn.execute(
        f"SELECT coalesce(a.story_id, a.id), {_COPY} FROM articles a JOIN entries e ON e.id = a.id "
        "LEFT JOIN scores s ON s.article_id = a.id AND s.scorer = ? "
        "WHERE (a.story_id IN (SELECT value FROM json_each(?)) "
        "OR a.id IN (SELECT value FROM json_each(?))) "
        "AND e.first_seen_at > ? AND e.first_seen_at <= ? "
        f"ORDER BY {CONTRIBUTION} DESC, e.first_seen_at, e.id",
        (scorer, _json(told.values()), _json(told), *span),
    )
    found: dict[str, list[Copy]] = defaultdict(list)
    for row in rows:
        story = told.get(row[1], row[0])
        found[story].append(Copy(story, *row[1:]))
    return dict(found)


def relief(
    conn: sqlite3.Connection, scorer: str | None, span: tuple[str, str], limit: int = 20
) -> list[Copy]:
    """The article with most relief of each story, first seen in ``(after, until]``.

    Relief is told apart: an article with more relief than fear adds no fear to the index.
    """
    # CROSS JOIN keeps the order: a day has a thousand entries, the scores are of every day.
    # SQLite takes the other columns of a group from the row that max() chose.
    rows = conn.execute(
        "SELECT story, id, title, source, language, url, first_seen_at, relevance, fear, relief, "
        "max(relevance * relief) FROM "
        f"(SELECT coalesce(a.story_id, a.id) AS story, {_COPY} FROM entries e "
        "CROSS JOIN articles a ON a.id = e.id "
        "CROSS JOIN scores s ON s.article_id = e.id AND s.scorer = ? "
        "WHERE e.first_seen_at > ? AND e.first_seen_at <= ? "
        "AND s.abstained IS NULL AND s.relief > s.fear AND s.relevance > 0) "
        "GROUP BY story ORDER BY 11 DESC, id LIMIT ?",
        (scorer, *span, limit),
    )
    return [Copy(*row[:10]) for row in rows]


def source_counts(
    conn: sqlite3.Connection, scorer: str | None, span: tuple[str, str]
) -> list[SourceCount]:
    """Each source and language of the entries first seen in ``(after, until]``, by name.

    Archived entries, and those that a published file leaves out, have no relevance: they are
    read, and add to nothing else.
    """
    # One state of the file: what is moved or restored meanwhile is counted once.
    with snapshot(conn):
        rows = conn.execute(
            "SELECT e.source, a.language, count(*), coalesce(sum(s.relevance >= ?), 0), "
            f"coalesce(sum({CONTRIBUTION} > 0), 0), coalesce(sum({CONTRIBUTION}), 0.0), "
            "coalesce(sum(s.relief > s.fear), 0), count(s.abstained) "
            "FROM entries e LEFT JOIN articles a ON a.id = e.id "
            "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ? "
            "WHERE e.first_seen_at > ? AND e.first_seen_at <= ? "
            "GROUP BY e.source, a.language ORDER BY e.source, a.language",
            (RELEVANT, scorer, *span),
        )
        found = {(row[0], row[1]): SourceCount(*row) for row in rows}
        others = [*archived.source_counts(conn, scorer, span), *published.left_out(conn, span)]
    for source, language, read, abstained in others:
        key = (source, language)
        one = found.get(key) or SourceCount(*key, 0, 0, 0, 0.0, 0, 0)
        found[key] = replace(one, read=one.read + read, abstained=one.abstained + abstained)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or ""))]


def _json(values: Iterable[str]) -> str:
    return json.dumps(sorted(set(values)))
