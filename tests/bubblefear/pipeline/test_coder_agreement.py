"""Agreement of coders as the pages tell it, from the reviews that count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bubblefear.pipeline import coder_agreement
from bubblefear.store import audit, reviews

if TYPE_CHECKING:
    import sqlite3

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"
ARTICLES = [f"aaaa00000000000{n}" for n in (1, 2, 3, 4)]


def say(conn: sqlite3.Connection, who: str, grades: list[int]) -> None:
    for article, grade in zip(ARTICLES, grades, strict=False):
        code = audit.Code(grade, "fear" if grade else "none", "act" if grade else None, None)
        audit.add_review(conn, article, who, code, "2025-11-22T08:00:00Z")


@pytest.fixture
def news(conn: sqlite3.Connection) -> sqlite3.Connection:
    conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    return conn


def test_one_coder_agrees_with_nobody(news: sqlite3.Connection) -> None:
    say(news, "Ann", [0, 1, 2, 3])
    assert coder_agreement.agreements(news) == []


def test_each_pair_and_field_with_how_many_would_be_enough(news: sqlite3.Connection) -> None:
    for who, grades in (("Ann", [0, 1, 2, 3]), ("Bo", [0, 1, 2, 2]), ("Cy", [0, 1])):
        say(news, who, grades)
    found = coder_agreement.agreements(news)
    assert {(one.one, one.other) for one in found} == {("Ann", "Bo"), ("Ann", "Cy"), ("Bo", "Cy")}
    grade = next(one for one in found if (one.other, one.field) == ("Bo", "fear"))
    assert (grade.n, grade.same, grade.enough, grade.few) == (4, 3, 32, True)
    linear = next(one for one in found if (one.other, one.field) == ("Bo", "fear_linear"))
    assert linear.kappa is not None
    assert grade.kappa is not None
    assert linear.kappa < grade.kappa < 1
    assert {one.other for one in coder_agreement.agreements(news, "Ann")} == {"Bo", "Cy"}


def test_what_was_taken_back_takes_no_part(news: sqlite3.Connection) -> None:
    say(news, "Ann", [0, 1])
    say(news, "Bo", [0, 3])
    assert coder_agreement.agreements(news)[1].n == 2
    last = reviews.last_of(news, "Bo")
    assert last is not None
    reviews.undo(news, last.id, "2025-11-22T08:00:01Z")
    assert coder_agreement.agreements(news)[1].n == 1
