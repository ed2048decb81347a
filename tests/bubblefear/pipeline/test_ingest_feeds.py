"""Polls: every item is kept, a bad feed is a problem, a run asks each feed once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.ingest_feeds import ingest_feeds
from bubblefear.store import feeds

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run

    Clock = Callable[[], str]


def add(conn: sqlite3.Connection, url: str, now: str = "2025-11-20T00:00:00Z") -> None:
    feeds.add(conn, url=url, source=url.rsplit("/", 1)[1], now=now)


def test_every_item_is_kept_and_a_second_poll_adds_none(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Clock, newsroom: Any
) -> None:

    add(conn, newsroom.feed("/a", ["Chip orders fall", "Harbour opens"]))
    first = ingest_feeds(conn, settings, run, now=clock)
    assert (first.feeds, first.seen, first.new, run.partial) == (1, 2, 2, False)
    conn.execute("UPDATE polls SET run_id = 'an earlier run'")
    assert ingest_feeds(conn, settings, run, now=clock).new == 0


def test_a_feed_is_asked_once_in_a_run(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Clock, newsroom: Any
) -> None:
    add(conn, newsroom.feed("/a", ["Chip orders fall"]))
    ingest_feeds(conn, settings, run, now=clock)
    ingest_feeds(conn, settings, run, now=clock)
    assert newsroom.asked == ["/a"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<!doctype html><html><body>Please wait</body></html>"),
        ("application/rss+xml", b""),
        ("application/rss+xml", b"<!DOCTYPE r [<!ENTITY a 'aaaa'>]><rss>&a;</rss>"),
    ],
    ids=["a page", "nothing", "entities"],
)
def test_a_bad_feed_is_a_problem_and_the_others_are_read(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Clock,
    newsroom: Any,
    kind: str,
    body: bytes,
) -> None:
    newsroom.answers["/bad"] = (200, kind, body)
    add(conn, newsroom.url("/bad"))
    add(conn, newsroom.feed("/good", ["Chip orders fall"]))
    polled = ingest_feeds(conn, settings, run, now=clock)
    assert (polled.failed, polled.new, run.partial) == (1, 1, True)
    ((url, error),) = feeds.failed_in_run(conn, run.id)
    assert url.endswith("/bad")
    assert error
    assert conn.execute("SELECT count(*) FROM problems").fetchone()[0] >= 1


def test_a_feed_on_this_machine_is_refused_unless_allowed(
    conn: sqlite3.Connection, run: Run, clock: Clock, newsroom: Any, settings: Settings
) -> None:
    add(conn, newsroom.feed("/a", ["Chip orders fall"]))
    polled = ingest_feeds(conn, replace(settings, allow_private=False), run, now=clock)
    assert (polled.failed, newsroom.asked) == (1, [])


def test_items_are_seen_in_the_order_of_the_feeds(
    conn: sqlite3.Connection, settings: Settings, run: Run, newsroom: Any
) -> None:
    add(conn, newsroom.feed("/a", ["First feed"]))
    add(conn, newsroom.feed("/b", ["Second feed"]))
    # The clock is asked what is left alone, then at each answer, then at the end of the round.
    moments = iter([f"2025-11-20T00:00:{second}Z" for second in ("00", "09", "05", "10")])
    ingest_feeds(conn, settings, run, now=lambda: next(moments))
    seen = [row[0] for row in conn.execute("SELECT first_seen_at FROM entries ORDER BY number")]
    assert seen == sorted(seen)


def test_without_feeds_the_command_is_named(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Clock
) -> None:
    with pytest.raises(NothingToDo, match="bubblefear init"):
        ingest_feeds(conn, settings, run, now=clock)
