"""Scores, prices, runs, reviews, feeds, counters: small tables and their rules."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import (
    articles,
    counters,
    entries,
    feeds,
    index_rows,
    prices,
    results,
    reviews,
    runs,
    scores,
    search,
    transaction,
)
from ingest.records import Entry, PriceBar
from nlp.records import ArticleScore, Evidence, Mention, Sentiment

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = "2025-11-20T12:00:00Z"


def scored(article: str, relevance: float | None, fear: float | None = 0.5) -> ArticleScore:
    evidence = Evidence(
        "Lenders fear a bust.", 0, 20, "title", 0.7, 0.2, 0.1, 0.9, 0.6, 0.0, 1.0, "threat",
        "credit", ("fear", "泡沫"),
    )  # fmt: skip
    return ArticleScore(
        document_id=article,
        scorer="any",
        sentiment=None if relevance is None else Sentiment(0.7, 0.2, 0.1),
        relevance=relevance,
        fear=None if relevance is None else fear,
        relief=None if relevance is None else 0.0,
        kind=None,
        channel=None,
        recap=None if relevance is None else False,
        abstained="language:other" if relevance is None else None,
        evidence=(evidence,),
        mentions=(Mention("entity", "Nvidia", "輝達", "title", 0, 2, 0),),
    )


@pytest.fixture
def article(conn: sqlite3.Connection, make_entry: Callable[..., Entry]) -> str:
    with transaction(conn):
        return entries.insert(conn, [make_entry("Lenders fear a bust.")], origin="feed", now=NOW)[0]


def write_score(conn: sqlite3.Connection, score: ArticleScore, sha: str = "x") -> None:
    with transaction(conn):
        scores.write(conn, [(score, sha, NOW)], scorer="any", now=NOW)


def rows(conn: sqlite3.Connection, table: str) -> int:
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_evidence_is_kept_for_relevant_articles_only(
    conn: sqlite3.Connection, article: str
) -> None:
    write_score(conn, scored(article, 0.0))
    assert (rows(conn, "scores"), rows(conn, "evidence"), rows(conn, "mentions")) == (1, 0, 0)
    write_score(conn, scored(article, 0.8))
    assert (rows(conn, "scores"), rows(conn, "evidence"), rows(conn, "mentions")) == (1, 1, 1)
    write_score(conn, scored(article, 0.0))
    assert (rows(conn, "evidence"), rows(conn, "mentions")) == (0, 0)


def test_an_abstention_has_a_reason_and_no_numbers(conn: sqlite3.Connection, article: str) -> None:
    write_score(conn, scored(article, None))
    row = dict(conn.execute("SELECT * FROM scores").fetchone())
    assert row["abstained"] == "language:other"
    assert {row[n] for n in ("negative", "neutral", "positive", "relevance", "fear")} == {None}


def test_an_article_is_unscored_until_its_present_text_is_scored(
    conn: sqlite3.Connection, article: str
) -> None:
    (text,) = articles.unscored(conn, "any", 0, 10)
    write_score(conn, scored(article, 0.8), text.text_sha256)
    assert articles.unscored(conn, "any", 0, 10) == []
    assert articles.count_unscored(conn, "another") == 1
    (wanted,) = articles.without_body(conn, before=NOW, since="2025-01-01T00:00:00Z")
    with transaction(conn):
        articles.set_body(conn, wanted, status="ok", body="The whole text.", now=NOW)
    (again,) = articles.unscored(conn, "any", 0, 10)
    assert again.body == "The whole text."
    found = conn.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?",
        (search.match_phrase("whole text"),),
    ).fetchall()
    assert [row[0] for row in found] == [wanted.number]
    assert articles.without_body(conn, before=NOW, since="2025-01-01T00:00:00Z") == []


@pytest.mark.parametrize("status", ["stub", "empty", "failed"])
def test_a_page_without_the_article_leaves_the_text(
    conn: sqlite3.Connection, article: str, status: str
) -> None:
    (wanted,) = articles.without_body(conn, before=NOW, since="2025-01-01T00:00:00Z")
    before = articles.unscored(conn, "any", 0, 10)
    with transaction(conn):
        articles.set_body(conn, wanted, status=status, body="Subscribe to read.", now=NOW)
    assert articles.unscored(conn, "any", 0, 10) == before
    again = articles.without_body(conn, before="2025-11-21T00:00:00Z", since="2025-01-01T00:00:00Z")
    assert [w.id for w in again] == ([article] if status == "failed" else [])


def test_the_denominator_holds_what_was_never_scored(
    conn: sqlite3.Connection, article: str, make_entry: Callable[..., Entry]
) -> None:
    write_score(conn, scored(article, 0.8))
    with transaction(conn):
        entries.insert(conn, [make_entry(""), make_entry("Later")], origin="feed", now=NOW)
    ids = [row[0] for row in conn.execute("SELECT id FROM entries")]
    (batch,) = index_rows.chosen(conn, "any", NOW, ids)
    found = [dict(zip(index_rows.INDEX_COLUMNS, r, strict=True)) for r in batch]
    assert [row["abstained"] for row in found] == [None, "no text", "not scored"]
    assert list(index_rows.chosen(conn, "any", "2025-11-20T11:59:59Z", ids)) == []


def bar(close: float, day: str = "2025-11-19") -> PriceBar:
    return PriceBar("QQQ", day, None, None, None, close, None, None)


def test_a_price_changes_only_when_it_differs(conn: sqlite3.Connection) -> None:
    with transaction(conn):
        assert prices.write(conn, [bar(1.0), bar(2.0, "2025-11-20")], origin="a", now=NOW) == 2
        assert prices.write(conn, [bar(1.0), bar(2.5, "2025-11-20")], origin="b", now="later") == 1
    stored = conn.execute(
        "SELECT close, origin, first_seen_at FROM prices ORDER BY date"
    ).fetchall()
    assert [tuple(row) for row in stored] == [(1.0, "a", NOW), (2.5, "b", NOW)]
    assert prices.last_dates(conn) == {"QQQ": "2025-11-20"}
    assert prices.closes(conn, ["SPY"]) == []


def test_runs_close_with_an_outcome(conn: sqlite3.Connection) -> None:
    run = runs.start(conn, "daily", settings={"a": 1}, versions={}, now=NOW)
    assert run.startswith("20251120T120000Z-")
    runs.note_stage(conn, run, "poll", 1.0)
    runs.note_stage(conn, run, "poll", 0.5)
    assert runs.stage_timings(conn, run) == {"poll": 1.5}
    found = runs.unfinished(conn, "daily", "2025-11-20")
    assert found is not None
    assert found["id"] == run
    assert runs.unfinished(conn, "daily", "2025-11-21") is None
    runs.finish(conn, run, outcome="done", now=NOW)
    assert runs.unfinished(conn, "daily", "2025-11-20") is None


def test_a_run_killed_on_an_earlier_day_is_closed(conn: sqlite3.Connection) -> None:
    runs.start(conn, "daily", settings={}, versions={}, now="2025-11-19T12:00:00Z")
    today = runs.start(conn, "daily", settings={}, versions={}, now=NOW)
    assert runs.abandon_older(conn, "daily", "2025-11-20", NOW) == 1
    found = runs.unfinished(conn, "daily", "2025-11-20")
    assert found is not None
    assert found["id"] == today


def test_reviews_are_added_and_checked(conn: sqlite3.Connection, article: str) -> None:
    reviews.add(conn, article_id=article, reviewer="me", fear=2, now=NOW)
    reviews.add(conn, article_id=article, reviewer="me", fear=3, now=NOW)
    assert [row.fear for row in reviews.of_article(conn, article)] == [2, 3]
    with pytest.raises(sqlite3.IntegrityError):
        reviews.add(conn, article_id=article, reviewer="me", fear=4, now=NOW)
    with pytest.raises(sqlite3.IntegrityError):
        reviews.add(conn, article_id="none", reviewer="me", now=NOW)


def test_a_removed_feed_keeps_its_row_and_comes_back(conn: sqlite3.Connection) -> None:
    url = "https://example.org/rss"
    assert feeds.add(conn, url=url, source="Post", now=NOW)
    assert not feeds.add(conn, url=url, source="Post", now=NOW)
    assert feeds.remove(conn, url)
    assert not feeds.remove(conn, url)
    assert feeds.listed(conn) == []
    assert [row.enabled for row in feeds.listed(conn, enabled_only=False)] == [0]
    assert feeds.add(conn, url=url, source="Post", language="en", now=NOW)
    assert [row.language for row in feeds.listed(conn)] == ["en"]


def test_the_index_is_stale_after_any_change(conn: sqlite3.Connection, article: str) -> None:
    assert not counters.is_built(conn, "fear.v1", "spec")
    built = counters.LastBuild(counters.inputs(conn), "spec", "2025-11-20T12:00:00Z")
    counters.mark_built(conn, "fear.v1", built)
    assert counters.last_build(conn, "fear.v1") == built
    assert counters.is_built(conn, "fear.v1", "spec")
    assert not counters.is_built(conn, "fear.v1", "another spec")
    write_score(conn, scored(article, 0.8))
    assert not counters.is_built(conn, "fear.v1", "spec")


def test_results_of_a_run_are_replaced(conn: sqlite3.Connection) -> None:
    row = (
        "h",
        "family",
        "exploratory",
        1.0,
        0.5,
        1.5,
        0.1,
        0.2,
        0.05,
        0.3,
        50,
        "no evidence",
        "{}",
    )
    with transaction(conn):
        results.write(conn, "run", [row, row])
        results.write(conn, "run", [row])
    stored = conn.execute("SELECT run_id, position FROM test_results").fetchall()
    assert [tuple(r) for r in stored] == [("run", 0)]
