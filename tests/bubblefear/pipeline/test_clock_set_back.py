"""A clock that was set back: nothing is dated before what was known, and no vintage forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.errors import ClockBehind
from bubblefear.pipeline.build_index import build
from bubblefear.pipeline.daily import daily
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.score import score
from bubblefear.store import entries, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry
    from nlp.protocol import Scorer


def started(conn: sqlite3.Connection, settings: Settings, clock: Any) -> str:
    with recorded(conn, "import", settings, clock) as run:
        return run.started_at


def test_a_run_begins_never_before_the_last_one(
    conn: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    first = started(conn, settings, clock)
    clock.forward(minutes=-14)
    assert started(conn, settings, clock) == first
    clock.forward(minutes=20)
    assert started(conn, settings, clock) == clock()


def test_a_clock_of_yesterday_is_refused_with_both_times(
    conn: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    first = started(conn, settings, clock)
    clock.forward(days=-1)
    with pytest.raises(ClockBehind) as refused:
        started(conn, settings, clock)
    assert first in str(refused.value)
    assert clock() in str(refused.value)
    assert conn.execute("SELECT count(*) FROM runs").fetchone()[0] == 1


def test_the_daily_job_is_refused_as_well(
    conn: sqlite3.Connection, db_path: Path, settings: Settings, clock: Any
) -> None:
    started(conn, settings, clock)
    clock.forward(hours=-1)
    with pytest.raises(ClockBehind):
        daily(db_path, settings, now=clock, bar=lambda _: pytest.fail("a stage began"))


def test_a_vintage_knows_what_the_one_before_it_knew(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> None:
    for title in ("Lenders fear a chip glut", "Nvidia opens a laboratory"):
        with transaction(conn):
            entries.insert(conn, [make_entry(title, seen=clock())], origin="feed", now=clock())
        score(conn, settings, run, now=clock, scorer=scorer)
        build(conn, settings, now=clock)
        clock.forward(minutes=-5)
    first, second = conn.execute("SELECT as_of FROM vintages ORDER BY vintage").fetchall()
    assert tuple(second) == tuple(first)
