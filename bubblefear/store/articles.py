"""Articles: what is to be fetched, grouped and scored, and the frame that the index reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store import counters, search
from bubblefear.store.archive import ledger
from bubblefear.store.archive import rows as archived
from bubblefear.store.database import snapshot
from bubblefear.store.hashing import text_sha256

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Text:
    """An article as a scorer reads it; ``number`` orders it.

    ``known_at`` is when the whole of the text was first known (UTC text): a body that was fetched
    later than the headline was known only then. ``headline_at`` is when title and summary were
    known, where that was earlier and no score says what they alone tell; else None.
    """

    number: int
    id: str
    title: str
    summary: str | None
    body: str | None
    language: str
    text_sha256: str
    known_at: str
    headline_at: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article whose page could be fetched."""

    number: int
    id: str
    url: str
    title: str
    summary: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A title with its place in time, as stories are made from."""

    number: int
    id: str
    title: str
    first_seen_at: str
    language: str
    story_id: str | None
    source: str
    summary: str | None


# body_at is also set when a page could not be had: the text is then still the headline's.
_KNOWN_AT = (
    "max(e.first_seen_at, CASE WHEN a.body IS NULL THEN '' ELSE coalesce(a.body_at, '') END)"
)

# A title that a list did not give was read off the page, and is no older than the body.
_HEADLINE_AT = (
    "CASE WHEN a.body IS NOT NULL AND a.body_at > e.first_seen_at "
    "AND NOT EXISTS (SELECT 1 FROM scores s WHERE s.article_id = a.id AND s.scorer = ?) "
    "AND NOT EXISTS (SELECT 1 FROM backfill b WHERE b.entry_id = a.id AND b.titled = 0) "
    "THEN e.first_seen_at END"
)

_UNSCORED = (
    "NOT EXISTS (SELECT 1 FROM scores s WHERE s.article_id = a.id AND s.scorer = ? "
    "AND s.text_sha256 = a.text_sha256)"
)


def unscored(conn: sqlite3.Connection, scorer: str, after: int, limit: int) -> list[Text]:
    """Up to ``limit`` articles numbered above ``after`` whose present text has no score."""
    rows = conn.execute(
        "SELECT e.number, e.id, e.title, e.summary, a.body, a.language, a.text_sha256, "
        f"{_KNOWN_AT}, {_HEADLINE_AT} FROM entries e JOIN articles a ON a.id = e.id "
        f"WHERE e.number > ? AND {_UNSCORED} ORDER BY e.number LIMIT ?",
        (scorer, after, scorer, limit),
    )
    return [Text(*row) for row in rows]


def count_unscored(conn: sqlite3.Connection, scorer: str) -> int:
    """How many articles have no score of their present text by this scorer."""
    # Only `set_body` changes a text: of the others it is enough to count, without a look-up each.
    row = conn.execute(
        "SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM scores WHERE scorer = ?1) "
        "+ (SELECT count(*) FROM articles a CROSS JOIN scores s "
        "ON s.article_id = a.id AND s.scorer = ?1 "
        "WHERE a.body_status = 'ok' AND s.text_sha256 <> a.text_sha256)",
        (scorer,),
    ).fetchone()
    return int(row[0])


def ungrouped_span(conn: sqlite3.Connection) -> tuple[str, str, int] | None:
    """First and last ``first_seen_at`` of the articles without a story, and their number."""
    row = conn.execute(
        "SELECT min(e.first_seen_at), max(e.first_seen_at), count(*) "
        "FROM articles a JOIN entries e ON e.id = a.id WHERE a.story_id IS NULL"
    ).fetchone()
    return (row[0], row[1], row[2]) if row[2] else None


def headlines(
    conn: sqlite3.Connection, after: tuple[str, int], until: str, limit: int
) -> list[Headline]:
    """Up to ``limit`` headlines after a place (first seen, number) up to an instant, in order.

    Archived ones too: late news of an old day may tell one of its stories.
    """
    # One state of the file: what is moved or restored meanwhile is read once.
    with snapshot(conn):
        rows = conn.execute(
            "SELECT e.number, e.id, e.title, e.first_seen_at, a.language, a.story_id, e.source, "
            "e.summary FROM entries e JOIN articles a ON a.id = e.id "
            "WHERE (e.first_seen_at, e.number) > (?, ?) AND e.first_seen_at <= ? "
            "ORDER BY e.first_seen_at, e.number LIMIT ?",
            (*after, until, limit),
        )
        found = [Headline(*row) for row in rows]
        found += [Headline(*row) for row in archived.headlines(conn, after, until, limit)]
    return sorted(found, key=lambda row: (row.first_seen_at, row.number))[:limit]


def set_stories(conn: sqlite3.Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """Put articles into stories, inside a transaction of the caller.

    Args:
        conn: The database.
        rows: Article id, story id and the article's ``first_seen_at``, in order.
    """
    conn.executemany(
        "INSERT OR IGNORE INTO stories VALUES (?, ?, ?)",
        [(story, article, seen) for article, story, seen in rows],
    )
    conn.executemany(
        "UPDATE articles SET story_id = ? WHERE id = ?",
        [(story, article) for article, story, _ in rows],
    )
    counters.bump(conn, len(rows))


def without_body(conn: sqlite3.Connection, *, before: str, since: str) -> list[Wanted]:
    """Polled articles whose page was never asked for, or failed at an earlier time.

    Args:
        conn: The database.
        before: Pages asked for at or after this instant are left alone, so that a run that is
            taken up again asks for each page once.
        since: Only entries first seen at or after this instant.
    """
    rows = conn.execute(
        "SELECT e.number, e.id, e.url, e.title, e.summary, a.language FROM entries e "
        "JOIN articles a ON a.id = e.id WHERE e.first_seen_at >= ? AND e.url IS NOT NULL "
        "AND e.origin = 'feed' AND (a.body_status = 'none' "
        "OR (a.body_status = 'failed' AND a.body_at < ?)) ORDER BY e.number",
        (since, before),
    )
    return [Wanted(*row) for row in rows]


def pages_asked_since(conn: sqlite3.Connection, instant: str) -> int:
    """How many pages were asked for at or after an instant."""
    row = conn.execute("SELECT count(*) FROM articles WHERE body_at >= ?", (instant,)).fetchone()
    return int(row[0])


def set_body(
    conn: sqlite3.Connection, wanted: Wanted, *, status: str, body: str | None, now: str
) -> None:
    """Store what came of asking for a page; only a whole body (``ok``) changes the text."""
    if status == "ok" and body:
        conn.execute(
            "UPDATE articles SET body = ?, body_status = 'ok', body_at = ?, text_sha256 = ? "
            "WHERE id = ?",
            (body, now, text_sha256(wanted.title, wanted.summary, body), wanted.id),
        )
        search.set_body(conn, wanted.number, body)
        counters.bump(conn)
    else:
        conn.execute(
            "UPDATE articles SET body_status = ?, body_at = ? WHERE id = ?",
            (status, now, wanted.id),
        )


def in_spans(
    conn: sqlite3.Connection, spans: Sequence[tuple[str, str]], as_of: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """Entries first seen in one of the spans (after, until], and the mates of their stories.

    Mates are articles of the same stories that were first seen outside of the spans: id and
    ``first_seen_at``.
    """
    inside: dict[str, None] = {}
    stories: set[str] = set()
    for after, until in spans:
        rows = conn.execute(
            "SELECT e.id, a.story_id FROM entries e LEFT JOIN articles a ON a.id = e.id "
            "WHERE e.first_seen_at > ? AND e.first_seen_at <= ?",
            (after, min(until, as_of)),
        )
        for row in (*rows, *archived.in_span(conn, after, min(until, as_of))):
            inside[row[0]] = None
            if row[1] is not None:
                stories.add(row[1])
    wanted = sorted(stories)
    rows = conn.execute(
        "SELECT a.id, e.first_seen_at FROM articles a JOIN entries e ON e.id = a.id "
        "WHERE a.story_id IN (SELECT value FROM json_each(?)) AND e.first_seen_at <= ?",
        (json.dumps(wanted), as_of),
    )
    mates = [*rows, *archived.of_stories(conn, wanted, _begun(conn, wanted), as_of)]
    return list(inside), [(row[0], row[1]) for row in mates if row[0] not in inside]


def _begun(conn: sqlite3.Connection, stories: Sequence[str]) -> str | None:
    """When the earliest of some stories began: no article of it was first seen before."""
    row = conn.execute(
        "SELECT min(first_seen_at) FROM stories WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(stories),),
    ).fetchone()
    return row[0] if row else None


def first_seen(conn: sqlite3.Connection) -> str | None:
    """When the first entry of all was first seen."""
    here = conn.execute("SELECT min(first_seen_at) FROM entries").fetchone()[0]
    return min(filter(None, (here, ledger.span(conn)[0])), default=None)


def stored(conn: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    """Those of some articles that are in SQLite, not in the archive."""
    rows = conn.execute(
        "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in rows}


def titles(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Title and source of the given entries."""
    rows = conn.execute(
        "SELECT id, title, source FROM entries WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}
