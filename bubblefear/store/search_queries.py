"""What the search page asks of the database: which articles match, their rows, where they match."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bubblefear.store import reviews, views
from bubblefear.store.search import CJK

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bubblefear.store.search_columns import Integers, Reals

# No text may hold these code points: Unicode keeps them for a program's own use.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_PIECES: Final = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_SPACED: Final = re.compile(f" ?({_OPEN}?)([{CJK}])({_CLOSE}?) ?")
_SNIPPET_WORDS: Final = 40
# A word of the title says more of an article than one of its body.
_WEIGHTS: Final = "4.0, 2.0, 1.0"


@dataclass(frozen=True)
class Hit:
    """An article that matches, with the main scorer's score; ``None`` = not scored.

    Times are UTC text; the contribution is relevance x fear, 0 for a denial.
    """

    number: int
    id: str
    title: str
    summary: str | None
    source: str
    language: str | None
    first_seen_at: str
    published_at: str | None
    url: str | None
    relevance: float | None
    fear: float | None
    contribution: float | None
    kind: str | None
    channel: str | None
    abstained: str | None
    story_id: str | None


@dataclass(frozen=True)
class Piece:
    """A part of a text, marked where a word of the query stands."""

    text: str
    marked: bool


def numbers(conn: sqlite3.Connection, match: str) -> Integers:
    """``entries.number`` of what matches an FTS5 expression, increasing."""
    found = conn.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid", (match,)
    )
    return np.fromiter((row[0] for row in found), dtype=np.int64)


def ranks(conn: sqlite3.Connection, match: str) -> tuple[Integers, Reals]:
    """The same with BM25 of each, smaller for a better match."""
    rows = conn.execute(
        f"SELECT rowid, bm25(articles_fts, {_WEIGHTS}) FROM articles_fts"
        " WHERE articles_fts MATCH ? ORDER BY rowid",
        (match,),
    ).fetchall()
    found = np.array([row[0] for row in rows], dtype=np.int64)
    return found, np.array([row[1] for row in rows], dtype=np.float64)


def hits(conn: sqlite3.Connection, wanted: Sequence[int], scorer: str | None) -> list[Hit]:
    """Entries of these numbers, in this order."""
    rows = conn.execute(
        f"""SELECT e.number, e.id, e.title, e.summary, e.source, a.language, e.first_seen_at,
          e.published_at, e.url, s.relevance, s.fear, {views.CONTRIBUTION}, s.kind, s.channel,
          s.abstained, a.story_id
        FROM entries e
        LEFT JOIN articles a ON a.id = e.id
        LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ?
        WHERE e.number IN (SELECT value FROM json_each(?))""",
        (scorer, json.dumps(list(wanted))),
    )
    found = {row[0]: Hit(*row) for row in rows}
    return [found[number] for number in wanted if number in found]


def marked(
    conn: sqlite3.Connection, match: str, wanted: Sequence[int]
) -> dict[int, tuple[list[Piece], list[Piece]]]:
    """Where an FTS5 expression matches: number -> the title, and a passage of the text.

    The passage is of the summary if that matches, else of the body; empty where only the title
    does.
    """
    rows = conn.execute(
        f"""SELECT rowid, highlight(articles_fts, 0, '{_OPEN}', '{_CLOSE}'),
          snippet(articles_fts, 1, '{_OPEN}', '{_CLOSE}', '…', {_SNIPPET_WORDS}),
          snippet(articles_fts, 2, '{_OPEN}', '{_CLOSE}', '…', {_SNIPPET_WORDS})
        FROM articles_fts
        WHERE articles_fts MATCH ? AND rowid IN (SELECT value FROM json_each(?))""",
        (match, json.dumps(list(wanted))),
    )
    return {
        row[0]: (pieces(row[1]), next((pieces(t) for t in row[2:] if _OPEN in (t or "")), []))
        for row in rows
    }


def pieces(text: str | None) -> list[Piece]:
    """A text of the search table as people write it, in pieces, without the table's own spaces."""
    closed = _SPACED.sub(r"\1\2\3", text or "")
    parts = _PIECES.split(closed)
    return [Piece(part, bool(place % 2)) for place, part in enumerate(parts) if part]


def labels(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    """What reviewers said: "grade 0" to "grade 3" and "stance ..." with ``entries.number``."""
    rows = conn.execute(
        f"SELECT e.number, c.fear, c.stance FROM ({reviews.CODES}) c"
        " JOIN entries e ON e.id = c.article_id"
    ).fetchall()
    return [(f"grade {row[1]}", row[0]) for row in rows] + [
        (f"stance {row[2]}", row[0]) for row in rows
    ]
