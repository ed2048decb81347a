"""An archived item that comes again is known: by a poll, in a file, as the story of late news."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.config import Settings
from bubblefear.pipeline import archive, build_index
from bubblefear.pipeline.backfill import read_pages
from bubblefear.pipeline.group_stories import group_stories
from bubblefear.pipeline.import_file import import_file
from bubblefear.pipeline.import_list import import_list
from bubblefear.pipeline.recording import Run
from bubblefear.pipeline.score import score
from bubblefear.store import (
    backfill,
    database_file,
    entries,
    feeds,
    open_database,
    points,
    transaction,
)
from bubblefear.store.archive import ledger
from ingest.identity.keys import entry_key
from ingest.records import Entry, Poll
from nlp.errors import NlpError
from nlp.lexicon_scorer import create

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

FEED = "https://a.example/rss"
SETTINGS = Settings(scorer="lexicon.v1")
LATER = "2026-03-01T12:00:00Z"


def item(title: str, link: str, guid: str | None, **other: Any) -> Entry:
    fields: dict[str, Any] = {
        "key": entry_key("Post", link, guid, title), "source": "Post", "feed_url": FEED,
        "guid": guid, "url": link, "canonical_url": link, "title": title, "summary": None,
        "body": None, "author": None, "published_at": "2025-11-20T09:00:00Z",
        "first_seen_at": "2025-11-20T10:00:00Z", "date_note": None, "language": "en",
    }  # fmt: skip
    return Entry(**(fields | other))


FIRST = [
    item("Harbour cranes are painted", "https://a.example/cranes", "g1", summary="All of them."),
    item("Herring catch is average", "https://a.example/herring", "g2"),
    item("Ferry timetable of the winter", "https://a.example/ferry", "g3"),
]
# What the feed may show a season later.
AGAIN = {
    "the same": FIRST,
    "another link": [replace(FIRST[0], key=entry_key("Post", "https://a.example/new/cranes", "g1",
                     ""), url="https://a.example/new/cranes",
                     canonical_url="https://a.example/new/cranes")],
    "a rewritten headline": [replace(FIRST[1], title="Herring catch is average, says the guild")],
    "a text that is less": [replace(FIRST[0], summary=None)],
    "another text, then both": [replace(FIRST[0], summary="Half of them."), *FIRST[1:]],
    "another item under a used guid": [item("Lighthouse sold", "https://a.example/light", "g2",
                                       published_at="2026-02-27T09:00:00Z")],
    "the page of the day": [item("Lighthouse sold", "https://a.example/cranes", "g9",
                                 published_at="2026-02-27T09:00:00Z")],
}  # fmt: skip


def poll(conn: sqlite3.Connection, found: list[Entry], now: str) -> int:
    with transaction(conn):
        seen = [replace(e, first_seen_at=now) for e in found]
        row = Poll(FEED, now, 200, 1, None, None, None, len(found), None, None)
        return entries.write_poll(conn, (now, now), row, seen, [])


def work(conn: sqlite3.Connection, now: str) -> None:
    """Group and score."""
    run = Run(conn, "r", now)
    group_stories(conn, run, load=no_model)
    score(conn, SETTINGS, run, now=lambda: now, scorer=create())


def no_model() -> Any:
    raise NlpError("words alone")


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """Two databases of the same polls; the second has them in the archive."""
    with (
        closing(open_database(tmp_path / "plain.db")) as plain,
        closing(open_database(tmp_path / "old.db")) as old,
    ):
        for conn in (plain, old):
            feeds.add(conn, url=FEED, source="Post", now="2025-11-20T10:00:00Z")
            poll(conn, FIRST, "2025-11-20T10:00:00Z")
            work(conn, "2025-11-20T11:00:00Z")
        moved = archive.move(old, database_file(old), now=lambda: LATER)
        assert moved.entries == 3
        assert old.execute("SELECT count(*) FROM entries").fetchone()[0] == 0
        yield plain, old


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_a_poll_says_the_same_of_it_as_if_it_had_stayed(
    twins: tuple[sqlite3.Connection, sqlite3.Connection], again: list[Entry]
) -> None:
    told = []
    for conn in twins:
        new = [poll(conn, again, LATER), poll(conn, again, "2026-03-02T12:00:00Z")]
        tables = {
            name: sorted(tuple(row) for row in conn.execute(f"SELECT * FROM {name}"))
            for name in ("entry_aliases", "entry_versions", "polls")
        }
        last = conn.execute("SELECT id, number FROM entries ORDER BY number DESC LIMIT 1")
        told.append((new, entries.count(conn), tables, [tuple(r) for r in last if new[0]]))
    assert told[0] == told[1]


def test_a_file_imported_again_gives_nothing_new(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    rows = "".join(f"{n},2025-08-{n:02}T10:00:00Z,Calm seas {n},Post,en\n" for n in range(1, 29))
    path.write_text(f"id,published_at,title,source,lang\n{rows}", encoding="utf-8")
    with closing(open_database(tmp_path / "news.db")) as conn:
        run = Run(conn, "r", LATER)
        assert import_file(conn, SETTINGS, run, path, now=lambda: LATER).new == 28
        work(conn, LATER)
        assert archive.move(conn, database_file(conn), now=lambda: LATER).entries == 28
        assert import_file(conn, SETTINGS, run, path, now=lambda: LATER).new == 0
        assert entries.count(conn) == 28
        assert conn.execute("SELECT count(*) FROM entries").fetchone()[0] == 0


def test_late_news_joins_a_story_of_the_archive(
    twins: tuple[sqlite3.Connection, sqlite3.Connection], make_entry: Callable[..., Any]
) -> None:
    late = make_entry("Herring catch is average", seen="2025-11-21T08:00:00Z", source="Courier")
    told = []
    for conn in twins:
        with transaction(conn):
            entries.insert(conn, [late], origin="import", now=LATER)
        work(conn, LATER)
        story = conn.execute("SELECT story_id FROM articles WHERE id = ?", (late.key,)).fetchone()
        links = conn.execute("SELECT * FROM story_links WHERE article_id = ?", (late.key,))
        told.append((story[0], [tuple(row) for row in links]))
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert told[0] == told[1]
    assert told[0][1][0][1] == FIRST[1].key
    # Its story has an article in the archive, and may be moved there after it.
    assert archive.move(twins[1], database_file(twins[1]), now=lambda: LATER).entries == 1
    assert {f.part for f in ledger.files(twins[1])} == {1, 2}
    assert archive.verify(twins[1]).faults == ()


def test_a_scorer_that_never_read_the_archive_is_said(
    twins: tuple[sqlite3.Connection, sqlite3.Connection],
) -> None:
    conn = twins[1]
    new = [item(f"Quay {n} is mended", f"https://a.example/q{n}", f"q{n}") for n in range(4)]
    poll(conn, new, LATER)
    work(conn, LATER)
    built, _ = build_index.build(conn, SETTINGS, now=lambda: LATER)
    assert built.archived_unread == 0
    assert "archive" not in str(built)
    conn.execute("UPDATE scores SET scorer = 'hf:other'")
    other = Settings(scorer="hf:other")
    built, _ = build_index.build(conn, other, now=lambda: LATER)
    assert (built.unscored, built.archived_unread) == (0, 3)
    assert "3 in the archive were never read by this scorer (bubblefear archive restore" in str(
        built
    )
    assert points.vintage_at(conn, other.index_version) in (None, built.vintage)


def test_a_listed_page_of_an_archived_article_is_a_problem_with_its_remedy(
    twins: tuple[sqlite3.Connection, sqlite3.Connection], tmp_path: Path, newsroom: Any
) -> None:
    conn = twins[1]
    newsroom.page("/herring", ["The catch of herring is what it always was. " * 9])
    link = newsroom.url("/herring")
    row = {"url": link, "title": "Quay of herring", "source": "Post",
           "published_at": "2025-11-20T09:00:00Z"}  # fmt: skip
    path = tmp_path / "list.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    settings = replace(SETTINGS, allow_private=True)
    import_list(conn, settings, Run(conn, "r", LATER), path, now=lambda: LATER)
    conn.execute("UPDATE backfill SET state = 'refused'")
    work(conn, LATER)
    assert archive.move(conn, database_file(conn), now=lambda: LATER).entries == 1
    conn.execute("UPDATE backfill SET state = 'waiting'")
    run = Run(conn, "r2", "2026-03-02T12:00:00Z")
    done = read_pages(conn, settings, run, now=lambda: "2026-03-02T12:00:00Z")
    assert (done.failed, backfill.states(conn)) == (1, {"failed": 1})
    assert (
        "bubblefear archive restore 2025-11"
        in conn.execute("SELECT reason FROM problems WHERE code = 'import.archived'").fetchone()[0]
    )
