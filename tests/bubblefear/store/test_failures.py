"""What a full disk, a lock and a missing right are called at the terminal."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bubblefear.store.failures import told

if TYPE_CHECKING:
    from pathlib import Path

WRITE = "INSERT INTO counters VALUES ('x', ?)"


def failure(conn: sqlite3.Connection) -> Exception:
    with pytest.raises(sqlite3.OperationalError) as raised:
        conn.execute(WRITE, ("x" * 100_000,))
    return raised.value


def test_a_lock_names_its_patience(conn: sqlite3.Connection, db_path: Path) -> None:
    with closing(sqlite3.connect(db_path, timeout=0)) as other:
        conn.execute("BEGIN IMMEDIATE")
        said = told(failure(other))
    assert said.startswith("another process has been writing to the database for 30 s")
    assert "run the command again" in said


def test_a_full_disk_asks_for_room(conn: sqlite3.Connection) -> None:
    pages = conn.execute("PRAGMA page_count").fetchone()[0]
    conn.execute(f"PRAGMA max_page_count = {pages}")
    assert told(failure(conn)).startswith("the disk is full: nothing half-written is left")


def test_a_database_that_cannot_be_written_says_so(conn: sqlite3.Connection, db_path: Path) -> None:
    with closing(sqlite3.connect(f"file:{db_path}?mode=ro", uri=True)) as other:
        assert told(failure(other)).startswith("the database cannot be written")


def test_a_file_on_a_full_disk_is_named() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "out/report.html")
    assert told(error).endswith("(out/report.html)")


@pytest.mark.parametrize("error", [OSError("other"), sqlite3.OperationalError("no such table: x")])
def test_what_is_not_known_speaks_for_itself(error: Exception) -> None:
    assert told(error) == str(error)
