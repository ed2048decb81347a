from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database, health_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def conn(edition: Path) -> Iterator[sqlite3.Connection]:
    with database(edition) as found:
        yield found


def test_activity_counts_the_polls_since_a_time(conn: sqlite3.Connection) -> None:
    found = health_queries.activity(conn, "2025-11-21T06:00:01Z")
    gazette, evil = found["https://gazette.example/rss"], found["https://evil.example/rss"]
    assert (gazette.polls, gazette.failed, gazette.items_new, gazette.saturated) == (1, 0, 3, 1)
    assert (evil.polls, evil.failed, evil.items_new) == (1, 1, 0)
    assert (gazette.answered_at, evil.answered_at) == ("2025-11-21T18:00:00Z", None)
    later = health_queries.activity(conn, "2026-01-01T00:00:00Z")["https://gazette.example/rss"]
    assert (later.polls, later.answered_at) == (0, "2025-11-21T18:00:00Z")


def test_runs_with_their_stages(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE runs SET timings = '{\"poll\": 1.5}' WHERE id = 'run-2'")
    newest, older = health_queries.runs_lately(conn, 5)
    assert (newest.id, newest.outcome, newest.stages) == ("run-2", "partial", {"poll": 1.5})
    assert (older.id, older.stages) == ("run-1", {})
    assert len(health_queries.runs_lately(conn, 1)) == 1


def test_problems_by_kind_tell_the_one_met_last(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM problems")
    conn.executemany(
        "INSERT INTO problems VALUES (?, ?, ?, ?, NULL, ?, ?, ?)",
        [
            ("a", "feed.html", "one", "first", "2025-11-01T00:00:00Z", "2025-11-20T00:00:00Z", 3),
            ("b", "feed.html", "two", "second", "2025-11-01T00:00:00Z", "2025-11-21T00:00:00Z", 4),
            ("c", "entry.date", "x", "y", "2025-11-01T00:00:00Z", "2025-11-19T00:00:00Z", 1),
            ("d", "old", "x", "y", "2025-01-01T00:00:00Z", "2025-01-19T00:00:00Z", 1),
        ],
    )
    html, date = health_queries.problem_codes(conn, "2025-11-01T00:00:00Z")
    assert (html.code, html.problems, html.times) == ("feed.html", 2, 7)
    assert (html.subject, html.reason, html.last_at) == ("two", "second", "2025-11-21T00:00:00Z")
    assert date.code == "entry.date"


def test_lists_with_how_far_each_is(conn: sqlite3.Connection) -> None:
    conn.executemany(
        "INSERT INTO backfill(url, link, source, published_at, first_seen_at, list, titled, state) "
        "VALUES (?1, ?1, 'Harbour Gazette', ?2, ?2, ?3, 0, ?4)",
        [
            ("u1", "2024-01-02T00:00:00Z", "archive", "waiting"),
            ("u2", "2024-03-02T00:00:00Z", "archive", "done"),
            ("u3", "2024-02-02T00:00:00Z", "archive", "done"),
            ("u4", "2024-02-02T00:00:00Z", "map", "refused"),
        ],
    )
    archive, sitemap = health_queries.backfill_lists(conn)
    assert (archive.name, archive.waiting, archive.done, archive.failed) == ("archive", 1, 2, 0)
    assert (archive.first, archive.last) == ("2024-01-02", "2024-03-02")
    assert (sitemap.name, sitemap.refused) == ("map", 1)


def test_rows_are_counted(conn: sqlite3.Connection) -> None:
    found = health_queries.row_counts(conn)
    assert (found["entries"], found["articles"], found["polls"]) == (8, 7, 3)
