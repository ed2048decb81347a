"""A database from somebody else: its schema runs nothing, and cannot reach past the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database, transaction

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A database of ours to whose schema somebody added."""
    path = tmp_path / "theirs.db"
    with database(path):
        pass
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(
            """
            CREATE TRIGGER runs AFTER INSERT ON feeds BEGIN SELECT wipe('/'); END;
            CREATE VIEW loads AS SELECT load_extension('evil.so') AS x;
            """
        )
    return path


def test_neither_trigger_nor_view_calls_a_function_of_ours(hostile: Path) -> None:
    called: list[str] = []
    with database(hostile) as conn:
        conn.create_function("wipe", 1, called.append)
        with pytest.raises(sqlite3.OperationalError, match=r"unsafe use of wipe\(\)"):
            conn.execute("INSERT INTO feeds (url, source, title) VALUES ('u', 's', 't')")
        with pytest.raises(sqlite3.OperationalError, match=r"unsafe use of load_extension\(\)"):
            conn.execute("SELECT * FROM loads").fetchall()
    assert called == []


def test_our_own_triggers_and_full_text_tables_work(tmp_path: Path) -> None:
    with database(tmp_path / "ours.db") as conn:
        with transaction(conn):
            conn.execute("INSERT INTO sources (name, first_seen_at) VALUES ('s', '2025-11-03')")
        assert conn.execute("PRAGMA trusted_schema").fetchone()[0] == 0
        assert conn.execute("PRAGMA cell_size_check").fetchone()[0] == 1
