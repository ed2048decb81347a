"""Restoring: checked first, in one step, and what was there before stays."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.errors import ArchiveBroken, BubblefearError, Damaged, Locked, NotADatabase
from bubblefear.pipeline.backup import back_up
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.restore import _shut, restore
from bubblefear.store import SCHEMA_VERSION, backups, database
from tests.bubblefear.pipeline.released import archived, corrupt, killed, rows, written

if TYPE_CHECKING:
    from collections.abc import Callable

READER = """
import sys
from pathlib import Path
from bubblefear.store import database
with database(Path(sys.argv[1]), create=False) as conn:
    conn.execute("SELECT count(*) FROM entries").fetchone()
    print("reads", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    return written(tmp_path / "data" / "news.db")


@pytest.fixture
def saved(full: Path, clock: Callable[[], str]) -> Path:
    """A backup; the database has gone on since."""
    path = Path(back_up(full, None, now=clock).file)
    with database(full) as conn:
        conn.execute("DELETE FROM prices")
        conn.execute("INSERT INTO sources VALUES ('Later Post', 'en', 'import', NULL, 'x')")
    return path


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_the_backup_is_in_its_place_and_the_old_one_stays(
    full: Path, saved: Path, clock: Callable[[], str]
) -> None:
    before, backed_up = rows(full), rows(saved)
    done = restore(saved, full, now=clock)
    assert (done.compared, done.schema, done.broken) == (True, SCHEMA_VERSION, 0)
    assert rows(full) == backed_up == done.rows
    assert done.kept == f"{full}.before-restore-20251120T120000Z"
    assert rows(Path(done.kept)) == before
    assert rows(saved) == backed_up
    assert not any(name.endswith(".restoring") for name in names(full.parent))


def test_a_place_without_a_database_and_an_older_schema(
    tmp_path: Path, clock: Callable[[], str]
) -> None:
    old = written(tmp_path / "old.db", 2)
    before = rows(old)
    done = restore(old, tmp_path / "new" / "news.db", now=clock)
    assert (done.compared, done.schema, done.kept) == (False, 2, None)
    with database(tmp_path / "new" / "news.db", create=False) as conn:
        assert backups.schema_of(conn) == SCHEMA_VERSION
        after = backups.count_rows(conn)
    assert {name: after[name] for name in before} == before


def test_late_writes_of_a_killed_process_are_kept(
    full: Path, saved: Path, clock: Callable[[], str]
) -> None:
    kill = (
        "import os, signal, sys; from pathlib import Path; from bubblefear.store import database\n"
    )
    kill += "with database(Path(sys.argv[1])) as conn:\n"
    kill += "    conn.execute(\"INSERT INTO sources VALUES ('Last Post', 'en', 'x', NULL, 'x')\")\n"
    kill += "    os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", kill, str(full)], check=False)
    assert full.with_name("news.db-wal").stat().st_size > 0
    before = rows(full)
    done = restore(saved, full, now=clock)
    assert done.kept is not None
    assert rows(Path(done.kept)) == before
    assert rows(full) == done.rows


def test_refused_while_anybody_has_it_open(
    full: Path, saved: Path, clock: Callable[[], str]
) -> None:
    before = rows(full)
    command = [sys.executable, "-c", READER, str(full)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reads\n"
        with pytest.raises(Locked, match=r"another process has .*news\.db open: stop the review"):
            restore(saved, full, now=clock)
        reader.communicate()
    with (
        locked(full, "a test holds "),
        pytest.raises(Locked, match="a daily job, a restore or a repair runs on"),
    ):
        restore(saved, full, now=clock)
    assert rows(full) == before
    assert restore(saved, full, now=clock).kept


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def _unhashed(path: Path) -> None:
    corrupt(path, "evidence")
    path.with_name(f"{path.name}.sha256").unlink()


def _unsealed(path: Path) -> None:
    with database(path) as conn:
        conn.execute("UPDATE vintages SET as_of = 'x'")
    path.with_name(f"{path.name}.sha256").unlink()


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    path.with_name(f"{path.name}.sha256").unlink()


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE songs (title)")
    path.with_name(f"{path.name}.sha256").unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100_000])
    path.with_name(f"{path.name}.sha256").unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_flip, "is not as it was written: .* has another hash"),
        (_unhashed, "is damaged: "),
        (_cut, "damaged|malformed"),
        (_unsealed, "are not as they were sealed: .*--any-seals"),
        (_newer, "upgrade bubblefear"),
        (_foreign, "not one of bubblefear's"),
        (Path.unlink, "no database at"),
    ],
)
def test_a_bad_backup_is_refused_and_nothing_changes(
    full: Path, saved: Path, clock: Callable[[], str], harm: Callable[[Path], None], said: str
) -> None:
    before = rows(full)
    harm(saved)
    with pytest.raises(BubblefearError, match=said) as caught:
        restore(saved, full, now=clock)
    assert "\n" not in str(caught.value)
    assert rows(full) == before
    assert not any(".restor" in name or "before" in name for name in names(full.parent))


