"""What the archive answers where SQLite is asked by row: each function stands beside one of there.

All of them answer from the database alone, without DuckDB, where no archived row can be meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bubblefear.store.archive import ledger
from bubblefear.store.archive.reading import archive

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    import pyarrow

_AMONG: Final = "IN (SELECT unnest(?))"
_SCORE: Final = "abstained, relevance, fear, relief, kind, channel, recap"
# As ``index_rows.INDEX_COLUMNS``.
_INDEX: Final = (
    "SELECT e.id AS article_id, e.source, e.first_seen_at, a.story_id, "
    "coalesce(a.language, 'other') AS language, s.text_known_at, "
    "CASE WHEN a.id IS NULL THEN 'no text' WHEN s.article_id IS NULL THEN 'not scored' "
    "ELSE s.abstained END AS abstained, s.relevance, s.fear, s.relief, s.kind, s.channel, s.recap "
    "FROM entries e LEFT JOIN articles a ON a.id = e.id "
    "LEFT JOIN (SELECT * FROM scores WHERE scorer = ?) s ON s.article_id = e.id "
    "WHERE e.first_seen_at <= ?"
)
_INDEXED: Final = ("entries", "articles", "scores")


def every_index_row(conn: sqlite3.Connection, scorer: str, as_of: str) -> Iterator[pyarrow.Table]:
    """Columns ``index_rows.INDEX_COLUMNS`` of all first seen by ``as_of``, a month at a time.

    Raises:
        ArchiveBroken: a file is missing or damaged, here and below.
    """
    for month in ledger.months(conn, until=as_of):
        with archive(conn, [month], _INDEXED) as old:
            yield old.table(_INDEX, (scorer, as_of))


def chosen_index_rows(
    conn: sqlite3.Connection, scorer: str, as_of: str, ids: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Rows of ``index_rows.INDEX_COLUMNS`` of those of the entries that are archived."""
    return _by_id(
        conn, ids, _INDEXED, f"{_INDEX} AND e.id {_AMONG} ORDER BY e.number", (scorer, as_of)
    )


def earlier_scores(
    conn: sqlite3.Connection, scorer: str, as_of: str, ids: Sequence[str] | None
) -> list[tuple[Any, ...]]:
    """Rows of ``index_rows.SCORED_COLUMNS``: scores of replaced texts, in no order."""
    sql = (
        f"SELECT article_id, text_known_at, {_SCORE}, scored_at FROM score_history "
        "WHERE scorer = ? AND text_known_at <= ?"
    )
    return _some_or_all(conn, "score_history", sql, (scorer, as_of), ids)


def entities(
    conn: sqlite3.Connection, names: Sequence[str], ids: Sequence[str] | None
) -> list[tuple[Any, ...]]:
    """Pairs of article and entity that its title or summary names."""
    sql = (
        "SELECT DISTINCT article_id, name FROM mentions WHERE kind = 'entity' "
        f"AND field IN ('title', 'summary') AND name {_AMONG}"
    )
    return _some_or_all(conn, "mentions", sql, (list(names),), ids)


def in_span(conn: sqlite3.Connection, after: str, until: str) -> list[tuple[Any, ...]]:
    """Entry and story of those first seen in ``(after, until]``."""
    months = ledger.months(conn, after, until)
    if not months:
        return []
    with archive(conn, months, ("entries", "articles")) as old:
        return old.rows(
            "SELECT e.id, a.story_id FROM entries e LEFT JOIN articles a ON a.id = e.id "
            "WHERE e.first_seen_at > ? AND e.first_seen_at <= ? ORDER BY e.number",
            (after, until),
        )


def of_stories(
    conn: sqlite3.Connection, stories: Sequence[str], first: str | None, as_of: str
) -> list[tuple[Any, ...]]:
    """Id and ``first_seen_at`` of the articles of some stories.

    Args:
        conn: The database.
        stories: Their ids.
        first: When the earliest of these stories began: older months hold nothing of them.
        as_of: Nothing first seen later.
    """
    months = [] if first is None else ledger.months(conn, until=as_of)
    months = [month for month in months if month >= (first or "")[:7]]
    if not months:
        return []
    with archive(conn, months, ("entries", "articles")) as old:
        return old.rows(
            "SELECT a.id, e.first_seen_at FROM articles a JOIN entries e ON e.id = a.id "
            f"WHERE a.story_id {_AMONG} AND e.first_seen_at <= ?",
            (list(stories), as_of),
        )


def headlines(
    conn: sqlite3.Connection, after: tuple[str, int], until: str, limit: int
) -> list[tuple[Any, ...]]:
    """Columns of ``articles.Headline`` after a place (first seen, number), in order."""
    # A place within a second is told by the number: the second itself is still to be looked at.
    months = [month for month in ledger.months(conn, until=until) if month >= after[0][:7]]
    if not months:
        return []
    with archive(conn, months, ("entries", "articles")) as old:
        return old.rows(
            "SELECT e.number, e.id, e.title, e.first_seen_at, a.language, a.story_id, e.source, "
            "e.summary FROM entries e JOIN articles a ON a.id = e.id "
            "WHERE (e.first_seen_at > ?1 OR (e.first_seen_at = ?1 AND e.number > ?2)) "
            "AND e.first_seen_at <= ?3 ORDER BY e.first_seen_at, e.number LIMIT ?4",
            (*after, until, limit),
        )


