"""Entries: what goes in comes out, once, and is found."""

from __future__ import annotations

import dataclasses
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.store import entries, feeds, search, transaction
from ingest.records import Entry, Poll, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = "2025-11-20T12:00:00Z"

# SQLite holds any Unicode text; lone surrogates are no text.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
some = st.none() | texts
stored_entries = st.builds(
    Entry,
    key=st.text("0123456789abcdef", min_size=16, max_size=16),
    source=texts.filter(bool),
    feed_url=some,
    guid=some,
    url=some,
    canonical_url=some,
    title=texts,
    summary=some,
    body=some,
    author=some,
    published_at=st.none() | st.just("2025-11-20T11:00:00Z"),
    first_seen_at=st.just(NOW),
    date_note=some,
    language=st.sampled_from(["en", "zh-Hans", "zh-Hant", "other"]),
)


def put(conn: sqlite3.Connection, found: list[Entry], origin: str = "import") -> list[str]:
    with transaction(conn):
        return entries.insert(conn, found, origin=origin, now=NOW)


def read_back(conn: sqlite3.Connection, key: str) -> dict[str, object]:
    row = conn.execute(
        "SELECT e.*, a.language, a.body FROM entries e "
        "LEFT JOIN articles a USING (id) WHERE id = ?",
        (key,),
    ).fetchone()
    return dict(row)


@given(found=st.lists(stored_entries, max_size=6, unique_by=lambda e: e.key))
@settings(max_examples=40, deadline=None)
def test_round_trip(reused: sqlite3.Connection, found: list[Entry]) -> None:
    reused.execute("BEGIN")
    try:
        new = entries.insert(reused, found, origin="import", now=NOW)
        assert new == [e.key for e in found]
        for e in found:
            assert_same(e, read_back(reused, e.key))
        assert entries.insert(reused, found, origin="import", now=NOW) == []
    finally:
        reused.execute("ROLLBACK")


def assert_same(e: Entry, row: dict[str, object]) -> None:
    has_text = bool(e.title or e.summary or e.body)
    unstored = ("key", "other_urls", "publisher_url")  # an id, and names of the item
    for name in (f.name for f in dataclasses.fields(Entry) if f.name not in unstored):
        article_only = name in ("language", "body") and not has_text
        assert row[name] == (None if article_only else getattr(e, name)), name


def test_the_first_sight_of_an_item_stays(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry]
) -> None:
    first = make_entry("Chip maker misses its forecast")
    later = dataclasses.replace(first, summary="Edited later", first_seen_at="2025-11-21T00:00:00Z")
    put(conn, [first])
    assert put(conn, [later]) == []
    assert read_back(conn, first.key)["first_seen_at"] == NOW
    assert read_back(conn, first.key)["summary"] is None


def test_an_item_twice_in_a_batch_is_one_row(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry]
) -> None:
    one, two = make_entry("One"), make_entry("Two")
    assert put(conn, [one, two, one]) == [one.key, two.key]


def test_an_entry_without_text_is_kept_for_the_denominator(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry]
) -> None:
    put(conn, [make_entry("")])
    assert entries.count(conn) == 1
    assert conn.execute("SELECT count(*) FROM articles").fetchone()[0] == 0


@pytest.mark.parametrize("words", ["泡沫", "人工智能泡沫", "data centre", "AI"])
def test_search_finds_words_in_three_scripts(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry], words: str
) -> None:
    wanted = make_entry("分析师：人工智能泡沫或将破裂 AI", summary="A data centre is half built.")
    put(conn, [make_entry("Weather stays mild"), wanted, make_entry("泡茶的沫子")])
    assert find(conn, words) == [wanted.key]


def test_search_takes_any_signs(conn: sqlite3.Connection) -> None:
    assert find(conn, 'a "quoted" (term) OR *') == []


def find(conn: sqlite3.Connection, words: str) -> list[str]:
    rows = conn.execute(
        "SELECT e.id FROM articles_fts f JOIN entries e ON e.number = f.rowid "
        "WHERE articles_fts MATCH ?",
        (search.match_phrase(words),),
    )
    return [row[0] for row in rows]


def poll(seen: int, error: str | None = None, etag: str | None = '"1"') -> Poll:
    return Poll("https://example.org/rss", NOW, 200, 100, etag, None, None, seen, None, error)


@pytest.fixture
def feed(conn: sqlite3.Connection) -> sqlite3.Connection:
    feeds.add(conn, url="https://example.org/rss", source="Harbour Post", now=NOW)
    return conn


def store_poll(conn: sqlite3.Connection, run: str, found: list[Entry], row: Poll) -> int:
    with transaction(conn):
        return entries.write_poll(conn, (run, NOW), row, found, [])


def test_saturation_is_no_overlap_with_an_earlier_poll(
    feed: sqlite3.Connection, make_entry: Callable[..., Entry]
) -> None:
    a, b, c, d = (make_entry(f"Item {name}") for name in "abcd")
    assert store_poll(feed, "1", [a, b], poll(2)) == 2  # the first poll has nothing to overlap
    assert store_poll(feed, "2", [b, c], poll(2)) == 1
    assert store_poll(feed, "3", [d], poll(1)) == 1
    assert store_poll(feed, "4", [], poll(0)) == 0
    flags = [row[0] for row in feed.execute("SELECT saturated FROM polls ORDER BY id")]
    assert flags == [0, 0, 1, 0]


def test_validators_are_kept_only_of_an_answer_that_was_read(feed: sqlite3.Connection) -> None:
    store_poll(feed, "1", [], poll(0, etag='"good"'))
    store_poll(feed, "2", [], poll(0, error="feed.html: a page", etag='"bad"'))
    assert feeds.listed(feed)[0].etag == '"good"'
    assert feeds.listed(feed)[0].last_error == "feed.html: a page"


def test_a_problem_counts_once_in_a_run(feed: sqlite3.Connection) -> None:
    problem = Problem("feed.html", "https://example.org/rss", "a page", None)
    for run, started in (("1", NOW), ("1", NOW), ("2", "2025-11-20T13:00:00Z")):
        row = dataclasses.replace(poll(0, "feed.html"), polled_at=started)
        with transaction(feed):
            feed.execute("DELETE FROM polls WHERE run_id = ?", (run,))
            entries.write_poll(feed, (run, started), row, [], [problem])
    assert feed.execute("SELECT times FROM problems").fetchall()[0][0] == 2


def test_an_answer_without_an_etag_ends_the_old_one(feed: sqlite3.Connection) -> None:
    store_poll(feed, "1", [], poll(0, etag='"old"'))
    store_poll(feed, "2", [], replace(poll(0, etag=None), status=304))
    assert feeds.listed(feed)[0].etag == '"old"'
    store_poll(feed, "3", [], replace(poll(0, etag=None), last_modified="Thu, 20 Nov 2025"))
    listed = feeds.listed(feed)[0]
    assert (listed.etag, listed.last_modified) == (None, "Thu, 20 Nov 2025")