def test_broken_seals_are_restored_when_asked(
    full: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _unsealed(saved)
    assert main(["restore", str(saved), "--any-seals", "--db", str(full)]) == 0
    assert "2 of them not as they were sealed" in capsys.readouterr().out


def test_the_database_itself_and_other_databases(
    full: Path, saved: Path, clock: Callable[[], str], tmp_path: Path
) -> None:
    with pytest.raises(BubblefearError, match="is the database itself"):
        restore(full, full, now=clock)
    songs = tmp_path / "songs.db"
    with closing(sqlite3.connect(songs)) as conn:
        conn.execute("CREATE TABLE songs (title)")
    content = songs.read_bytes()
    with pytest.raises(NotADatabase, match="not one of bubblefear's"):
        restore(saved, songs, now=clock)
    assert songs.read_bytes() == content


@pytest.mark.parametrize("length", [0, 64])
def test_a_ruined_database_is_replaced_and_kept(
    full: Path, saved: Path, clock: Callable[[], str], length: int
) -> None:
    ruin = b"\x00" * length
    full.write_bytes(ruin * 1_000)
    done = restore(saved, full, now=clock)
    assert rows(full) == done.rows
    assert done.kept is not None
    assert Path(done.kept).read_bytes() == ruin * 1_000


def test_a_kill_leaves_one_or_the_other_whole(full: Path, saved: Path, tmp_path: Path) -> None:
    before, backed_up = rows(full), rows(saved)
    start = tmp_path / "start"
    shutil.copytree(full.parent, start)
    words = ("restore", str(saved), "--db", str(full))
    steps = int(killed(10**6, *words).stdout.split()[-1])
    assert steps > 8
    ends = set()
    for step in range(1, steps + 1):
        shutil.rmtree(full.parent)
        shutil.copytree(start, full.parent)
        assert killed(step, *words).returncode == -signal.SIGKILL
        assert backups.contents(full).broken == []
        found = rows(full)
        assert found in (before, backed_up)
        ends.add(found == before)
    assert ends == {True, False}
    assert main(list(words)) == 0
    assert rows(full) == backed_up


def test_the_archive_comes_back_with_it(full: Path, clock: Any) -> None:
    place = archived(full)
    saved = Path(back_up(full, None, now=clock).file)
    place.write_bytes(b"of a later move")
    stranger = place.with_name("articles.2.parquet")
    stranger.write_bytes(b"of a later month")
    done = restore(saved, full, now=clock)
    assert done.archived_files == 1
    assert place.read_bytes() == b"rows of an old month"
    assert done.kept is not None
    kept = Path(f"{done.kept}.archive") / "month=2025-09"
    assert (kept / place.name).read_bytes() == b"of a later move"
    assert (kept / stranger.name).read_bytes() == b"of a later month"


def test_a_backup_that_lacks_its_archive_is_refused(full: Path, clock: Any) -> None:
    place = archived(full)
    saved = Path(back_up(full, None, now=clock).file)
    shutil.rmtree(f"{saved}.archive")
    place.unlink()
    before = rows(full)
    with pytest.raises(ArchiveBroken, match=r"lacks month=2025-09/entries\.1\.parquet"):
        restore(saved, full, now=clock)
    assert rows(full) == before


def test_what_was_damaged_is_named_as_the_backup(full: Path, saved: Path, clock: Any) -> None:
    _unhashed(saved)
    with pytest.raises(Damaged, match=str(saved)):
        restore(saved, full, now=clock)


def test_nobody_writes_to_the_old_one_while_it_gives_way(full: Path, tmp_path: Path) -> None:
    new = written(tmp_path / "new.db")
    backups.settle(new)
    with closing(sqlite3.connect(full, timeout=0, isolation_level=None)) as waiting:
        with _shut(full):
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                waiting.execute("SELECT count(*) FROM prices")
            new.replace(full)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            waiting.execute("DELETE FROM prices")
    assert not {f"{full.name}{suffix}" for suffix in ("-wal", "-shm", "-journal")} & names(
        full.parent
    )


def test_the_old_one_is_not_shut_where_somebody_reads_it(full: Path) -> None:
    with closing(sqlite3.connect(full, isolation_level=None)) as reader:
        reader.execute("SELECT count(*) FROM prices").fetchone()
        with pytest.raises(Locked), _shut(full):
            pass
