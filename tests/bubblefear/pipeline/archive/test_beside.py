"""A reader beside a move or a restoring: what changes its place is read once, or said."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.config import Settings
from bubblefear.errors import ArchiveBroken
from bubblefear.pipeline import archive, computing
from bubblefear.pipeline.recording import Run
from bubblefear.pipeline.score import score
from bubblefear.store import (
    articles,
    database_file,
    day_queries,
    entries,
    open_database,
    transaction,
)
from bubblefear.store.archive import ledger
from nlp.lexicon_scorer import create

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

NOW = "2025-06-02T12:00:00Z"
SPAN = ("2025-01-10T00:00:00Z", "2025-01-20T00:00:00Z")


def between(
    conn: sqlite3.Connection,
    job: Callable[[sqlite3.Connection], object],
    before: str = "DISTINCT month FROM archives",
) -> None:
    """Let another connection do a job after SQLite was read and before the archive is."""
    waiting = [job]

    def on(statement: str) -> None:
        if before in statement and waiting:
            with closing(open_database(database_file(conn))) as other:
                waiting.pop()(other)

    conn.set_trace_callback(on)


def move(conn: sqlite3.Connection) -> object:
    return archive.move(conn, database_file(conn), before="2025-04", now=lambda: NOW)


def restore(conn: sqlite3.Connection) -> object:
    return archive.restore(conn, database_file(conn), ["2025-01"])


READERS: dict[str, Callable[[sqlite3.Connection, str], Any]] = {
    "headlines": lambda conn, _: articles.headlines(conn, (SPAN[0], 0), SPAN[1], 10_000),
    "sources of a day": lambda conn, scorer: day_queries.source_counts(conn, scorer, SPAN),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_is_moved_meanwhile_is_read_once(
    plain: sqlite3.Connection, settings: Settings, read: Callable[[sqlite3.Connection, str], Any]
) -> None:
    before = read(plain, settings.scorer_id)
    between(plain, move)
    assert read(plain, settings.scorer_id) == before
    assert archive.listed(plain)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_is_restored_meanwhile_is_never_left_out(
    old: sqlite3.Connection, settings: Settings, read: Callable[[sqlite3.Connection, str], Any]
) -> None:
    between(old, restore)
    with pytest.raises(ArchiveBroken, match="2025-01"):
        read(old, settings.scorer_id)
    assert read(old, settings.scorer_id)


def test_a_build_never_misses_what_is_restored_meanwhile(
    old: sqlite3.Connection, settings: Settings, make_entry: Callable[..., Any]
) -> None:
    late = make_entry("Late news", seen="2025-01-15T12:00:00Z")
    with transaction(old):
        entries.insert(old, [late], origin="import", now=NOW)
    between(old, restore)
    with pytest.raises(ArchiveBroken, match="2025-01"):
        computing.compute(old, settings, as_of=NOW)


def test_what_is_moved_while_a_new_scorer_reads_it_stays_moved(plain: sqlite3.Connection) -> None:
    new = Settings(scorer="lexicon.v1")
    between(plain, move, "BEGIN IMMEDIATE")
    done = score(plain, new, Run(plain, "r", NOW), now=lambda: NOW, scorer=create())
    held = plain.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert done.articles == held
    assert ledger.unread(plain, new.scorer_id) == ledger.count(plain, "articles") > 1000
    assert archive.verify(plain).faults == ()
