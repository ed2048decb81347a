"""Copies the part of a database that is published into a new file, and counts it.

Articles on the topic are published with title, link, figures and a few sentences; not with summary,
body, author, feed or earlier texts, which are their publishers'. Nothing tells of the machine, its
runs and its feeds.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store import publish_tables, search, views
from bubblefear.store.database import open_database
from bubblefear.store.index_tables import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Sentences of an article that are quoted beside its title, and characters of each.
QUOTED: Final = 3
QUOTED_CHARACTERS: Final = 300
_TOUCHED: Final = tuple(trigger.split()[2] for trigger in TRIGGERS)
_KEPT: Final = "IN (SELECT id FROM temp.kept)"
# What a sentence adds to the fourth power of fear or of relief: the terms of the article's sum.
_TERM: Final = (
    "coalesce(weight, 0) * max(coalesce(fear, 0), coalesce(relief, 0)) "
    "* max(coalesce(fear, 0), coalesce(relief, 0)) * max(coalesce(fear, 0), coalesce(relief, 0)) "
    "* max(coalesce(fear, 0), coalesce(relief, 0))"
)
# Whole: a seal is over all rows of its vintage and over the seal before it.
_INDEX: Final = ("vintages", "index_points", "accounts", "coverage", "seals")
_COPIES: Final[tuple[str, ...]] = (
    "INSERT INTO sources SELECT * FROM src.sources WHERE name IN "
    f"(SELECT source FROM src.entries WHERE id {_KEPT}) ORDER BY name",
    "INSERT INTO entries SELECT number, id, source, NULL, NULL, url, canonical_url, title, NULL, "
    f"NULL, published_at, first_seen_at, date_note, origin FROM src.entries WHERE id {_KEPT} "
    "ORDER BY number",
    "INSERT INTO stories SELECT * FROM src.stories WHERE id IN "
    f"(SELECT story_id FROM src.articles WHERE id {_KEPT}) ORDER BY id",
    "INSERT INTO articles SELECT a.id, a.story_id, a.language, NULL, 'none', NULL, a.text_sha256 "
    "FROM temp.kept k JOIN src.articles a ON a.id = k.id ORDER BY k.number",
    "INSERT INTO scores SELECT s.* FROM temp.kept k JOIN src.scores s ON s.article_id = k.id "
    "ORDER BY k.number, s.scorer",
    "INSERT INTO score_history SELECT s.* FROM temp.kept k JOIN src.score_history s "
    "ON s.article_id = k.id ORDER BY k.number, s.scorer, s.text_sha256",
    'INSERT INTO evidence SELECT article_id, scorer, position, field, start, "end", '
    "CASE WHEN field = 'title' THEN sentence WHEN term > 0 AND place <= "
    f"{QUOTED} THEN substr(sentence, 1, {QUOTED_CHARACTERS}) ELSE '' END, "
    "negative, neutral, positive, relevance, fear, relief, weight, kind, channel, phrases FROM "
    f"(SELECT v.*, k.number, {_TERM} AS term, row_number() OVER (PARTITION BY v.article_id, "
    f"v.scorer ORDER BY v.field = 'title', {_TERM} DESC, v.position) AS place "
    "FROM temp.kept k JOIN src.evidence v ON v.article_id = k.id) "
    "ORDER BY number, scorer, position",
    "INSERT INTO mentions SELECT m.* FROM temp.kept k JOIN src.mentions m ON m.article_id = k.id "
    "ORDER BY k.number, m.kind, m.name, m.field, m.start",
    "INSERT INTO story_links SELECT l.* FROM temp.kept k JOIN src.story_links l "
    "ON l.article_id = k.id ORDER BY k.number",
    "INSERT INTO counters SELECT * FROM src.counters ORDER BY name",
)
# Of the reviews in force; a note is for the team, a name only where it is asked for.
_REVIEWS: Final[tuple[str, ...]] = (
    "CREATE TEMP TABLE coders AS SELECT reviewer, row_number() OVER (ORDER BY min(id)) AS place "
    "FROM src.reviews GROUP BY reviewer",
    "INSERT INTO reviews SELECT r.id, r.article_id, "
    "CASE WHEN ?1 THEN r.reviewer ELSE 'coder ' || c.place END, "
    "r.fear, r.stance, r.kind, r.channel, NULL, r.created_at FROM src.reviews r "
    f"JOIN temp.coders c USING (reviewer) WHERE r.article_id {_KEPT} "
    "AND r.id NOT IN (SELECT review_id FROM src.review_undos) ORDER BY r.id",
    "INSERT INTO review_topics SELECT t.* FROM src.review_topics t "
    "WHERE t.review_id IN (SELECT id FROM reviews) ORDER BY t.review_id",
)
_NEWS: Final = f"""INSERT INTO news SELECT e.number, e.id, e.title, e.url, e.source, a.language,
  substr(e.first_seen_at, 1, 7), e.first_seen_at, e.published_at,
  CASE WHEN s.relevance IS NULL THEN 'not scored' WHEN s.fear > 0 AND s.relief > 0 THEN 'mixed'
    WHEN s.fear > 0 THEN 'fear' WHEN s.relief > 0 THEN 'relief' ELSE 'none' END,
  s.kind, s.channel, s.relevance, s.fear, s.relief, {views.CONTRIBUTION}, s.recap, a.story_id
