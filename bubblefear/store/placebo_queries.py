"""What a placebo index reads of an article: its headline and how negative the scorer found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.store.archive import rows as archived

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def headlines(conn: sqlite3.Connection, scorer: str) -> Iterator[tuple[str, str, float]]:
    """Article, headline and probability of a negative tone, of every scored article."""
    rows = conn.execute(
        "SELECT e.id, e.title, s.negative FROM entries e JOIN scores s ON s.article_id = e.id "
        "WHERE s.scorer = ? AND s.abstained IS NULL AND e.title IS NOT NULL",
        (scorer,),
    )
    rows.row_factory = None
    yield from rows
    yield from archived.scored_titles(conn, scorer)
