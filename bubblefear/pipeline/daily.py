"""The daily job: poll, pages, stories, score, prices, index, test, report, alerts.

One at a time on a database. A job that was killed is taken up by the next one of the same UTC
day and the same settings under the same run: feeds and pages that it asked are not asked again,
and every other stage finds what is left to do in the database itself.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.recording import Run, beginning, closing_run, versions
from bubblefear.store import counters, database, feeds, runs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from bubblefear.config import Settings
    from bubblefear.pipeline.alert import Watch
    from bubblefear.pipeline.update_prices import Fetch

Progress = Callable[[int, int], None]
Bar = Callable[[str], "AbstractContextManager[Progress | None]"]


@dataclass(frozen=True)
class Sample:
    """Where the shipped sample lies."""

    folder: Path

    @property
    def news(self) -> Path:
        """Its items."""
        return self.folder / "news.csv"

    @property
    def market(self) -> Path:
        """Its prices."""
        return self.folder / "market"


@dataclass
class Outcome:
    """What a daily job did; ``tests`` as ``test --json`` prints them, ``alerts`` as sent."""

    run_id: str = ""
    resumed: bool = False
    partial: bool = False
    sample: bool = False
    notes: list[str] = field(default_factory=list)
    failed_feeds: list[tuple[str, str]] = field(default_factory=list)
    tests: list[dict[str, Any]] = field(default_factory=list)
    report: Path | None = None
    alerts: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """What every stage needs."""

    conn: sqlite3.Connection
    settings: Settings
    run: Run
    now: Callable[[], str]
    bar: Bar
    outcome: Outcome
    sample: Sample | None
    watched: Watch | None
    fetch_prices: Fetch | None


def daily(
    path: Path,
    settings: Settings,
    *,
    now: Callable[[], str],
    bar: Bar,
    sample: Sample | None = None,
    watched: Watch | None = None,
    fetch_prices: Fetch | None = None,
) -> Outcome:
    """Run the whole job on the database at ``path``, which is made where it is missing.

    Args:
        path: The database.
        settings: The settings in force.
        now: The clock.
        bar: Gives each long stage its progress.
        sample: Run on the shipped sample, without any network.
        watched: Rules that fire alerts, and the webhook that is told of them.
        fetch_prices: As ``update_prices.update_prices`` takes it; default: Yahoo Finance.

    Returns:
        What was done; ``partial`` where a feed, a symbol or a row failed.

    Raises:
        Locked: another daily job runs on the database.
        BubblefearError, IngestError, NlpError, ModelError: a stage cannot be done at all.
    """
    with (
        database(path) as conn,
        locked(path, "another daily job runs on ", lambda: _holder(conn)),
    ):
        run, resumed = _open_run(conn, settings, now, sample=sample is not None)
        outcome = Outcome(run.id, resumed, sample=sample is not None)
        with closing_run(run, now):
            _stages(Job(conn, settings, run, now, bar, outcome, sample, watched, fetch_prices))
        outcome.notes, outcome.partial = run.notes, run.partial
        outcome.failed_feeds = feeds.failed_in_run(conn, run.id)
        return outcome


def _stages(job: Job) -> None:
    for name, stage in (
        ("poll", _poll),
        ("pages", _pages),
        ("stories", _stories),
        ("score", _score),
        ("prices", _prices),
        ("index", _index),
        ("test", _test),
        ("report", _report),
        ("alerts", _alerts),
    ):
        with job.run.stage(name):
            stage(job)


def _poll(job: Job) -> None:
    from bubblefear.pipeline.import_file import import_file
    from bubblefear.pipeline.ingest_feeds import ingest_feeds

    with job.bar("feeds") as progress:
        if job.sample:
            import_file(
                job.conn, job.settings, job.run, job.sample.news, now=job.now, origin="sample"
            )
        else:
            ingest_feeds(job.conn, job.settings, job.run, now=job.now, progress=progress)


def _pages(job: Job) -> None:
    from bubblefear.pipeline.fetch_pages import fetch_pages

    if job.sample or not job.settings.pages:
        return
    with job.bar("pages") as progress:
        fetch_pages(job.conn, job.settings, job.run, now=job.now, progress=progress)


def _stories(job: Job) -> None:
    from bubblefear.pipeline.group_stories import group_stories

    with job.bar("stories") as progress:
        group_stories(job.conn, job.run, progress=progress)


def _score(job: Job) -> None:
    from bubblefear.pipeline.score import score

    with job.bar("articles") as progress:
        score(job.conn, job.settings, job.run, now=job.now, progress=progress)


def _prices(job: Job) -> None:
    from bubblefear.pipeline.import_prices import import_prices
    from bubblefear.pipeline.update_prices import update_prices

    with job.bar("prices") as progress:
        if job.sample:
            import_prices(job.conn, job.run, job.sample.market, now=job.now, origin="sample")
        else:
            update_prices(
                job.conn,
                job.settings,
                job.run,
                now=job.now,
                progress=progress,
                fetch=job.fetch_prices,
            )


def _index(job: Job) -> None:
    from bubblefear.pipeline.build_index import build

    if counters.is_built(job.conn, job.settings.index_version, job.settings.specification):
        job.run.say("index up to date")
        return
    with _what_can_wait(job):
        built, job.run.data_sha256 = build(job.conn, job.settings, now=job.now)
        job.run.say(str(built))


def _test(job: Job) -> None:
    from bubblefear.pipeline.run_tests import run_tests

    with _what_can_wait(job), job.bar("families of tests") as progress:
        job.outcome.tests = run_tests(
            job.conn, job.settings, job.run, now=job.now, progress=progress
        )


def _report(job: Job) -> None:
    from bubblefear.pipeline.report import write

    job.outcome.report = write(job.conn, job.settings, job.run)


def _alerts(job: Job) -> None:
    if job.watched is None:
        return
    from bubblefear.pipeline.alert import watch

    job.outcome.alerts = watch(job.conn, job.settings, job.run, job.watched, now=job.now)


@contextmanager
def _what_can_wait(job: Job) -> Iterator[None]:
    """On its first days a database has too little news for an index or a test: that is no error."""
    from models.errors import ModelError

    try:
        yield
    except (NothingToDo, ModelError) as error:
        job.run.say(str(error))


def _open_run(
    conn: sqlite3.Connection, settings: Settings, now: Callable[[], str], *, sample: bool
) -> tuple[Run, bool]:
    """The run to work under, and whether it is one that was killed.

    One of other settings, or of the sample, is not taken up: its record would be of this job.
    """
    started = beginning(conn, now)
    chosen = settings.as_dict() | {"sample": sample}
    runs.abandon_older(conn, "daily", started[:10], started)
    found = runs.unfinished(conn, "daily", started[:10])
    if found is not None and found["settings"] != runs.as_json(chosen):
        note = "killed, not taken up again: the settings are others"
        runs.finish(conn, found["id"], outcome="failed", now=started, note=note)
        found = None
    if found is None:
        run_id = runs.start(
            conn, "daily", settings=chosen, versions=versions(settings), now=started
        )
    else:
        run_id, started = found["id"], found["started_at"]
    runs.set_note(conn, run_id, f"process {os.getpid()} on {socket.gethostname()}")
    return Run(conn, run_id, started), found is not None


def _holder(conn: sqlite3.Connection) -> str:
    """Which process has the lock, as the last job said of itself."""
    row = runs.last(conn, "daily")
    return f": {row['note']}, since {row['started_at']}" if row else ""
