"""What the index, its accounts and the placebos say is the same to the last bit."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from bubblefear.pipeline import build_index, computing, explain
from bubblefear.pipeline.placebo import placebo_indices
from bubblefear.pipeline.publish import Asked, publish_database
from bubblefear.store import (
    account_queries,
    articles,
    database_file,
    day_queries,
    entries,
    health_queries,
    open_database,
    transaction,
)
from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings

NOW = "2025-06-02T12:00:00Z"
BUILT = ("vintages", "index_points", "accounts", "coverage", "seals", "cells")


def built(conn: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that builds have written, down to the seals."""
    return {name: [tuple(r) for r in conn.execute(f"SELECT * FROM {name}")] for name in BUILT}


@pytest.mark.parametrize(
    "as_of", ["2025-02-14T15:00:00Z", "2025-03-31T23:59:59Z", "2025-04-17T09:30:00Z", NOW]
)
def test_an_index_as_of_any_time(
    plain: sqlite3.Connection, old: sqlite3.Connection, settings: Settings, as_of: str
) -> None:
    one = computing.compute(plain, settings, as_of=as_of)
    other = computing.compute(old, settings, as_of=as_of)
    assert ledger.count(old, "entries") > 1000
    assert one.inputs_sha256 == other.inputs_sha256
    assert repr(one.found) == repr(other.found)  # NaN is not NaN's equal, its text is
    assert one.constants == other.constants
    assert one.sums == other.sums


def test_an_account_told(
    plain: sqlite3.Connection, old: sqlite3.Connection, settings: Settings
) -> None:
    dates = [r[0] for r in plain.execute("SELECT date FROM accounts WHERE parts <> '[]'")]
    assert len(dates) > 20
    for date in dates:
        told = explain.explain(plain, settings, date)
        assert repr(explain.explain(old, settings, date)) == repr(told)


def test_placebo_indices(
    plain: sqlite3.Connection, old: sqlite3.Connection, settings: Settings
) -> None:
    one = placebo_indices(plain, settings, NOW, lambda: NOW)
    other = placebo_indices(old, settings, NOW, lambda: NOW)
    assert one.notna().to_numpy().any()
    assert one.equals(other)
    kept = "SELECT results FROM kept_results"
    assert plain.execute(kept).fetchone()[0] == old.execute(kept).fetchone()[0]


def test_counts_of_the_whole_and_of_a_day(
    plain: sqlite3.Connection, old: sqlite3.Connection, settings: Settings
) -> None:
    span = ("2025-02-11T21:00:00Z", "2025-02-12T21:00:00Z")
    for question in (
        account_queries.account, health_queries.row_counts, entries.count, entries.all_polled,
        articles.first_seen,
        lambda conn: articles.count_unscored(conn, settings.scorer_id),
        lambda conn: day_queries.source_counts(conn, settings.scorer_id, span),
    ):  # fmt: skip
        assert question(old) == question(plain)
    assert sum(one.read for one in day_queries.source_counts(old, settings.scorer_id, span)) > 20


def add_late(conn: sqlite3.Connection, late: list[tuple[int, bool, float]], at: str) -> None:
    """News of old days: each tells the story of an entry that may lie in the archive by now."""
    with transaction(conn):
        for place, (day, copy, fear) in enumerate(late):
            number = 1_000_000 + place
            seen = f"2025-{1 + day // 28:02d}-{1 + day % 28:02d}T15:{place:02d}:00Z"
            story = conn.execute(
                "SELECT id FROM stories WHERE first_seen_at < ? "
                "ORDER BY first_seen_at DESC LIMIT 1",
                (seen,),
            ).fetchone()[0]
            key = f"late{place:012d}"
            conn.execute(
                "INSERT INTO entries(number, id, source, title, first_seen_at, origin) "
                "VALUES (?, ?, 'Source 0001', 'Late', ?, 'import')", (number, key, seen),
            )  # fmt: skip
            conn.execute(
                "INSERT INTO articles(id, language, body_status, text_sha256) "
                "VALUES (?, 'en', 'none', 'x')", (key,),
            )  # fmt: skip
            if not copy:
                story = key
            articles.set_stories(conn, [(story, key, seen)])
            conn.execute(
                "INSERT INTO scores VALUES (?, ?, 'x', ?, 0.2, 0.6, 0.2, ?, ?, 0, 'act', 'credit', "
                "0, NULL, ?)", (key, SCORER, seen, float(fear > 0), fear, at),
            )  # fmt: skip


