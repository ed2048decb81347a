"""Where a published file may lie, a kill half-way, and a database with archived months."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bubblefear.errors import DatabaseMissing, StoreError
from bubblefear.pipeline.publish import Asked, publish_database
from bubblefear.store import database

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"
# Kills itself after so many steps.
WORKER = """
import os, signal, sys
from pathlib import Path
from bubblefear.pipeline.publish import Asked, publish_database

def step(done, of):
    if done == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

publish_database(Path(sys.argv[1]), Path(sys.argv[2]), Asked(force=True), progress=step)
"""


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    return path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return [tuple(row) for row in conn.execute(sql)]


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", ".lock", ".archive/month=2025-01/x"])
def test_no_part_of_the_database_is_replaced(news: Path, end: str) -> None:
    with pytest.raises(StoreError, match="is a part of the database"):
        publish_database(news, Path(f"{news}{end}"), Asked(force=True))


def test_a_database_that_was_not_published_is_never_replaced(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "other.db"
    with database(out) as conn:
        conn.execute("INSERT INTO counters VALUES ('kept', 1)")
    with pytest.raises(StoreError, match="--force leaves it as it is"):
        publish_database(news, out, Asked(force=True))
    assert rows(out, "SELECT value FROM counters") == [("1",)]


def test_a_missing_database_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="bubblefear init"):
        publish_database(tmp_path / "none.db", tmp_path / "public.db", Asked())
    assert list(tmp_path.iterdir()) == []


def test_a_day_may_be_written_without_hyphens(news: Path, tmp_path: Path) -> None:
    made = publish_database(news, tmp_path / "one.db", Asked(since="2025-11-20"))
    same = publish_database(news, tmp_path / "two.db", Asked(since="20251120"))
    assert (same.articles, same.since) == (made.articles, "2025-11-20")
    assert made.articles


@pytest.mark.parametrize("step", ["0", "2", "3"])
def test_a_kill_leaves_what_was_there_and_the_next_run_nothing_else(
    news: Path, tmp_path: Path, step: str
) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    out = folder / "public.db"
    publish_database(news, out, Asked())
    held = out.read_bytes()
    with database(news) as conn:
        conn.execute("UPDATE entries SET title = title || '!'")
    worker = [sys.executable, "-c", WORKER, str(news), str(out), step]
    done = subprocess.run(worker, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert out.read_bytes() == held
    publish_database(news, out, Asked(force=True))
    assert out.read_bytes() != held
    assert [place.name for place in folder.iterdir()] == ["public.db"]
