"""Backups: whole while others write, checked, and nothing lost by a kill or a full disk."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.errors import Damaged, Locked, StoreError, UsageError
from bubblefear.pipeline import backup
from bubblefear.pipeline.backup import back_up
from bubblefear.pipeline.whole_files import need_room
from bubblefear.store import backups, database
from tests.bubblefear.pipeline.released import archived, corrupt, fatten, killed, rows, written

if TYPE_CHECKING:
    from collections.abc import Callable

# Commits batches of ten bars until it is told to stop; a batch is whole or not there.
WRITER = """
import sys
from pathlib import Path
from bubblefear.store import database, transaction
with database(Path(sys.argv[1])) as conn:
    batch = 0
    while not Path(sys.argv[2]).exists():
        with transaction(conn):
            for bar in range(10):
                conn.execute("INSERT INTO prices VALUES (?, ?, 1, 1, 1, 1, 1, 1, 'x', 'x')",
                             (f"S{batch}", f"{bar}"))
        batch += 1
        if batch == 1:
            print("writes", flush=True)
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A database with rows in every table, in a folder of its own."""
    return written(tmp_path / "data" / "news.db")


def test_a_backup_is_a_database_with_its_hash(full: Path, clock: Callable[[], str]) -> None:
    made = back_up(full, None, now=clock)
    path = full.parent / "backups" / "news-20251120T120000Z.db"
    assert made.file == str(path)
    assert made.sound
    assert made.rows == rows(full)
    assert made.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    beside = path.with_name(f"{path.name}.sha256").read_text(encoding="utf-8")
    assert beside == f"{made.sha256}  {path.name}\n"
    with database(path, create=False) as conn:
        assert backups.count_rows(conn) == made.rows
    left = {p.name for p in path.parent.iterdir()} - {path.name, f"{path.name}.sha256"}
    assert left <= {".news.lock", f"{path.name}-wal", f"{path.name}-shm"}


def test_another_process_writes_meanwhile(
    full: Path, clock: Callable[[], str], tmp_path: Path
) -> None:
    fatten(full)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", WRITER, str(full), str(stop)]
    pauses = []

    def pause(_seconds: float) -> None:
        """Between two steps the writer must get on: wait until it has."""
        pauses.append(rows(full)["prices"])
        until = time.monotonic() + 20
        while rows(full)["prices"] == pauses[-1] and time.monotonic() < until:
            time.sleep(0.005)

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "writes\n"
            made = back_up(full, None, now=clock, pause=pause)
        finally:
            stop.touch()
            assert writer.wait(timeout=30) == 0
    assert len(pauses) >= 2
    assert pauses == sorted(set(pauses))
    with database(Path(made.file), create=False) as conn:
        whole = conn.execute("SELECT count(*) FROM prices WHERE symbol LIKE 'S%' GROUP BY symbol")
        assert {row[0] for row in whole} == {10}
    # The snapshot is of before the first step: what was written during the copying is not in it.
    assert made.rows["prices"] <= pauses[0]


def test_only_the_oldest_of_our_naming_go(full: Path, clock: Any) -> None:
    folder = full.parent / "backups"
    folder.mkdir()
    strange = [
        "mine.db",
        "other-20200101T000000Z.db",
        "news-2020.db",
        "news-20200101T000000Z.db.bak",
    ]
    for name in strange:
        (folder / name).write_text("kept")
    made = []
    for _ in range(4):
        made.append(Path(back_up(full, None, now=clock, keep=2).file))
        clock.forward(days=1)
    names = {p.name for p in folder.iterdir() if not p.name.startswith(".")}
    kept = {made[2].name, made[3].name}
    assert names == {*strange, *kept, *(f"{name}.sha256" for name in kept)}


def test_two_within_a_second_have_names_of_their_own(full: Path, clock: Callable[[], str]) -> None:
    made = [Path(back_up(full, None, now=clock, keep=2).file).name for _ in range(3)]
    assert made == [f"news-20251120T12000{second}Z.db" for second in range(3)]
    assert [p.name for p in backup.listed(full.parent / "backups", full)] == made[:0:-1]


def test_a_file_or_another_folder(full: Path, clock: Callable[[], str], tmp_path: Path) -> None:
    assert back_up(full, tmp_path / "own.db", now=clock).file == str(tmp_path / "own.db")
    made = back_up(full, tmp_path / "usb", now=clock)
    assert made.file == str(tmp_path / "usb" / "news-20251120T120000Z.db")
    with pytest.raises(StoreError, match="is there already"):
        back_up(full, tmp_path / "own.db", now=clock)
    for keep, target in ((0, None), (2, tmp_path / "another.db")):
        with pytest.raises(UsageError, match="--keep"):
            back_up(full, target, now=clock, keep=keep)


def test_an_old_schema_is_backed_up_as_it_is(tmp_path: Path, clock: Callable[[], str]) -> None:
    path = written(tmp_path / "old.db", 1)
    assert back_up(path, None, now=clock).schema == 1
    with backups.as_it_is(path) as conn:
        assert backups.schema_of(conn) == 1


def test_a_damaged_database_loses_no_earlier_backup(full: Path, clock: Any) -> None:
    first = Path(back_up(full, None, now=clock, keep=1).file)
    corrupt(full, "evidence")
    clock.forward(days=1)
    with pytest.raises(Damaged, match="no backup of it was kept: `bubblefear doctor`"):
        back_up(full, None, now=clock, keep=1)
    names = {p.name for p in first.parent.iterdir() if not p.name.startswith(".")}
    assert names == {first.name, f"{first.name}.sha256"}


def test_broken_seals_are_told_and_nothing_goes(
    full: Path, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    back_up(full, None, now=clock)
    with database(full) as conn:
        conn.execute("UPDATE index_points SET value = 1 WHERE date = '2025-11-20'")
    assert main(["backup", "--keep", "1", "--json", "--db", str(full)]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["sound"], told["removed"]) == (False, [])
    assert told["broken"][0]["vintage"] == "2025-11-20T21:10:00Z"
    assert len(backup.listed(full.parent / "backups", full)) == 2


def test_no_backup_stands_half_after_a_kill(full: Path) -> None:
    folder = full.parent / "backups"
    steps = int(killed(10**6, "backup", str(folder), "--db", str(full)).stdout.split()[-1])
    assert steps >= 4
    shutil.rmtree(folder)
    for step in range(1, steps + 1):
        assert killed(step, "backup", str(folder), "--db", str(full)).returncode == -signal.SIGKILL
        assert backups.contents(full).rows == rows(full)
        for found in backup.listed(folder, full):
            assert backups.contents(found).rows == rows(full)
    assert main(["backup", str(folder), "--db", str(full)]) == 0
    assert backup.leftovers(folder, full) == []


@pytest.mark.parametrize("megabytes", [1, 3])
def test_a_full_disk_is_said_and_leaves_nothing(full: Path, tmp_path: Path, megabytes: int) -> None:
    fatten(full, 4)

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (megabytes * 1_000_000,) * 2)

    folder = tmp_path / "full"
    done = subprocess.run(
        [sys.executable, "-m", "bubblefear", "backup", str(folder), "--db", str(full)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=no_more,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("bubblefear: cannot write")
    assert [p.name for p in folder.iterdir()] == [".news.lock"]


def test_only_what_a_backup_of_this_database_left_goes(
    full: Path, clock: Callable[[], str], tmp_path: Path
) -> None:
    """A download that is not finished, and another database that is backed up just now."""
    strange = ["film.mkv.partial", "other-20251120T120000Z.db.partial", "notes.partial.txt"]
    orphans = ["other-20251120T120000Z.db.archive", "other-20251120T120000Z.db.sha256"]
    ours = ["news-20251119T120000Z.db.partial", "news-20251119T120000Z.db.partial-journal"]
    ours += [name.replace("other", "news") for name in orphans]
    for name in (*strange, *orphans, *ours):
        (tmp_path / "usb").mkdir(exist_ok=True)
        (tmp_path / "usb" / name).write_text("begun")
    back_up(full, tmp_path / "usb", now=clock)
    back_up(full, tmp_path / "usb" / "own.db", now=clock)
    left = {p.name for p in (tmp_path / "usb").iterdir()}
    assert left >= {*strange, *orphans}
    assert not left & {*ours} - {"news-20251120T120000Z.db.sha256"}


def test_an_archive_that_is_there_already_is_somebodys(
    full: Path, clock: Callable[[], str], tmp_path: Path
) -> None:
    months = tmp_path / "lost.db.archive" / "month=2025-09"
    months.mkdir(parents=True)
    corrupt(full, "evidence")
    with pytest.raises(StoreError, match=r"lost\.db\.archive is there already"):
        back_up(full, tmp_path / "lost.db", now=clock)
    assert months.is_dir()


def test_room_is_looked_for_before(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no room in .* are needed, .* are free"):
        need_room(tmp_path, 10**18)


def test_two_backups_do_not_meet(full: Path, clock: Callable[[], str]) -> None:
    folder = full.parent / "backups"

    def second(_done: int, _total: int) -> None:
        with pytest.raises(Locked, match="another backup is written"):
            back_up(full, folder, now=lambda: "2025-11-21T00:00:00Z")

    back_up(full, folder, now=clock, progress=second)
    assert len(backup.listed(folder, full)) == 1


def test_the_archive_is_in_it_once(full: Path, clock: Any) -> None:
    """Each backup has a name of its own for each Parquet file; the bytes are shared."""
    archived(full)
    first = back_up(full, None, now=clock, keep=1)
    assert first.archived_files == 1
    place = Path(f"{first.file}.archive") / "month=2025-09" / "entries.1.parquet"
    inode = place.stat().st_ino
    clock.forward(days=1)
    second = back_up(full, None, now=clock, keep=1)
    other = Path(f"{second.file}.archive") / "month=2025-09" / "entries.1.parquet"
    assert other.stat().st_ino == inode
    assert not place.parent.parent.exists()
    live = full.with_name("news.db.archive") / "month=2025-09" / "entries.1.parquet"
    live.write_bytes(b"rotten")
    other.write_bytes(b"rotten")
    clock.forward(days=1)
    with pytest.raises(StoreError, match="is not as it was written"):
        back_up(full, None, now=clock, keep=1)
    assert [p.name for p in backup.listed(full.parent / "backups", full)] == [
        Path(second.file).name
    ]


def test_a_database_that_is_none_is_refused(tmp_path: Path, clock: Callable[[], str]) -> None:
    with pytest.raises(StoreError, match="no database at"):
        back_up(tmp_path / "none.db", None, now=clock)
    (tmp_path / "letter.db").write_text("Dear reader, " * 500)
    with pytest.raises(StoreError, match="is not an SQLite database"):
        back_up(tmp_path / "letter.db", None, now=clock)
    assert not (tmp_path / "backups").exists()


def test_a_folder_that_cannot_be_written_is_said(full: Path, clock: Callable[[], str]) -> None:
    (full.parent / "backups").write_text("a file")
    with pytest.raises(StoreError, match="cannot write to"):
        back_up(full, None, now=clock)
