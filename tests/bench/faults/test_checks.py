"""The checks find what they are there to find."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.faults.checks import copied, files, honesty, runs, soundness
from bench.faults.processes import Ended
from bubblefear.config import Settings
from bubblefear.pipeline.recording import recorded
from bubblefear.store import database

NOW = "2026-01-05T12:00:00Z"


def ended(code: int, said: str = "", *, left: bool = False) -> Ended:
    return Ended(code, said, "", 1.0, left)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "news.db"
    with database(found) as conn, recorded(conn, "import", Settings(), lambda: NOW):
        pass
    return found


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        for statement in statements:
            conn.execute(statement)
        conn.commit()


def test_a_sound_database_has_nothing_to_say(path: Path, tmp_path: Path) -> None:
    assert soundness(path) == []
    assert soundness(tmp_path / "none.db") == []


def test_an_orphan_is_found(path: Path) -> None:
    change(path, "INSERT INTO mentions VALUES ('x', 'topic', 'AI', 'AI', 'title', 0, 2)")
    assert soundness(path)[0].startswith("foreign key")


def test_a_vintage_without_seal_and_one_that_forgets_are_found(path: Path) -> None:
    row = "INSERT INTO vintages VALUES ('fear.v1', '{}', 'real-time', '{}', 'x', '{{}}', 0)"
    change(
        path,
        row.format("2026-01-05T00:00:00Z", "2026-01-05T00:00:00Z"),
        row.format("2026-01-06T00:00:00Z", "2026-01-04T00:00:00Z"),
        "INSERT INTO seals VALUES ('fear.v1', '2026-01-05T00:00:00Z', NULL, 'x')",
    )
    said = soundness(path)
    assert sum(line.startswith("seal") for line in said) == 2
    assert "knows what was there at 2026-01-04T00:00:00Z" in said[-1]


def test_a_page_that_is_not_as_it_was_is_found(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    path.write_bytes(data)
    assert soundness(path)


@pytest.mark.parametrize(
    ("code", "said", "left", "wrong"),
    [
        (0, "", False, ""),
        (1, "bubblefear: the disk is full", False, ""),
        (1, "", False, "no word why"),
        (1, "bubblefear: x\nTraceback (most recent call last):", False, "a traceback"),
        (0, "something else", False, "none of ours"),
        (-9, "", False, "exit code -9"),
        (0, "", True, "left behind"),
    ],
)
def test_what_is_dishonest_about_an_exit(code: int, said: str, left: bool, wrong: str) -> None:
    found = honesty(ended(code, said, left=left))
    assert bool(found) == bool(wrong)
    assert any(wrong in line for line in found) or not wrong


def test_a_signal_is_no_lie_where_one_was_sent() -> None:
    assert honesty(ended(-9), killed=True) == []
    assert honesty(ended(130, "bubblefear: interrupted; what was done is kept"), killed=True) == []


def test_python_at_its_own_start_ends_in_its_own_manner() -> None:
    said = "Fatal Python error: init_import_site: Failed to import the site module"
    assert honesty(ended(1, said), killed=True) == []
    assert honesty(ended(1, said))
    ours = 'Traceback\n  File "/x/bubblefear/cli/__init__.py"\nKeyboardInterrupt'
    assert honesty(ended(-2, ours), killed=True)


def test_what_the_tracker_of_a_killed_process_says_is_no_word_of_ours() -> None:
    said = (
        "/x/resource_tracker.py:254: UserWarning: resource_tracker: There appear to be 5 leaked "
        "semaphore objects to clean up at shutdown\n  warnings.warn('resource_tracker: ...\n"
    )
    assert honesty(ended(-9, said), killed=True) == []
    assert honesty(ended(0, said))


def test_an_exit_code_that_the_record_denies_is_found(path: Path) -> None:
    assert runs(path, "import", 0) == []
    assert runs(path, "import", 3) == ["exit code 3, and the run of import is recorded as done"]
    assert runs(path, "backup", 3) == []
    assert runs(path, "import", 3, before=1) == []


def test_a_look_at_a_copy_leaves_the_log_where_it_is(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO counters VALUES ('x', '1')")
        conn.commit()
        log = path.with_name("news.db-wal").read_bytes()
        assert log
        assert soundness(copied(path, tmp_path / "copy")) == []
        assert path.with_name("news.db-wal").read_bytes() == log


def test_files_of_instants_have_one_name(tmp_path: Path) -> None:
    (tmp_path / "copy-20260105T120000Z.db").touch()
    (tmp_path / "news.db-wal").touch()
    assert files(tmp_path) == {"copy-INSTANT.db"}
