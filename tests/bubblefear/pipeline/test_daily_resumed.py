"""kill -9 during the daily job, run again: the database ends as that of an undisturbed run."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear import config
from bubblefear.pipeline.import_file import import_file
from bubblefear.pipeline.import_prices import import_prices
from bubblefear.pipeline.recording import recorded
from bubblefear.store import database, feeds, prices, transaction
from ingest.records import PriceBar

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

PAST = "2025-12-01T00:00:00Z"

TOML = """scorer = "lexicon.v1"
[index]
version = "kill-test"
base_sessions = 10
burn_in = 5
min_count = 1
min_panel_sessions = 0.1
min_fear_sessions = 2
bootstrap_draws = 20
[test]
size_draws = 0
bootstrap_draws = 20
[prices]
symbols = ["BTC-USD", "QQQ", "SPY", "NVDA"]
[ingest]
allow_private = true
workers = 3
[report]
out = "{report}"
"""

TITLES = {
    "/a": ["AI bubble fears hit Nvidia shares", "Harbour opens its terminal to visitors"],
    "/b": ["Lenders fear an AI bust after data centre loans sour", "Storm closes the coast road"],
    "/c": ["AI bubble fears hit Nvidia shares", "人工智能泡沫恐慌蔓延，英伟达股价大跌"],
    "/d": ["Ferry times change in winter", "AI capex doubts weigh on Oracle bonds and shares"],
}
BODY = ["Lenders fear that the AI data centre boom is a bubble, a banker said."] * 12

# Times, and what is named after them.
TIMES = {
    "polled_at", "first_seen_at", "scored_at", "body_at", "added_at", "first_at", "last_at",
    "started_at", "finished_at", "created_at", "applied_at", "vintage", "as_of", "timings",
    "text_known_at", "note", "run_id", "constants", "inputs_sha256", "data_sha256", "settings",
    "change", "sha256", "previous", "next_poll_at", "seconds", "failing_since",
}  # fmt: skip


INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class World:
    """A newsroom, a prepared database and the settings that lead to it."""

    def __init__(self, folder: Path, newsroom: Any, repository: Path) -> None:
        self.folder = folder
        self.newsroom = newsroom
        self.repository = repository
        self.config = folder / "bubblefear.toml"
        self.config.write_text(TOML.format(report=folder / "report"), encoding="utf-8")
        for path, titles in TITLES.items():
            newsroom.feed(path, titles)
            for place in range(len(titles)):
                newsroom.page(f"{path}/{place}.html", BODY)
        newsroom.answers["/broken"] = (500, "text/plain", b"no")

    def prepare(self, name: str) -> Path:
        """A database with feeds, a past and prices that are up to date."""
        path = self.folder / name
        sample = self.repository / "data" / "sample"
        settings = config.load(self.config, environment={})
        yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
        bars = [
            PriceBar(symbol, yesterday, None, None, None, 100.0, 100.0, None)
            for symbol in settings.symbols
        ]
        with database(path) as conn, recorded(conn, "prepare", settings, lambda: PAST) as run:
            import_file(conn, settings, run, sample / "news.csv", now=lambda: PAST)
            import_prices(conn, run, sample / "market", now=lambda: PAST)
            with transaction(conn):
                prices.write(conn, bars, origin="import", now=PAST)
                for feed in ("/a", "/b", "/broken", "/c", "/d"):
                    feeds.add(conn, url=self.newsroom.url(feed), source=f"Source {feed}", now=PAST)
        return path

    def start(self, *words: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "bubblefear", *map(str, words), "--config", str(self.config)],
            cwd=self.repository,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"COLUMNS": "80"},
        )

    def daily(self, path: Path) -> subprocess.Popen[bytes]:
        return self.start("daily", "--db", path)

    def kill_when(self, path: Path, due: Callable[[], bool]) -> None:
        """Start the job and kill it as soon as something is so."""
        process = self.daily(path)
        limit = time.monotonic() + 60
        while not due():
            assert process.poll() is None, "the job ended before the moment came"
            assert time.monotonic() < limit
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL


def stage_done(path: Path, stage: str) -> Callable[[], bool]:
    """Whether the unfinished run says that it did the stage since this was asked for."""

    def seconds() -> float:
        with contextlib.closing(sqlite3.connect(path, timeout=10)) as conn:
            row = conn.execute("SELECT timings FROM runs WHERE command = 'daily'").fetchone()
        return float(json.loads(row[0] or "{}").get(stage, 0.0))

    before = seconds()

    def due() -> bool:
        return seconds() > before

    return due


def polls_of(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as conn:
        return int(conn.execute("SELECT count(*) FROM polls").fetchone()[0])


def polls_asked(room: Any) -> list[str]:
    return [path for path in room.asked if path in TITLES]


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table's rows, without times and what is named after them."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with contextlib.closing(sqlite3.connect(path)) as conn:
        tables = conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'articles_fts_%'"
        ).fetchall()
        for (table,) in tables:
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
            kept = [c for c in columns if c not in TIMES and (table, c) != ("runs", "id")]
            if table == "touched":  # hours of entries, and the hour of the test's own polls
                continue
            names = ", ".join(f'"{c}"' for c in kept)
            rows = conn.execute(f"SELECT {names} FROM {table}").fetchall()
            found[table] = sorted((_without_instants(row) for row in rows), key=repr)
    return found


def _without_instants(row: tuple[object, ...]) -> tuple[object, ...]:
    """A counter says in its text when the index was built."""
    return tuple(INSTANT.sub("", v) if isinstance(v, str) else v for v in row)


@pytest.fixture
def world(tmp_path: Path, newsroom: Any, repository: Path) -> World:
    return World(tmp_path, newsroom, repository)


def test_killed_at_many_points_it_ends_as_undisturbed(world: World) -> None:
    calm = world.prepare("calm.db")
    assert world.daily(calm).wait(timeout=120) == 3  # one feed is broken
    undisturbed = contents(calm)
    assert all(undisturbed[t] for t in ("index_points", "test_results", "evidence", "problems"))

    killed = world.prepare("killed.db")
    room = world.newsroom
    room.asked.clear()
    room.delay = 0.15
    world.kill_when(killed, lambda: len(room.asked) >= 1)
    world.kill_when(killed, lambda: polls_of(killed) >= 2)
    assert polls_of(killed) < len(TITLES) + 1
    world.kill_when(killed, lambda: any(path.endswith(".html") for path in room.asked))
    polled = polls_asked(room)
    room.delay = 0.0
    for stage in ("stories", "score", "index"):
        world.kill_when(killed, stage_done(killed, stage))
    assert world.daily(killed).wait(timeout=120) == 3

    assert polls_asked(room) == polled  # nothing is asked again once it is stored
    after = contents(killed)
    for table, rows in undisturbed.items():
        assert after[table] == rows, table


def test_a_second_job_says_who_holds_the_lock(world: World) -> None:
    path = world.prepare("locked.db")
    world.newsroom.delay = 0.5
    first = world.daily(path)
    while not world.newsroom.asked:
        time.sleep(0.01)
    words = ["daily", "--db", str(path), "--config", str(world.config)]
    second = subprocess.run(
        [sys.executable, "-m", "bubblefear", *words],
        cwd=world.repository,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert f"process {first.pid} on" in second.stderr
    assert len(second.stderr.splitlines()) == 1
    world.newsroom.delay = 0.0
    assert first.wait(timeout=120) == 3


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_ctrl_c_is_one_line_and_leaves_the_run_to_the_next(world: World) -> None:
    path = world.prepare("stopped.db")
    world.newsroom.delay = 0.5
    words = ["daily", "--db", str(path), "--config", str(world.config)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bubblefear", *words],
        cwd=world.repository,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    while not world.newsroom.asked:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "bubblefear: interrupted; what was done is kept\n"
    with contextlib.closing(sqlite3.connect(path)) as conn:
        rows = conn.execute("SELECT outcome FROM runs WHERE command = 'daily'").fetchall()
    assert rows == [(None,)]