FROM entries e JOIN articles a ON a.id = e.id
LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ? ORDER BY e.number"""


@dataclass(frozen=True)
class Choice:
    """What is published.

    Attributes:
        scorer: By whose relevance articles are chosen.
        since: First seen at or after, UTC text; ``None`` = all. What an account names is always in.
        reviews: With the codes of reviewers.
        coders: With their names.
    """

    scorer: str
    since: str | None = None
    reviews: bool = False
    coders: bool = False


@contextmanager
def new_file(path: Path, source: Path) -> Iterator[sqlite3.Connection]:
    """A new file of the present schema beside which the source is open for reading, as ``src``."""
    conn = open_database(path)
    try:
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("ATTACH ? AS src", (str(source),))
        conn.execute("BEGIN")
        for trigger in _TOUCHED:  # of a file that is never built from
            conn.execute(f"DROP TRIGGER {trigger}")
        yield conn
        conn.execute("COMMIT")
        conn.execute("DETACH src")
    finally:
        conn.close()


def choose(conn: sqlite3.Connection, choice: Choice) -> int:
    """Fill ``temp.kept`` with the entries that are published; how many."""
    conn.execute("CREATE TEMP TABLE kept (id TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")
    conn.execute(
        "INSERT INTO temp.kept SELECT e.id, e.number FROM src.scores s "
        "JOIN src.entries e ON e.id = s.article_id WHERE s.scorer = ? "
        "AND (s.relevance > 0 OR s.fear > 0 OR s.relief > 0) AND e.first_seen_at >= ?",
        (choice.scorer, choice.since or ""),
    )
    others = ["SELECT json_extract(p.value, '$.article') AS id FROM src.accounts c, "
              "json_each(c.parts) p"]  # fmt: skip
    if choice.reviews:
        others.append("SELECT article_id FROM src.reviews")
    for ids in others:
        conn.execute(
            "INSERT OR IGNORE INTO temp.kept SELECT e.id, e.number FROM src.entries e "
            f"JOIN src.articles a ON a.id = e.id WHERE e.id IN ({ids})"
        )
    return int(conn.execute("SELECT count(*) FROM temp.kept").fetchone()[0])


def copy(conn: sqlite3.Connection, choice: Choice) -> None:
    """Copy what was chosen, the whole index, and the codes where they are asked for."""
    for statement in _COPIES:
        conn.execute(statement)
    for table in _INDEX:
        conn.execute(f"INSERT INTO {table} SELECT * FROM src.{table}")
    if choice.reviews:
        first, *rest = _REVIEWS
        conn.execute(first)
        conn.execute(rest[0], (choice.coders,))
        conn.execute(rest[1])
    quoted = conn.execute(
        "SELECT e.number, e.title, (SELECT group_concat(v.sentence, ' ') FROM (SELECT sentence "
        "FROM evidence WHERE article_id = e.id AND scorer = ? AND field <> 'title' "
        "AND sentence <> '' ORDER BY position) v) FROM entries e ORDER BY e.number",
        (choice.scorer,),
    )
    search.insert(conn, ((row[0], row[1], row[2], None) for row in quoted))
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")


def count_left_out(conn: sqlite3.Connection, closes: Iterable[str], scorer: str) -> None:
    """Count what is not published by session, source and language.

    Args:
        conn: The new file with its source.
        closes: Every close of a session, UTC text, from before the first entry to after the last.
        scorer: By whom it could not be scored.
    """
    conn.execute("CREATE TEMP TABLE closes (at TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.executemany("INSERT INTO temp.closes VALUES (?)", ((at,) for at in closes))
    conn.execute(
        "INSERT INTO left_out SELECT (SELECT min(at) FROM temp.closes WHERE at >= e.first_seen_at) "
        "AS close, e.source, a.language, count(*), count(s.abstained) FROM src.entries e "
        "LEFT JOIN src.articles a ON a.id = e.id "
        "LEFT JOIN src.scores s ON s.article_id = e.id AND s.scorer = ? "
        f"WHERE e.id NOT {_KEPT} GROUP BY close, e.source, a.language "
        "ORDER BY close, e.source, a.language",
        (scorer,),
    )


def add_archived(
    conn: sqlite3.Connection, rows: Iterable[tuple[str, str, str | None, int, int]]
) -> None:
    """Count entries that lie in the source's archive with those that are left out.

    Rows are close of the session, source, language, entries and how many could not be scored.
    """
    conn.executemany("INSERT INTO left_out VALUES (?, ?, ?, ?, ?)", rows)


def span_of_entries(conn: sqlite3.Connection) -> tuple[str | None, str | None]:
    """First sight of the source's first and last entry that is in SQLite; ``None`` = no entry."""
    first, last = conn.execute(
        "SELECT (SELECT min(first_seen_at) FROM src.entries), "
        "(SELECT max(first_seen_at) FROM src.entries)"
    ).fetchone()
    return first, last


