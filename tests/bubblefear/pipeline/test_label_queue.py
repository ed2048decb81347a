"""The orders of the queue: what is brought up first, for whom, and what never again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.pipeline import label_queue
from bubblefear.store import accounts, audit, counters, reviews
from bubblefear.store.queue_queries import Candidate, progress

if TYPE_CHECKING:
    import sqlite3

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"
NOW = "2025-11-22T08:00:00Z"
GRADE_2 = audit.Code(2, "fear", "threat", "credit", topic=1)
LENDERS, ACT, RELIEF, HARBOUR, HOSTILE, COPY = (f"aaaa00000000000{n}" for n in (1, 2, 3, 4, 5, 7))
LEVELS = st.floats(0, 1)


@pytest.fixture
def news(conn: sqlite3.Connection) -> sqlite3.Connection:
    """The made-up newsroom: LENDERS and COPY are one story, HARBOUR is off the topic."""
    conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    return conn


def sample(conn: sqlite3.Connection, *articles: str) -> None:
    drawn = audit.Sample("audit-x", NOW, "finbert-multi.v1", 1, 2, None, None, {})
    audit.add_sample(conn, drawn, [(key, "Post", "s", 9, 1, 9.0) for key in articles])


def candidate(
    relevance: float, fear: float, relief: float = 0.0, negative: float = 0.0
) -> Candidate:
    return Candidate("a", "s", "en", NOW, relevance, fear, relief, negative)


@pytest.mark.parametrize(
    ("one", "doubt"),
    [
        (candidate(1, 1 / 2), 1.0),  # half-way between grade 1 and 2
        (candidate(1, 2 / 3), 0.0),  # grade 2
        (candidate(1, 1), 0.0),
        (candidate(0.8, 0.6, 0.6), 1.0),  # fear or relief
        (candidate(1, 1 / 3, 2 / 3), 0.5),
        (candidate(0.5, 2 / 3), 1.0),  # on the topic or not
        (candidate(1, 0, 0, 0.9), 0.45),  # bad news without a worry
        (candidate(1, 0, 0, 0), 0.0),
    ],
)
def test_doubt_by_hand(one: Candidate, doubt: float) -> None:
    assert label_queue.doubt(one) == pytest.approx(doubt, abs=1e-9)


@given(LEVELS, LEVELS, LEVELS, LEVELS)
def test_doubt_is_a_share(relevance: float, fear: float, relief: float, negative: float) -> None:
    assert 0 <= label_queue.doubt(candidate(relevance, fear, relief, negative)) <= 1


def test_the_most_doubtful_come_first_one_of_each_story(news: sqlite3.Connection) -> None:
    found = label_queue.waiting(news, "uncertain", "Ann")
    assert HARBOUR not in found
    assert len({LENDERS, COPY} & set(found)) == 1
    # 3 x 0.5 x 0.4 = 0.6 is near the middle of two grades, and relevance 0.5 is at its threshold.
    assert found[0] == HOSTILE


def test_a_near_copy_of_what_was_coded_comes_not(news: sqlite3.Connection) -> None:
    audit.add_review(news, LENDERS, "Ann", GRADE_2, NOW)
    mine = label_queue.waiting(news, "uncertain", "Ann")
    assert not {LENDERS, COPY} & set(mine)
    # Two coders agree or not only where both have coded, so the other gets it all the same.
    assert {LENDERS, COPY} & set(label_queue.waiting(news, "uncertain", "Bo"))


@pytest.mark.parametrize("order", label_queue.ORDERS)
def test_what_was_coded_never_comes_again_unless_taken_back(
    news: sqlite3.Connection, order: str
) -> None:
    sample(news, LENDERS, ACT)
    accounts.write(
        news, "v1", "2025-11-21T21:10:00Z",
        {"2025-11-21": [accounts.Part(LENDERS, "story-1", "Gazette (en)", 0.7, 1.0, 9.0)]},
    )  # fmt: skip
    assert LENDERS in label_queue.waiting(news, order, "Ann")
    audit.add_review(news, LENDERS, "Ann", GRADE_2, NOW)
    assert LENDERS not in label_queue.waiting(news, order, "Ann")
    last = reviews.last_of(news, "Ann")
    assert last is not None
    reviews.undo(news, last.id, NOW)
    assert LENDERS in label_queue.waiting(news, order, "Ann")


def test_contribution_is_what_an_article_moved_in_either_direction(
    news: sqlite3.Connection,
) -> None:
    parts = [
        accounts.Part(ACT, "story-2", "m", 0.6, 1.0, -30.0),
        accounts.Part(LENDERS, "story-1", "m", 0.7, 1.0, 20.0),
        accounts.Part(COPY, "story-1", "m", 0.6, 0.5, 5.0),
    ]
    assert label_queue.waiting(news, "contribution", "Ann") == []
    accounts.write(news, "v1", "2025-11-21T21:10:00Z", {"2025-11-21": parts})
    assert label_queue.waiting(news, "contribution", "Ann") == [ACT, LENDERS]


def test_disagreement_is_between_scorers_coders_and_both(news: sqlite3.Connection) -> None:
    # The lexicon is 0.45 of the scale below the model on LENDERS.
    assert label_queue.waiting(news, "disagreement", "Ann") == [LENDERS]
    calm = audit.Code(0, "none", None, None)
    audit.add_review(news, ACT, "Bo", calm, NOW)  # 0.6 apart
    assert label_queue.waiting(news, "disagreement", "Ann") == [ACT, LENDERS]
    assert label_queue.waiting(news, "disagreement", "Bo") == [LENDERS]
    audit.add_review(news, HARBOUR, "Bo", calm, NOW)
    audit.add_review(news, HARBOUR, "Cy", audit.Code(3, "fear", "act", "credit"), NOW)
    assert label_queue.waiting(news, "disagreement", "Ann") == [HARBOUR, ACT, LENDERS]


@pytest.mark.parametrize("order", ["uncertain", "disagreement"])
def test_a_server_keeps_what_scorers_say_and_reads_each_coder_anew(
    news: sqlite3.Connection, order: str
) -> None:
    kept = counters.Kept()
    first = label_queue.waiting(news, order, "Ann", kept=kept)
    assert first == label_queue.waiting(news, order, "Ann")
    audit.add_review(news, first[0], "Ann", GRADE_2, NOW)
    assert first[0] not in label_queue.waiting(news, order, "Ann", kept=kept)
    assert first[0] in label_queue.waiting(news, order, "Cy", kept=kept)
    news.execute("DELETE FROM scores")
    counters.bump(news)
    assert label_queue.waiting(news, order, "Cy", kept=kept) == []


def test_a_denial_adds_nothing_to_the_index_however_much_fear_it_names(
    news: sqlite3.Connection,
) -> None:
    news.execute("UPDATE scores SET relief = 0.9 WHERE article_id = ? AND fear = 0.8", (LENDERS,))
    assert label_queue.waiting(news, "disagreement", "Ann") == [LENDERS]  # 0 and the lexicon's 0.27
    news.execute("UPDATE scores SET relief = 0.9 WHERE article_id = ?", (LENDERS,))
    assert label_queue.waiting(news, "disagreement", "Ann") == []


def test_the_audit_keeps_its_order_and_its_copies(news: sqlite3.Connection) -> None:
    assert label_queue.waiting(news, "audit", "Ann") == []
    sample(news, COPY, HARBOUR, LENDERS)
    assert label_queue.waiting(news, "audit", "Ann") == [COPY, HARBOUR, LENDERS]
    audit.add_review(news, COPY, "Ann", GRADE_2, NOW)
    assert label_queue.waiting(news, "audit", "Ann") == [HARBOUR, LENDERS]
    assert label_queue.waiting(news, "audit", "Ann", language="zh-Hant") == []
    assert label_queue.waiting(news, "audit", "Bo", language="zh-Hant") == [COPY]


def test_what_is_skipped_comes_at_the_end(news: sqlite3.Connection) -> None:
    sample(news, COPY, HARBOUR, LENDERS)
    skipped = (HARBOUR, COPY, "unknown")
    found = label_queue.waiting(news, "audit", "Ann", skipped=skipped)
    assert found == [LENDERS, HARBOUR, COPY]


def test_nothing_scored_is_an_empty_queue(conn: sqlite3.Connection) -> None:
    assert [label_queue.waiting(conn, order, "Ann") for order in label_queue.ORDERS] == [[]] * 4


def test_progress_counts_articles_not_reviews(news: sqlite3.Connection) -> None:
    sample(news, LENDERS, ACT)
    audit.add_review(news, ACT, "Ann", GRADE_2, "2025-11-21T23:59:59Z")
    audit.add_review(news, LENDERS, "Ann", audit.Code(1, "fear", "act", "credit"), NOW)
    audit.add_review(news, LENDERS, "Ann", GRADE_2, NOW)
    audit.add_review(news, HARBOUR, "Ann", GRADE_2, NOW)
    done = progress(news, "Ann", "2025-11-22")
    assert (done.today, done.total, done.sample, done.items, done.coded) == (2, 3, "audit-x", 2, 2)
    assert progress(news, "Bo", "2025-11-22").total == 0
