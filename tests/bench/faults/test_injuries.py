"""Harm to a write-ahead log is harm that SQLite must bear; a right that is taken is gone."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from bench.faults.injuries import harm, may_mount, small_disk, unbound


def logged(folder: Path) -> Path:
    """Files of a database as a kill leaves them: a hundred commits in the log, none in the file."""
    path = folder / "live.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA wal_autocheckpoint = 0")
        conn.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
        conn.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(100)])
        for name in ("live.db", "live.db-wal", "live.db-shm"):
            shutil.copy(folder / name, folder / name.replace("live", "dead"))
    return folder / "dead.db"


@pytest.mark.parametrize("how", ["cut", "zero", "flip"])
@pytest.mark.parametrize("seed", range(5))
def test_a_broken_tail_costs_the_last_commits_and_no_other(
    tmp_path: Path, how: str, seed: int
) -> None:
    path = logged(tmp_path)
    log = path.with_name("dead.db-wal")
    before = log.read_bytes()
    begin = harm(log, how, random.Random(seed))
    assert log.read_bytes() != before
    assert log.read_bytes()[:begin] == before[:begin]
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        kept = [row[0] for row in conn.execute("SELECT n FROM t ORDER BY n")] if tables else []
    assert kept == list(range(len(kept)))
    assert len(kept) < 100


def test_a_mode_binds_a_command_of_root_too(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    done = subprocess.run([*unbound(), "touch", str(closed / "x")], capture_output=True)
    assert done.returncode
    assert not (closed / "x").exists()


def test_a_small_disk_is_full_and_gives_everything_back(tmp_path: Path) -> None:
    if not may_mount():
        pytest.skip("no disk can be mounted here")
    place = tmp_path / "world"
    place.mkdir()
    (place / "old").write_bytes(b"old")
    with small_disk(place, 64 * 1024):
        assert (place / "old").read_bytes() == b"old"
        with pytest.raises(OSError, match="No space left"):
            (place / "new").write_bytes(bytes(1024 * 1024))
        (place / "new").write_bytes(b"new")
    assert {path.name for path in place.iterdir()} == {"old", "new"}