def count(conn: sqlite3.Connection, table: str) -> int:
    """Rows of a table of the new file, or of the source (``src.``)."""
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def add_tables(conn: sqlite3.Connection) -> None:
    """The tables of a published file, empty."""
    for statement in publish_tables.TABLES:
        conn.execute(statement)


def finish(conn: sqlite3.Connection, choice: Choice, about: dict[str, str | None]) -> None:
    """Fill the flat table, count every facet, and note what the file is."""
    conn.execute(_NEWS, (choice.scorer,))
    for statement in publish_tables.INDICES:
        conn.execute(statement)
    for name, facets in publish_tables.FACETS.items():
        for facet in facets:
            conn.execute(
                f"INSERT INTO facet_counts SELECT ?, ?, CAST({facet} AS TEXT), count(*) "
                f"FROM {name} WHERE {facet} IS NOT NULL GROUP BY {facet}",
                (name, facet),
            )
    conn.executemany("INSERT INTO published VALUES (?, ?)", sorted(about.items()))
    # When the schema was made is of this file's making and nothing of the news.
    newest = conn.execute("SELECT max(vintage) FROM vintages").fetchone()[0]
    conn.execute("UPDATE _sqlite_migrations SET applied_at = ?", (newest or "",))
    conn.execute("ANALYZE main")


def pack(made: Path, packed: Path) -> None:
    """Write a file anew without unused pages, not as a log of changes: nothing lies beside it."""
    conn = sqlite3.connect(made, isolation_level=None)
    try:
        conn.execute("VACUUM INTO ?", (str(packed),))
    finally:
        conn.close()
