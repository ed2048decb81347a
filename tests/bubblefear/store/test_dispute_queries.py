"""Where two coders differ: by what counts, grades far apart first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.store import audit, dispute_queries, entries, reviews, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from ingest.records import Entry

NOW = "2025-11-20T12:00:00Z"


@pytest.fixture
def articles(conn: sqlite3.Connection, make_entry: Callable[..., Entry]) -> list[str]:
    made = [make_entry(name) for name in ("One", "Two", "Three")]
    with transaction(conn):
        entries.insert(conn, made, origin="import", now=NOW)
    return [one.key for one in made]


def say(
    conn: sqlite3.Connection, article: str, who: str, fear: int, topic: int | None = None
) -> None:
    code = audit.Code(fear, "fear" if fear else "none", "act" if fear else None, None, topic)
    audit.add_review(conn, article, who, code, NOW)


def test_the_farthest_apart_come_first(conn: sqlite3.Connection, articles: list[str]) -> None:
    for article, ann, bo in zip(articles, (1, 3, 2), (2, 0, 2), strict=True):
        say(conn, article, "Ann", ann)
        say(conn, article, "Bo", bo)
    found = dispute_queries.disputes(conn, 9)
    assert [one.article_id for one in found] == [articles[1], articles[0]]
    assert (found[0].one.reviewer, found[0].one.fear, found[0].other.fear) == ("Ann", 3, 0)
    assert found[0].title == "Two"
    assert len(dispute_queries.disputes(conn, 1)) == 1


def test_what_was_taken_back_or_said_anew_is_no_dispute(
    conn: sqlite3.Connection, articles: list[str]
) -> None:
    say(conn, articles[0], "Ann", 3)
    say(conn, articles[0], "Bo", 0)
    assert len(dispute_queries.disputes(conn, 9)) == 1
    say(conn, articles[0], "Bo", 3)
    assert dispute_queries.disputes(conn, 9) == []
    last = reviews.last_of(conn, "Bo")
    assert last is not None
    reviews.undo(conn, last.id, NOW)
    assert len(dispute_queries.disputes(conn, 9)) == 1


def test_a_topic_counts_only_where_both_were_asked(
    conn: sqlite3.Connection, articles: list[str]
) -> None:
    say(conn, articles[0], "Ann", 0, topic=1)
    say(conn, articles[0], "Bo", 0)
    say(conn, articles[1], "Ann", 0, topic=1)
    say(conn, articles[1], "Bo", 0, topic=0)
    assert [one.article_id for one in dispute_queries.disputes(conn, 9)] == [articles[1]]
