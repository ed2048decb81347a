"""`ingest` beside a build: a vintage rebuilt as of its instant knows what it knew, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline.build_index import build
from bubblefear.pipeline.computing import compute
from bubblefear.pipeline.fetch_pages import fetch_pages
from bubblefear.pipeline.score import score
from bubblefear.store import articles, database, entries, points, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry
    from nlp.protocol import Scorer


@pytest.fixture
def read(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, scorer: Scorer
) -> Callable[..., None]:
    """Stores entries that came just now, and scores whatever has no score."""

    def stored_and_scored(*found: Entry) -> None:
        with transaction(conn):
            entries.insert(conn, found, origin="feed", now=clock())
        score(conn, settings, run, now=clock, scorer=scorer)

    return stored_and_scored


def test_what_is_stored_while_a_build_reads_is_in_its_vintage(
    conn: sqlite3.Connection,
    db_path: Path,
    settings: Settings,
    clock: Any,
    read: Callable[..., None],
    make_entry: Callable[..., Entry],
) -> None:
    answered = clock()
    read(make_entry("Lenders fear a chip glut", seen=answered))
    clock.forward(minutes=1)
    late = [make_entry("Nvidia opens a laboratory", seen=answered)]

    def beside(statement: str) -> None:
        if late and statement.startswith("BEGIN IMMEDIATE"):
            with database(db_path) as other, transaction(other):
                entries.insert(other, [late.pop()], origin="feed", now=answered)

    conn.set_trace_callback(beside)
    built, inputs = build(conn, settings, now=clock)
    conn.set_trace_callback(None)
    assert not late
    assert built.articles == 2
    assert compute(conn, settings, as_of=clock(), band=False).constants["counts"]["rows"] == 2
    assert compute(conn, settings, as_of=clock()).inputs_sha256 == inputs


def test_an_answer_from_before_a_vintage_that_is_stored_after_it_was_first_seen_after_it(
    conn: sqlite3.Connection,
    settings: Settings,
    clock: Any,
    read: Callable[..., None],
    make_entry: Callable[..., Entry],
) -> None:
    answered = clock()
    assert points.after_vintages(conn, answered) == answered
    read(make_entry("Lenders fear a chip glut", seen=answered))
    clock.forward(minutes=1)
    build(conn, settings, now=clock)
    known = clock()
    assert answered < known < points.after_vintages(conn, answered)
    clock.forward(minutes=1)
    assert points.after_vintages(conn, clock()) == clock()


def test_a_page_that_is_stored_after_a_vintage_was_not_known_to_it(
    conn: sqlite3.Connection,
    db_path: Path,
    settings: Settings,
    run: Run,
    clock: Any,
    read: Callable[..., None],
    newsroom: Any,
    make_entry: Callable[..., Entry],
) -> None:
    newsroom.page("/1.html", ["Investors fear that the AI bubble will burst."] * 30)
    url = newsroom.url("/1.html")
    read(make_entry("AI bubble talk reaches Nvidia", url=url, canonical_url=url))
    inputs: list[str] = []

    def beside(statement: str) -> None:
        if not inputs and newsroom.asked and statement.startswith("BEGIN IMMEDIATE"):
            inputs.append("")  # else the build's own statements would begin another
            with database(db_path) as other:
                clock.forward(minutes=1)
                inputs[0] = build(other, settings, now=clock)[1]
            clock.forward(minutes=-1)

    conn.set_trace_callback(beside)
    assert fetch_pages(conn, settings, run, now=clock).whole == 1
    conn.set_trace_callback(None)
    known = clock.forward(minutes=1)
    assert articles.count_unscored(conn, settings.scorer_id) == 1
    read()
    assert compute(conn, settings, as_of=known).inputs_sha256 == inputs[0]
    clock.forward(minutes=1)
    assert compute(conn, settings, as_of=clock()).inputs_sha256 != inputs[0]