SCORER = "finbert-multi.v1"
LATE = st.tuples(st.integers(3, 138), st.booleans(), st.sampled_from([0.0, 0.3, 0.9]))


@given(late=st.lists(LATE, min_size=1, max_size=8))
@example_settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_builds_after_late_news_and_late_copies(
    template: Path,
    archived_template: Path,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    copy_database: Callable[[Path, Path], Path],
    late: list[tuple[int, bool, float]],
) -> None:
    folder = tmp_path_factory.mktemp("late")
    found = []
    for path in (template, archived_template):
        with closing(open_database(copy_database(path, folder / path.name))) as conn:
            add_late(conn, late, "2025-06-03T12:00:00Z")
            build_index.build(conn, settings, now=lambda: "2025-06-03T12:00:00Z")
            found.append(built(conn))
    shutil.rmtree(folder)
    assert found[0] == found[1]
    assert len(found[0]["vintages"]) >= 1


def test_a_text_that_came_later_is_not_known_before(
    plain: sqlite3.Connection, old: sqlite3.Connection, settings: Settings
) -> None:
    """A score of a later text in the archive, and the one of the headline in its history."""
    from bubblefear.pipeline import archive
    from bubblefear.store import database_file

    archive.restore(old, database_file(old), ["2025-02"])
    for conn in (plain, old):
        key = conn.execute(
            "SELECT e.id FROM entries e JOIN scores s ON s.article_id = e.id WHERE s.relevance = 0 "
            "AND e.first_seen_at > '2025-02-10' ORDER BY e.number LIMIT 1"
        ).fetchone()[0]
        with transaction(conn):
            conn.execute(
                "INSERT INTO score_history SELECT * FROM scores WHERE article_id = ?", (key,)
            )
            conn.execute(
                "UPDATE scores SET text_known_at = '2025-03-20T12:00:00Z', abstained = 'too long', "
                "relevance = NULL, fear = NULL, relief = NULL WHERE article_id = ?", (key,),
            )  # fmt: skip
    moved = archive.move(old, database_file(old), before="2025-04", now=lambda: NOW)
    assert moved.entries > 100
    assert ledger.holding(old, "score_history") == ["2025-02"]
    for as_of in ("2025-03-10T12:00:00Z", "2025-04-10T12:00:00Z"):
        one = computing.compute(plain, settings, as_of=as_of)
        other = computing.compute(old, settings, as_of=as_of)
        assert one.inputs_sha256 == other.inputs_sha256
        assert repr(one.found) == repr(other.found)
    assert one.constants["counts"]["abstained"] == 1
    assert replace(one, found=other.found) == other


def test_a_published_file_counts_both_places(
    plain: sqlite3.Connection, old: sqlite3.Connection, tmp_path: Path
) -> None:
    told = []
    for name, conn in (("one.db", plain), ("two.db", old)):
        made = publish_database(database_file(conn), tmp_path / name, Asked())
        with closing(open_database(tmp_path / name)) as public:
            left = public.execute(
                "SELECT closes_at, source, language, sum(entries), sum(abstained) FROM left_out "
                "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
            ).fetchall()
        told.append((made.articles, made.entries, [tuple(row) for row in left]))
    assert told[0] == told[1]
    assert sum(row[3] for row in told[0][2]) == made.entries - made.articles
