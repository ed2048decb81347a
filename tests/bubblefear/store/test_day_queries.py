from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database, day_queries, origin_queries, story_queries
from nlp import relevance

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"
SCORER = "finbert-multi.v1"
DAY = ("2025-11-20T21:00:00Z", "2025-11-21T21:00:00Z")
ONE, TWO, SEVEN = "aaaa000000000001", "aaaa000000000002", "aaaa000000000007"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    return path


@pytest.fixture
def conn(printed: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with database(Path(shutil.copy(printed, tmp_path / "news.db")), create=False) as opened:
        yield opened


def test_copies_of_a_story_most_fear_first(conn: sqlite3.Connection) -> None:
    found = day_queries.copies(conn, {ONE: "story-1"}, SCORER, DAY)
    assert [copy.article_id for copy in found["story-1"]] == [ONE, SEVEN]
    assert found["story-1"][1].language == "zh-Hant"


def test_an_article_stays_with_the_story_of_its_account(conn: sqlite3.Connection) -> None:
    found = day_queries.copies(conn, {TWO: "story-of-then"}, SCORER, DAY)
    assert [copy.article_id for copy in found["story-of-then"]] == [TWO]


def test_copies_of_other_sessions_are_not_of_this_day(conn: sqlite3.Connection) -> None:
    assert day_queries.copies(conn, {ONE: "story-1"}, SCORER, ("2025-11-21T14:00:00Z", DAY[1])) == {
        "story-1": day_queries.copies(conn, {ONE: "story-1"}, SCORER, DAY)["story-1"][1:]
    }


def test_relief_needs_to_be_more_than_the_fear(conn: sqlite3.Connection) -> None:
    before = ("2025-11-19T21:00:00Z", "2025-11-20T21:00:00Z")
    assert [copy.article_id for copy in day_queries.relief(conn, SCORER, before)] == [
        "aaaa000000000003"
    ]
    conn.execute("UPDATE scores SET relief = fear WHERE article_id = 'aaaa000000000003'")
    assert day_queries.relief(conn, SCORER, before) == []
    assert day_queries.relief(conn, None, before) == []


def test_every_entry_of_a_day_is_counted_once(conn: sqlite3.Connection) -> None:
    counts = day_queries.source_counts(conn, SCORER, DAY)
    assert sum(count.read for count in counts) == 7
    gazette = {c.language: c for c in counts if c.source == "Harbour Gazette"}
    assert set(gazette) == {"en", "other", None}
    assert (gazette["en"].read, gazette["en"].relevant, gazette["en"].fearful) == (2, 1, 1)
    assert gazette["en"].fear == pytest.approx(0.72)
    assert (gazette["other"].abstained, gazette[None].read) == (1, 1)
    assert all(c.fear == 0 for c in day_queries.source_counts(conn, None, DAY))


def test_a_vintage_is_told_as_stored(conn: sqlite3.Connection) -> None:
    found = day_queries.stored_vintage(conn, "v1", "2025-11-20T21:10:00Z")
    assert (found.kind, found.points) == ("real-time", 28)


def test_tellings_say_why_they_joined(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT INTO story_links VALUES (?, ?, 'meaning', 0.9, '[\"4\", \"Nvidia\"]')", (SEVEN, ONE)
    )
    first, second = story_queries.tellings(conn, "story-1", SCORER)
    assert (first.id, first.link) == (ONE, None)
    assert second.link == story_queries.Link(SEVEN, ONE, "meaning", 0.9, ("4", "Nvidia"))
    assert second.link == story_queries.link(conn, SEVEN)
    assert first.excerpt.startswith("Banks are cutting")
    assert len(story_queries.tellings(conn, "story-1", SCORER, limit=1)) == 1
    assert story_queries.count(conn, "story-1") == 2
    assert story_queries.link(conn, ONE) is None


def test_where_an_article_came_from(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO entry_aliases VALUES ('f' , ?, 'guid', 'g-1', ?)", (ONE, DAY[0]))
    conn.execute(
        "INSERT INTO backfill(url, link, source, published_at, first_seen_at, list, titled, state,"
        " entry_id) VALUES ('https://a.example/1', 'https://a.example/1?x', 'A', ?, ?, 'old list',"
        " 1, 'done', ?)",
        (*DAY, ONE),
    )
    assert origin_queries.aliases(conn, ONE) == [origin_queries.Alias("guid", "g-1", DAY[0])]
    assert [line.list for line in origin_queries.listed(conn, ONE)] == ["old list"]
    assert origin_queries.listed(conn, TWO) == []
    assert origin_queries.feed_title(conn, "https://gazette.example/rss") == "Gazette"
    assert origin_queries.feed_title(conn, "https://nobody.example/rss") is None


def test_troubles_of_the_addresses_asked_for_alone(conn: sqlite3.Connection) -> None:
    assert [t.code for t in origin_queries.troubles(conn, ["https://evil.example/rss"])] == [
        "feed.html"
    ]
    assert origin_queries.troubles(conn, ["https://gazette.example/rss"]) == []


def test_what_is_on_the_topic_is_what_the_scorer_says() -> None:
    assert day_queries.RELEVANT == relevance.THRESHOLD
