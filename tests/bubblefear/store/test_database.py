"""Opening: schema, versions, files of another kind, transactions."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bubblefear.errors import DatabaseMissing, NotADatabase, SchemaTooNew, StoreError
from bubblefear.store import SCHEMA_VERSION, database, open_database, transaction
from bubblefear.store.migrations import migrations

if TYPE_CHECKING:
    from pathlib import Path


def pragma(conn: sqlite3.Connection, name: str) -> object:
    return conn.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_file_has_the_schema_and_the_modes(conn: sqlite3.Connection) -> None:
    assert pragma(conn, "user_version") == SCHEMA_VERSION
    assert pragma(conn, "journal_mode") == "wal"
    assert pragma(conn, "foreign_keys") == 1
    assert pragma(conn, "busy_timeout") == 30_000


def test_migrations_are_numbered_and_as_many_as_the_version() -> None:
    names = [m.name for m in migrations._migrations]
    assert names == [
        "m001_initial",
        "m002_accounts",
        "m003_lab",
        "m004_ingestion",
        "m005_labelling",
        "m006_archive",
    ]
    assert len(names) == SCHEMA_VERSION


def test_foreign_keys_hold(conn: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        conn.execute(
            "INSERT INTO articles(id, language, body_status, text_sha256) VALUES (1,2,3,4)"
        )


def test_opening_again_keeps_the_rows(db_path: Path) -> None:
    with database(db_path) as conn:
        conn.execute("INSERT INTO sources VALUES ('a', NULL, 'feed', NULL, 'x')")
    with database(db_path) as conn:
        assert conn.execute("SELECT name FROM sources").fetchone()[0] == "a"


def test_a_later_schema_is_refused_and_untouched(db_path: Path) -> None:
    with database(db_path) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(SchemaTooNew, match="upgrade bubblefear"):
        open_database(db_path)
    with closing(sqlite3.connect(db_path)) as raw:
        assert pragma(raw, "user_version") == SCHEMA_VERSION + 1


def test_a_text_file_is_no_database(db_path: Path) -> None:
    db_path.write_text("This is a letter, and a rather long one: " * 50)
    with pytest.raises(NotADatabase, match="is not an SQLite database"):
        open_database(db_path)
    assert db_path.read_text().startswith("This is a letter")


def test_somebody_elses_database_is_left_alone(db_path: Path) -> None:
    with closing(sqlite3.connect(db_path)) as raw:
        raw.execute("CREATE TABLE songs (title)")
    with pytest.raises(NotADatabase, match="not one of bubblefear's"):
        open_database(db_path)
    with closing(sqlite3.connect(db_path)) as raw:
        assert [r[0] for r in raw.execute("SELECT name FROM sqlite_master")] == ["songs"]


def test_a_missing_file_is_made_only_when_asked(db_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="bubblefear init"):
        open_database(db_path, create=False)
    assert not db_path.exists()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_database(tmp_path)


def test_a_transaction_is_whole_or_nothing(conn: sqlite3.Connection) -> None:
    def fail_halfway() -> None:
        with transaction(conn):
            conn.execute("INSERT INTO sources VALUES ('a', NULL, 'feed', NULL, 'x')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    assert conn.execute("SELECT count(*) FROM sources").fetchone()[0] == 0


def test_two_processes_make_the_same_file(db_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bubblefear.store import open_database;"
        "open_database(Path(sys.argv[1])).close()"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(db_path)]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in started] == [0, 0]
    with database(db_path, create=False) as conn:
        (applied,) = conn.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()
    assert applied == SCHEMA_VERSION


def test_a_file_that_lost_its_log_gets_it_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with database(path) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
    with database(path) as conn:
        assert pragma(conn, "journal_mode") == "wal"
