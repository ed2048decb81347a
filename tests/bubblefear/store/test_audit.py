"""Codes: the last review of each reviewer counts, wherever it was written."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import audit, entries, reviews, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.records import Entry

SAMPLE = audit.Sample("audit-x", "2025-11-20T12:00:00Z", "s", 1, 2, None, None, {"population": 2})


@pytest.fixture
def drawn(conn: sqlite3.Connection, make_entry: Callable[..., Entry]) -> tuple[Any, str, str]:
    """A sample of two articles."""
    one, two = make_entry("One"), make_entry("Two")
    with transaction(conn):
        entries.insert(conn, [one, two], origin="import", now="2025-11-20T12:00:00Z")
        items = [(key, "Post", "s", 2, 1, 2.0) for key in (one.key, two.key)]
        audit.add_sample(conn, SAMPLE, items)
    return conn, one.key, two.key


def review(conn: Any, article: str, reviewer: str, fear: int | None, **other: Any) -> None:
    reviews.add(conn, article_id=article, reviewer=reviewer, now="t", fear=fear, **other)


def test_a_sample_comes_back_as_it_was_given(drawn: tuple[Any, str, str]) -> None:
    conn, one, two = drawn
    assert audit.sample(conn) == SAMPLE == audit.sample(conn, "audit-x")
    assert audit.sample(conn, "other") is None
    assert [s.article_id for s in audit.sheets(conn, "audit-x")] == [one, two]
    assert [audit.article_of(conn, "audit-x", n) for n in (1, 2, 3)] == [one, two, None]
    assert audit.items(conn, "audit-x", "s")[0][-3:] == (None, None, None)


def test_the_last_review_of_each_reviewer_counts(drawn: tuple[Any, str, str]) -> None:
    conn, one, two = drawn
    review(conn, one, "Ann", 3, stance="fear", kind="act", channel="credit")
    review(conn, one, "Ann", 1, stance="relief")
    review(conn, one, "Bo", 0, stance="none")
    review(conn, two, "Bo", None, note="later")
    assert audit.codes(conn, "audit-x") == [
        (one, "Ann", 1, 1, "relief", "none", "none"),
        (one, "Bo", None, 0, "none", "none", "none"),
    ]


def test_a_topic_is_kept_beside_its_review(drawn: tuple[Any, str, str]) -> None:
    conn, one, _ = drawn
    code = audit.Code(0, "none", None, None, topic=1)
    assert audit.add_code(conn, one, "Ann", code, "t")
    assert not audit.add_code(conn, one, "Ann", code, "t")
    assert audit.codes(conn, "audit-x") == [(one, "Ann", 1, 0, "none", "none", "none")]
    assert audit.add_code(conn, one, "Ann", audit.Code(0, "none", None, None, topic=0), "t")
    assert audit.codes(conn, "audit-x")[0][2] == 0


def test_a_calibration_is_never_replaced(drawn: tuple[Any, str, str]) -> None:
    conn = drawn[0]
    knots = {"all": [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]}
    found = audit.Calibration("c", "t", "audit-x", "s", 2, knots, {"en": [[1.0] * 4] * 4})
    audit.add_calibration(conn, found)
    assert audit.find_calibration(conn, "c") == found
    assert audit.calibration(conn, "c").knots == knots
    with pytest.raises(sqlite3.IntegrityError):
        audit.add_calibration(conn, found)
    assert audit.calibrations(conn) == [found]
