"""kill -9 of a move and of a restoring at each step: every row is in exactly one place."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline import archive
from bubblefear.store import open_database
from bubblefear.store.archive import ledger, leftovers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

NOW = "2025-06-02T12:00:00Z"
# Kills itself before the step of that name is taken, in the first month.
WORKER = """
import os, signal, sys
from pathlib import Path
from bubblefear.pipeline import archive
from bubblefear.store import open_database

path, what, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

def step(at):
    if at == name:
        os.kill(os.getpid(), signal.SIGKILL)

conn = open_database(path)
if what == "move":
    archive.move(conn, path, before="2025-04", now=lambda: "2025-06-02T12:00:00Z", step=step)
else:
    archive.restore(conn, path, ["all"], step=step)
"""


def killed(path: Path, what: str, step: str) -> None:
    done = subprocess.run([sys.executable, "-c", WORKER, str(path), what, step], timeout=120)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["write", "rename entries", "rename scores", "delete", "commit"])
def test_a_move_goes_on(
    template: Path,
    tmp_path: Path,
    whole: Callable[[sqlite3.Connection], Any],
    copy_database: Callable[[Path, Path], Path],
    step: str,
) -> None:
    path = copy_database(template, tmp_path / "killed.db")
    with closing(open_database(path)) as conn:
        before = whole(conn)
        killed(path, "move", step)
        assert whole(conn) == before
        archive.move(conn, path, before="2025-04", now=lambda: NOW)
        assert ledger.months(conn) == ["2025-01", "2025-02", "2025-03"]
        assert whole(conn) == before
        sound(conn, path)


@pytest.mark.parametrize("step", ["entries", "scores", "commit", "remove articles"])
def test_a_restoring_goes_on(
    old_path: Path, whole: Callable[[sqlite3.Connection], Any], step: str
) -> None:
    with closing(open_database(old_path)) as conn:
        before = whole(conn)
        killed(old_path, "restore", step)
        assert whole(conn) == before
        archive.restore(conn, old_path, ["all"])
        assert whole(conn) == before
        sound(conn, old_path)
        assert not list(ledger.folder_of(old_path).rglob("*.*"))


def sound(conn: sqlite3.Connection, path: Path) -> None:
    assert archive.verify(conn).faults == ()
    assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert leftovers.unknown(conn) == []
    there = {p.relative_to(ledger.folder_of(path)).as_posix() for p in
             ledger.folder_of(path).rglob("*") if p.is_file()}  # fmt: skip
    assert there == {file.file for file in ledger.files(conn)}
