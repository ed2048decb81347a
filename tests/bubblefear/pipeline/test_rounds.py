"""Rounds of polls: when feeds are due, hosts left alone, feeds that moved, what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline import feed_list
from bubblefear.pipeline.doctor import examine
from bubblefear.pipeline.feed_health import of_poll, of_store
from bubblefear.pipeline.ingest_feeds import Polled, ingest_feeds
from bubblefear.pipeline.recording import recorded
from bubblefear.store import feeds, polling
from ingest.web.fetch import Fetcher, Limits

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from bubblefear.config import Settings


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    limits = Limits(first_wait=0.01, attempts=2, longest_wait=1.0, read=2.0)
    with Fetcher(allow_private=True, limits=limits) as client:
        yield client


class Rounds:
    """Rounds of polls on one database, each a run of its own."""

    def __init__(
        self, conn: sqlite3.Connection, settings: Settings, clock: Any, fetcher: Fetcher
    ) -> None:
        self.conn, self.settings, self.clock, self.fetcher = conn, settings, clock, fetcher
        self.partial = False

    def add(self, url: str) -> str:
        feeds.add(self.conn, url=url, source=url.rsplit("/", 1)[1], now=self.clock())
        return url

    def poll(self, **how: bool) -> Polled:
        with recorded(self.conn, "ingest", self.settings, self.clock) as run:
            found = ingest_feeds(
                self.conn, self.settings, run, now=self.clock, fetcher=self.fetcher, **how
            )
            self.partial = run.partial
        return found

    def findings(self) -> dict[str, str]:
        return {f.state: f.why for f in of_store(self.conn, self.clock())}


@pytest.fixture
def rounds(conn: sqlite3.Connection, settings: Settings, clock: Any, fetcher: Fetcher) -> Rounds:
    return Rounds(conn, settings, clock, fetcher)


def test_only_what_is_due_is_asked(rounds: Rounds, newsroom: Any) -> None:
    url = rounds.add(newsroom.feed("/a", ["Chip orders fall", "Harbour opens"]))
    assert rounds.poll(due_only=True).feeds == 1
    state = polling.state(rounds.conn, url)
    assert state is not None
    rounds.clock.forward(minutes=state.interval_minutes - 1)
    early = rounds.poll(due_only=True)
    assert (early.feeds, early.not_due, rounds.partial) == (0, 1, False)
    assert rounds.poll().feeds == 1  # without --due every feed is asked
    rounds.clock.forward(minutes=2 * state.interval_minutes)
    assert rounds.poll(due_only=True).feeds == 1


def test_a_silent_host_is_left_alone_and_one_answer_opens_it(rounds: Rounds, newsroom: Any) -> None:
    url = rounds.add(newsroom.url("/a"))
    newsroom.answers["/a"] = (500, "text/plain", b"no")
    for _ in range(3):
        assert rounds.poll().failed == 1
    asked = len(newsroom.asked)
    closed = rounds.poll()
    assert (closed.feeds, len(newsroom.asked), rounds.partial) == (0, asked, True)
    assert closed.left_alone[0]["until"] == "2025-11-20T13:00:00Z"
    assert "3 rounds without an answer" in rounds.findings()["left alone"]

    newsroom.feed("/a", ["Chip orders fall"])
    assert rounds.poll(force=True).new == 1
    assert polling.hosts(rounds.conn) == {}
    assert rounds.poll().feeds == 1
    assert polling.state(rounds.conn, url).failures == 0  # type: ignore[union-attr] # it was polled


def test_when_the_time_is_over_the_host_is_asked_and_left_alone_for_longer(
    rounds: Rounds, newsroom: Any
) -> None:
    rounds.add(newsroom.url("/a"))
    newsroom.answers["/a"] = (503, "text/plain", b"no")
    for _ in range(3):
        rounds.poll()
    rounds.clock.forward(hours=1)
    assert rounds.poll().feeds == 1
    (host,) = polling.hosts(rounds.conn).values()
    assert (host.failures, host.closed_until) == (4, "2025-11-20T15:00:00Z")


def test_a_host_that_names_a_time_is_left_alone_at_once(rounds: Rounds, newsroom: Any) -> None:
    rounds.add(newsroom.url("/a"))
    rounds.add(newsroom.feed("/b", ["Harbour opens"]))
    newsroom.answers["/a"] = (429, "text/plain", b"no")
    newsroom.headers["/a"] = {"Retry-After": "7200"}
    first = rounds.poll()
    assert (first.feeds, len(first.left_alone), newsroom.asked) == (1, 1, ["/a"])
    assert rounds.poll().left_alone[0]["until"] == "2025-11-20T14:00:00Z"
    assert newsroom.asked == ["/a"]


def test_a_host_that_answers_first_and_names_a_time_then_is_left_alone(
    rounds: Rounds, newsroom: Any
) -> None:
    rounds.add(newsroom.feed("/a", ["Harbour opens"]))
    rounds.add(newsroom.url("/b"))
    newsroom.answers["/b"] = (429, "text/plain", b"no")
    newsroom.headers["/b"] = {"Retry-After": "7200"}
    assert rounds.poll().new == 1
    alone = rounds.poll().left_alone
    assert [one["until"] for one in alone] == ["2025-11-20T14:00:00Z"] * 2
    rounds.clock.forward(hours=2)
    newsroom.feed("/b", ["Ferries return"])
    assert rounds.poll().new == 1
    assert polling.hosts(rounds.conn) == {}


def test_a_round_is_counted_once_however_often_it_is_taken_up(
    rounds: Rounds, newsroom: Any
) -> None:
    rounds.add(newsroom.url("/a"))
    newsroom.answers["/a"] = (500, "text/plain", b"no")
    with recorded(rounds.conn, "daily", rounds.settings, rounds.clock) as run:
        for _ in range(4):
            ingest_feeds(
                rounds.conn, rounds.settings, run, now=rounds.clock, fetcher=rounds.fetcher
            )
    assert [host.failures for host in polling.hosts(rounds.conn).values()] == [1]


def test_a_feed_that_moved_is_asked_there_and_comes_back_when_it_is_lost(
    rounds: Rounds, newsroom: Any
) -> None:
    url = rounds.add(newsroom.url("/old"))
    new = newsroom.feed("/new", ["Chip orders fall"])
    newsroom.answers["/old"] = (301, "text/plain", b"")
    newsroom.headers["/old"] = {"Location": new}
    assert rounds.poll().moved == [{"url": url, "address": new}]
    assert rounds.conn.execute("SELECT status, target FROM poll_redirects").fetchall()[0][1] == new
    newsroom.asked.clear()
    assert rounds.poll().new == 0
    assert newsroom.asked == ["/new"]
    assert rounds.findings()["moved"] == f"to {new}"

    newsroom.answers["/new"] = (404, "text/plain", b"no")
    newsroom.feed("/old", ["Chip orders fall"])
    assert rounds.poll().failed == 1
    newsroom.asked.clear()
    assert rounds.poll().failed == 0
    assert newsroom.asked == ["/old"]


def test_a_feed_that_moved_to_a_host_that_died_comes_back(rounds: Rounds, newsroom: Any) -> None:
    url = rounds.add(newsroom.feed("/old", ["Chip orders fall"]))
    dead = "http://127.0.0.1:9/new"
    rounds.poll()
    state = polling.state(rounds.conn, url)
    assert state is not None
    moved = replace(state, address=dead, moved_at=rounds.clock())
    polling.set_state(rounds.conn, moved)
    for _ in range(3):
        assert rounds.poll().failed == 1
    hosts = polling.hosts(rounds.conn)
    assert {name: row.failures for name, row in hosts.items()} == {"127.0.0.1:9": 3}
    assert rounds.poll().failed == 0
    state = polling.state(rounds.conn, url)
    assert state is not None
    assert state.address is None


def test_the_list_knows_a_feed_by_the_address_that_it_moved_to(
    rounds: Rounds, newsroom: Any, tmp_path: Path
) -> None:
    url = rounds.add(newsroom.url("/old"))
    new = newsroom.feed("/new", ["Chip orders fall"])
    newsroom.answers["/old"] = (301, "text/plain", b"")
    newsroom.headers["/old"] = {"Location": new}
    rounds.poll()
    exported = tmp_path / "feeds.opml"
    exported.write_text(feed_list.export_opml(rounds.conn), encoding="utf-8")
    assert f'xmlUrl="{new}"' in exported.read_text(encoding="utf-8")
    with recorded(rounds.conn, "feeds import", rounds.settings, rounds.clock) as run:
        feed_list.import_opml(rounds.conn, run, exported, now=rounds.clock)
    assert [row.url for row in feeds.listed(rounds.conn)] == [url]

    (outcome,) = feed_list.check(
        rounds.conn, rounds.settings, [new], now=rounds.clock, fetcher=rounds.fetcher
    )
    assert [f.why for f in of_poll(rounds.conn, outcome) if f.state == "moved"] == [f"to {new}"]
    assert feeds.remove(rounds.conn, new)
    assert feeds.listed(rounds.conn) == []


def test_a_move_to_a_page_is_none(rounds: Rounds, newsroom: Any) -> None:
    url = rounds.add(newsroom.url("/old"))
    newsroom.page("/front", ["Welcome."])
    newsroom.answers["/old"] = (308, "text/plain", b"")
    newsroom.headers["/old"] = {"Location": newsroom.url("/front")}
    assert rounds.poll().failures[0]["code"] == "feed.html"
    state = polling.state(rounds.conn, url)
    assert state is not None
    assert state.address is None


def test_saturation_is_told_and_the_interval_is_halved(rounds: Rounds, newsroom: Any) -> None:
    url = rounds.add(newsroom.feed("/a", ["Chip orders fall", "Harbour opens"]))
    rounds.poll()
    rounds.clock.forward(hours=12)
    newsroom.feed("/a", ["Ferries return", "Lenders meet"])
    newsroom.answers["/a"] = (
        200,
        "application/rss+xml",
        newsroom.answers["/a"][2].replace(b"/a-", b"/a-second-").replace(b"/a/", b"/a/second/"),
    )
    assert rounds.poll().saturated == [url]
    codes = [row[0] for row in rounds.conn.execute("SELECT code FROM problems")]
    assert codes == ["feed.saturated"]
    assert "saturated" in rounds.findings()


def test_a_feed_without_news_or_with_fewer_items_is_told(rounds: Rounds, newsroom: Any) -> None:
    many = [f"Harbour note {place}" for place in range(8)]
    rounds.add(newsroom.feed("/a", many))
    for _ in range(3):
        rounds.poll()
    newsroom.feed("/a", many[:2])
    rounds.poll()
    assert rounds.findings() == {"thin": "2 items; 8 is usual in its polls of 30 days"}
    rounds.clock.forward(days=8)
    assert set(rounds.findings()) == {"stale", "thin"}


def test_doctor_lists_findings_with_what_to_do(rounds: Rounds, newsroom: Any) -> None:
    newsroom.answers["/gone"] = (410, "text/plain", b"")
    rounds.add(newsroom.url("/gone"))
    rounds.poll()
    checks = {c.name: c for c in examine(rounds.conn, rounds.settings, now=rounds.clock)}
    (finding,) = checks["feeds"].findings
    assert checks["feeds"].state == "look"
    assert finding["why"].startswith("feed.gone: ")
    assert "feeds remove" in finding["remedy"]


def test_check_stores_nothing_but_opens_a_host_that_answers(rounds: Rounds, newsroom: Any) -> None:
    url = rounds.add(newsroom.url("/a"))
    newsroom.answers["/a"] = (500, "text/plain", b"no")
    for _ in range(3):
        rounds.poll()
    newsroom.feed("/a", ["Chip orders fall"])
    (outcome,) = feed_list.check(
        rounds.conn, rounds.settings, [url], now=rounds.clock, fetcher=rounds.fetcher
    )
    assert of_poll(rounds.conn, outcome) == []
    assert rounds.conn.execute("SELECT count(*) FROM entries").fetchone()[0] == 0
    assert rounds.poll().new == 1


def test_check_finds_old_items_and_doubled_titles(rounds: Rounds, newsroom: Any) -> None:
    url = newsroom.feed("/a", ["Chip orders fall", "Chip orders fall", "Harbour opens"])
    body = newsroom.answers["/a"][2]
    dated = body.replace(b"<guid>", b"<pubDate>Mon, 03 Nov 2025 08:00:00 GMT</pubDate><guid>")
    newsroom.answers["/a"] = (200, "application/rss+xml", dated)
    (outcome,) = feed_list.check(
        rounds.conn, rounds.settings, [url], now=rounds.clock, fetcher=rounds.fetcher
    )
    found = {finding.state: finding for finding in of_poll(rounds.conn, outcome)}
    assert found["stale"].why == "nothing new since 2025-11-03T08:00:00Z"
    assert found["doubled"].why.startswith("33%")
    assert all(finding.remedy for finding in found.values())