def scored_titles(conn: sqlite3.Connection, scorer: str) -> Iterator[tuple[Any, ...]]:
    """Article, headline and probability of a negative tone, of every scored article."""
    for month in ledger.months(conn):
        with archive(conn, [month], ("entries", "scores")) as old:
            for batch in old.batches(
                "SELECT e.id, e.title, s.negative FROM entries e "
                "JOIN scores s ON s.article_id = e.id WHERE s.scorer = ? AND s.abstained IS NULL",
                (scorer,),
            ):
                yield from batch


def vectors(conn: sqlite3.Connection, model: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """Article and vector, as far as the model made one."""
    sql = f"SELECT article_id, vector FROM story_marks WHERE model = ? AND article_id {_AMONG}"
    return _by_id(conn, ids, ("story_marks",), sql, (model,))


def wordings(conn: sqlite3.Connection, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """Columns of ``stories.Wording``."""
    sql = (
        "SELECT e.id, e.title, e.summary, a.language FROM entries e "
        f"JOIN articles a ON a.id = e.id WHERE e.id {_AMONG}"
    )
    return _by_id(conn, ids, ("entries", "articles"), sql)


def identities(conn: sqlite3.Connection, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """The first columns of ``ingest.identity.sameness.Known``."""
    sql = (
        "SELECT id, source, feed_url, guid, canonical_url, title, published_at FROM entries "
        f"WHERE id {_AMONG}"
    )
    return _by_id(conn, ids, ("entries",), sql)


def first_texts(conn: sqlite3.Connection, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """Entry, title, summary, the feed's body, and the text's hash while it is the feed's."""
    sql = (
        "SELECT e.id, e.title, e.summary, CASE WHEN a.body_at IS NULL THEN a.body END, "
        "CASE WHEN a.body_at IS NULL THEN a.text_sha256 END "
        f"FROM entries e LEFT JOIN articles a ON a.id = e.id WHERE e.id {_AMONG}"
    )
    return _by_id(conn, ids, ("entries", "articles"), sql)


def source_counts(
    conn: sqlite3.Connection, scorer: str | None, span: tuple[str, str]
) -> list[tuple[Any, ...]]:
    """Source, language, entries and abstentions of those first seen in a span."""
    months = ledger.months(conn, *span)
    if not months:
        return []
    with archive(conn, months, _INDEXED) as old:
        return old.rows(
            "SELECT e.source, a.language, count(*), count(s.abstained) FROM entries e "
            "LEFT JOIN articles a ON a.id = e.id "
            "LEFT JOIN (SELECT * FROM scores WHERE scorer = ?) s ON s.article_id = e.id "
            "WHERE e.first_seen_at > ? AND e.first_seen_at <= ? GROUP BY e.source, a.language",
            (scorer, *span),
        )


def counts_by_close(
    conn: sqlite3.Connection, scorer: str | None, closes: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Close of the session, source, language, entries and abstentions, by month and in order.

    A session that two months share is told by each. One question for each month: of a whole
    archive thousands of sessions would each open its files again.

    Args:
        conn: The database.
        scorer: Whose abstentions.
        closes: Every close, UTC text, from before the first entry to after the last.
    """
    for month in ledger.months(conn):
        with archive(conn, [month], _INDEXED) as old:
            for batch in old.batches(
                "SELECT c.at, e.source, a.language, count(*), count(s.abstained) FROM entries e "
                "ASOF JOIN (SELECT unnest(?) AS at) c ON e.first_seen_at <= c.at "
                "LEFT JOIN articles a ON a.id = e.id "
                "LEFT JOIN (SELECT * FROM scores WHERE scorer = ?) s ON s.article_id = e.id "
                "GROUP BY ALL ORDER BY ALL",
                (list(closes), scorer),
            ):
                yield from batch


def _by_id(
    conn: sqlite3.Connection,
    ids: Sequence[str],
    tables: Sequence[str],
    sql: str,
    before: tuple[object, ...] = (),
) -> list[tuple[Any, ...]]:
    """Rows of a query whose last parameter is the list of those ids that are archived."""
    places = ledger.months_of(conn, ids)
    if not places:
        return []
    with archive(conn, sorted(set(places.values())), tables) as old:
        return old.rows(sql, (*before, list(places)))


def _some_or_all(
    conn: sqlite3.Connection,
    table: str,
    sql: str,
    parameters: tuple[object, ...],
    ids: Sequence[str] | None,
) -> list[tuple[Any, ...]]:
    """Rows of a table of few, of some articles or of all."""
    months = ledger.holding(conn, table)
    if not months:
        return []
    if ids is not None:
        return _by_id(conn, ids, (table,), f"{sql} AND article_id {_AMONG}", parameters)
    with archive(conn, months, (table,)) as old:
        return old.rows(sql, parameters)
