"""What a build of the index reads of every entry: its source, its story and its score.

A whole build scans three tables and lets its caller join them: SQLite would look up each entry's
article and score, which takes three times as long. A build of a few sessions has them looked up.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bubblefear.store.archive import rows as archived

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    import pyarrow

BATCH: Final = 50_000
SCORE_COLUMNS: Final = ("abstained", "relevance", "fear", "relief", "kind", "channel", "recap")
ENTRY_COLUMNS: Final = ("article_id", "source", "first_seen_at")
TEXT_COLUMNS: Final = ("article_id", "story_id", "language")
SCORED_COLUMNS: Final = ("article_id", "text_known_at", *SCORE_COLUMNS)
INDEX_COLUMNS: Final = (*ENTRY_COLUMNS, *TEXT_COLUMNS[1:], *SCORED_COLUMNS[1:])
NO_TEXT: Final = "no text"
NOT_SCORED: Final = "not scored"


def every_entry(conn: sqlite3.Connection, as_of: str) -> Iterator[list[tuple[object, ...]]]:
    """Rows of ``ENTRY_COLUMNS`` of the entries first seen by ``as_of``, in order of writing.

    Batches of rows, here and below: a million of them at once would take a gigabyte.
    """
    sql = "SELECT id, source, first_seen_at FROM entries WHERE first_seen_at <= ? ORDER BY number"
    return _batches(conn, sql, (as_of,))


def every_text(conn: sqlite3.Connection) -> Iterator[list[tuple[object, ...]]]:
    """Rows of ``TEXT_COLUMNS``, in any order."""
    return _batches(conn, "SELECT id, story_id, language FROM articles", ())


def every_score(conn: sqlite3.Connection, scorer: str) -> Iterator[list[tuple[object, ...]]]:
    """Rows of ``SCORED_COLUMNS`` of a scorer, in any order; each is of the newest text."""
    # The + keeps SQLite from going through the index, which would look up each row.
    sql = f"SELECT {', '.join(SCORED_COLUMNS)} FROM scores WHERE +scorer = ?"
    return _batches(conn, sql, (scorer,))


def every_archived(conn: sqlite3.Connection, scorer: str, as_of: str) -> Iterator[pyarrow.Table]:
    """Columns ``INDEX_COLUMNS`` of the archived entries first seen by ``as_of``, by month.

    DuckDB joins a month's tables faster than they could be read apart.
    """
    return archived.every_index_row(conn, scorer, as_of)


def chosen(
    conn: sqlite3.Connection, scorer: str, as_of: str, ids: Sequence[str]
) -> Iterator[list[tuple[object, ...]]]:
    """Rows of ``INDEX_COLUMNS`` for those of the given entries first seen by ``as_of``.

    The score is the newest, of a text that may have come after ``as_of``: ``text_known_at`` says
    when. An entry without text or without a score has the reason under ``abstained``.
    """
    sql = (
        "SELECT e.id, e.source, e.first_seen_at, a.story_id, coalesce(a.language, 'other'), "
        "s.text_known_at, "
        f"CASE WHEN a.id IS NULL THEN '{NO_TEXT}' WHEN s.article_id IS NULL THEN '{NOT_SCORED}' "
        "ELSE s.abstained END, s.relevance, s.fear, s.relief, s.kind, s.channel, s.recap "
        "FROM entries e LEFT JOIN articles a ON a.id = e.id "
        "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ? WHERE e.first_seen_at <= ? "
        "AND e.id IN (SELECT value FROM json_each(?)) ORDER BY e.number"
    )
    yield from _batches(conn, sql, (scorer, as_of, json.dumps(list(ids))))
    old = archived.chosen_index_rows(conn, scorer, as_of, ids)
    if old:
        yield old


def _batches(
    conn: sqlite3.Connection, sql: str, parameters: tuple[str, ...]
) -> Iterator[list[tuple[object, ...]]]:
    rows = conn.execute(sql, parameters)
    rows.row_factory = None
    while batch := rows.fetchmany(BATCH):
        yield batch


def entities(
    conn: sqlite3.Connection, names: Sequence[str], ids: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """Pairs of article and entity that its title or summary names, of the given names.

    The body is left out: it may have been fetched after the session's close.
    """
    chosen = "" if ids is None else "AND article_id IN (SELECT value FROM json_each(?))"
    rows = conn.execute(
        "SELECT DISTINCT article_id, name FROM mentions WHERE kind = 'entity' "
        f"AND field IN ('title', 'summary') AND name IN (SELECT value FROM json_each(?)) {chosen} "
        "ORDER BY article_id, name",
        (json.dumps(list(names)), *([] if ids is None else [json.dumps(list(ids))])),
    )
    found = [(row[0], row[1]) for row in rows]
    old = archived.entities(conn, names, ids)
    return sorted([*found, *((row[0], row[1]) for row in old)]) if old else found


def earlier_scores(
    conn: sqlite3.Connection,
    scorer: str,
    as_of: str | None = None,
    ids: Sequence[str] | None = None,
) -> list[tuple[object, ...]]:
    """Rows of ``SCORED_COLUMNS``: scores of replaced texts known by ``as_of``, oldest first."""
    chosen = "" if ids is None else "AND article_id IN (SELECT value FROM json_each(?))"
    rows = conn.execute(
        f"SELECT {', '.join(SCORED_COLUMNS)}, scored_at FROM score_history "
        f"WHERE scorer = ? AND text_known_at <= ? {chosen} "
        "ORDER BY text_known_at, scored_at, article_id",
        (scorer, as_of or "9999", *([] if ids is None else [json.dumps(list(ids))])),
    )
    rows.row_factory = None
    found = [*rows, *archived.earlier_scores(conn, scorer, as_of or "9999", ids)]
    return [row[:-1] for row in sorted(found, key=lambda row: (row[1], row[-1], row[0]))]
