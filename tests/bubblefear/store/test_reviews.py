"""Reviews are only added: taken back by a row of their own, and never changed, by nobody."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import audit, entries, reviews, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.records import Entry

NOW = "2025-11-20T12:00:00Z"
CODE = audit.Code(2, "fear", "threat", "credit", topic=1)


@pytest.fixture
def coded(conn: sqlite3.Connection, make_entry: Callable[..., Entry]) -> tuple[Any, str]:
    """An article that Ann coded twice (grade 2, then 1) and Bo once."""
    one = make_entry("One")
    with transaction(conn):
        entries.insert(conn, [one], origin="import", now=NOW)
        audit.add_review(conn, one.key, "Ann", CODE, NOW)
        audit.add_review(conn, one.key, "Ann", audit.Code(1, "fear", "act", "credit"), NOW)
        audit.add_review(conn, one.key, "Bo", CODE, NOW)
        reviews.undo(conn, 3, NOW)
    return conn, one.key


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reviews SET fear = 0",
        "DELETE FROM reviews WHERE id = 2",
        "INSERT OR REPLACE INTO reviews SELECT id, article_id, 'Eve', 0, stance, kind, channel, "
        "note, created_at FROM reviews WHERE id = 1",
        "REPLACE INTO review_topics VALUES (1, 0)",
        "UPDATE review_topics SET topic = 0",
        "DELETE FROM review_topics",
        "UPDATE review_undos SET review_id = 1",
        "DELETE FROM review_undos",
        "REPLACE INTO review_undos VALUES (3, 'later')",
    ],
)
def test_no_statement_changes_what_was_said(coded: tuple[Any, str], change: str) -> None:
    conn, _ = coded
    tables = ("reviews", "review_topics", "review_undos")
    before = [[tuple(row) for row in conn.execute(f"SELECT * FROM {t}")] for t in tables]
    with pytest.raises(sqlite3.IntegrityError, match="is append-only: write another review"):
        conn.execute(change)
    assert [[tuple(row) for row in conn.execute(f"SELECT * FROM {t}")] for t in tables] == before


def test_a_review_that_was_taken_back_counts_no_more(coded: tuple[Any, str]) -> None:
    conn, article = coded
    assert [code[:4] for code in audit.all_codes(conn)] == [(article, "Ann", 1, 1)]
    assert audit.last_code(conn, article, "Bo") is None
    assert [(one.reviewer, one.undone_at) for one in reviews.of_article(conn, article)] == [
        ("Ann", None),
        ("Ann", None),
        ("Bo", NOW),
    ]


def test_with_the_last_one_taken_back_the_one_before_counts_again(coded: tuple[Any, str]) -> None:
    conn, article = coded
    last = reviews.last_of(conn, "Ann")
    assert last is not None
    assert reviews.undo(conn, last.id, "later")
    assert audit.last_code(conn, article, "Ann") == CODE
    assert audit.all_codes(conn)[0][3] == 2
    before = reviews.last_of(conn, "Ann")
    assert before is not None
    assert (before.id, before.fear, before.topic) == (1, 2, 1)


def test_a_second_undo_changes_nothing(coded: tuple[Any, str]) -> None:
    conn, _ = coded
    assert not reviews.undo(conn, 3, "later")
    found = reviews.find(conn, 3)
    assert found is not None
    assert found.undone_at == NOW
    assert reviews.last_of(conn, "Bo") is None


def test_what_is_not_there_cannot_be_taken_back(coded: tuple[Any, str]) -> None:
    conn, _ = coded
    assert reviews.find(conn, 99) is None
    with pytest.raises(sqlite3.IntegrityError):
        reviews.undo(conn, 99, NOW)


def test_a_sheet_that_says_the_same_is_stored_again_after_an_undo(coded: tuple[Any, str]) -> None:
    conn, article = coded
    assert audit.add_code(conn, article, "Bo", CODE, "later")
    assert not audit.add_code(conn, article, "Bo", CODE, "later")
    assert [code[1] for code in audit.all_codes(conn)] == ["Ann", "Bo"]
