"""A day more: entries with their scores and stories, and the build that takes them in."""

from __future__ import annotations

import hashlib
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.index_tasks import clock
from bench.measuring import peak_megabytes, seconds, spread

if TYPE_CHECKING:
    import sqlite3

    from ingest.records import Entry

DAY_ENTRIES: Final = 300


def days(path: Path, count: int) -> dict[str, Any]:
    """A build after each of some days of new news, in a process that has built before."""
    from bubblefear.config import Settings
    from bubblefear.pipeline import build_index
    from bubblefear.store import open_database

    settings, builds, reading = Settings(), [], []
    with closing(open_database(path)) as conn:
        first = clock(path)
        build_index.build(conn, settings, now=lambda: first)
        for place in range(count):
            now = clock(path)
            news_of_a_day(conn, now, place)
            builds.append(seconds(build_index.build, conn, settings, now=partial(str, now)))
            reading.append(_reading(conn, now))
    return {
        "entries": DAY_ENTRIES,
        "build_s": spread(builds),
        "reading_s": spread(reading),
        "peak_mb": peak_megabytes(),
    }


def _reading(conn: sqlite3.Connection, now: str) -> float:
    """Seconds of finding and reading what the next build would: the session is still open."""
    from bubblefear.config import Settings
    from bubblefear.pipeline.computing import work_on
    from bubblefear.pipeline.known import known_articles
    from bubblefear.pipeline.stale import stale_sessions

    started = time.perf_counter()
    work = work_on(conn, Settings(), now)
    stale = stale_sessions(conn, work)
    if stale is None:
        raise RuntimeError("the build was no incremental one")
    known_articles(conn, replace(work.wanted, ids=stale.ids))
    return time.perf_counter() - started


def add(path: Path, place: int) -> None:
    """The news of one more session, without a build."""
    from bubblefear.store import open_database

    now = clock(path)
    with closing(open_database(path)) as conn:
        news_of_a_day(conn, now, place)


def news_of_a_day(conn: sqlite3.Connection, now: str, place: int) -> None:
    """Entries with their scores and stories, as a poll and the scorer leave them.

    One in twelve is relevant and three are fearful, from the database's own sources.
    """
    from bubblefear.config import DEFAULT_SCORER
    from bubblefear.store import articles, entries, scores, transaction
    from ingest.records import Entry

    rows = conn.execute(
        "SELECT e.source, a.language FROM entries e JOIN articles a ON a.id = e.id "
        "ORDER BY e.number DESC LIMIT ?",
        (DAY_ENTRIES,),
    ).fetchall()
    new = [
        Entry(
            key=hashlib.sha256(f"bench {now} {place} {n}".encode()).hexdigest()[:16],
            source=source,
            feed_url=None,
            guid=None,
            url=None,
            canonical_url=None,
            title=f"Generated title {place} {n}",
            summary=None,
            body=None,
            author=None,
            published_at=now,
            first_seen_at=now,
            date_note=None,
            language=language,
        )
        for n, (source, language) in enumerate(rows)
    ]
    with transaction(conn):
        entries.insert(conn, new, origin="import", now=now)
        articles.set_stories(conn, [(e.key, e.key, e.first_seen_at) for e in new])
        scores.write(
            conn,
            [_score(e, n) for n, e in enumerate(new)],
            scorer=DEFAULT_SCORER,
            now=now,
        )


def _score(entry: Entry, number: int) -> tuple[Any, str, str]:
    from bubblefear.config import DEFAULT_SCORER
    from bubblefear.store.hashing import text_sha256
    from nlp.records import ArticleScore, Sentiment

    relevant, afraid = number % 12 == 0, number in (0, 96, 192)
    score = ArticleScore(
        document_id=entry.key,
        scorer=DEFAULT_SCORER,
        sentiment=Sentiment(0.2, 0.6, 0.2),
        relevance=0.8 if relevant else 0.0,
        fear=0.6 if afraid else 0.0,
        relief=0.0,
        kind="threat" if afraid else None,
        channel="valuation" if afraid else None,
        recap=False,
        abstained=None,
        evidence=(),
        mentions=(),
    )
    return score, text_sha256(entry.title, None, None), entry.first_seen_at
