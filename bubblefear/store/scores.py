"""Scores with their evidence and mentions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bubblefear.store import counters
from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from nlp.records import ArticleScore


def write(
    conn: sqlite3.Connection,
    scored: Sequence[tuple[ArticleScore, str, str]],
    *,
    scorer: str,
    now: str,
) -> None:
    """Store scores under ``scorer``, inside a transaction of the caller.

    Each comes with the hash of the text read and with the instant at which that text was known.

    Evidence and mentions are kept for articles of relevance above 0 only: nine in ten headlines
    of a financial feed are about something else, and their sentences would be most of the file.
    A score of an earlier text of the same article moves to the history, without its evidence:
    what was known before the new text came must not be read off the new one.
    """
    ids = [(score.document_id, scorer) for score, _, _ in scored]
    # OR IGNORE: where a text comes back, its first sight is the one that counts.
    conn.executemany(
        "INSERT OR IGNORE INTO score_history SELECT * FROM scores "
        "WHERE article_id = ? AND scorer = ? AND text_sha256 <> ?",
        [(score.document_id, scorer, sha) for score, sha, _ in scored],
    )
    conn.executemany("DELETE FROM evidence WHERE article_id = ? AND scorer = ?", ids)
    conn.executemany("DELETE FROM mentions WHERE article_id = ?", [(i,) for i, _ in ids])
    conn.executemany(
        "INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_score_row(score, scorer, (sha, known_at), now) for score, sha, known_at in scored],
    )
    relevant = [score for score, _, _ in scored if score.relevance]
    conn.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [row for score in relevant for row in _evidence_rows(score, scorer)],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO mentions VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (score.document_id, m.kind, m.name, m.surface, m.field, m.start, m.end)
            for score in relevant
            for m in score.mentions
        ],
    )
    counters.bump(conn, len(scored))


def write_earlier(
    conn: sqlite3.Connection,
    scored: Sequence[tuple[ArticleScore, str, str]],
    *,
    scorer: str,
    now: str,
) -> None:
    """Store scores of texts that are not the present ones, as in ``write``: history alone.

    A body that came later than its headline, before anything was scored, would else leave nothing
    to say what the headline told while it was all that was known.
    """
    conn.executemany(
        "INSERT OR IGNORE INTO score_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_score_row(score, scorer, (sha, known_at), now) for score, sha, known_at in scored],
    )


def any_by(conn: sqlite3.Connection, scorer: str) -> bool:
    """Whether the scorer has read anything, be it archived since."""
    row = conn.execute("SELECT 1 FROM scores WHERE scorer = ? LIMIT 1", (scorer,)).fetchone()
    return row is not None or ledger.counts(conn, "scores")[scorer] > 0


def _score_row(
    score: ArticleScore, scorer: str, text: tuple[str, str], now: str
) -> tuple[object, ...]:
    s = score.sentiment
    probabilities = (s.negative, s.neutral, s.positive) if s else (None, None, None)
    recap = None if score.recap is None else int(score.recap)
    return (
        score.document_id,
        scorer,
        *text,
        *probabilities,
        score.relevance,
        score.fear,
        score.relief,
        score.kind,
        score.channel,
        recap,
        score.abstained,
        now,
    )


def _evidence_rows(score: ArticleScore, scorer: str) -> list[tuple[object, ...]]:
    return [
        (
            score.document_id,
            scorer,
            position,
            e.field,
            e.start,
            e.end,
            e.sentence,
            e.negative,
            e.neutral,
            e.positive,
            e.relevance,
            e.fear,
            e.relief,
            e.weight,
            e.kind,
            e.channel,
            json.dumps(e.phrases, ensure_ascii=False),
        )
        for position, e in enumerate(score.evidence)
    ]
