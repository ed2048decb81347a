from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from bubblefear.errors import UsageError
from bubblefear.report.files import replace, replaced_folder

if TYPE_CHECKING:
    from pathlib import Path

OURS = ("a", "b")


def fill(folder: Path, text: str) -> None:
    with replaced_folder(folder, OURS) as fresh:
        for name in OURS:
            (fresh / name).write_text(text)


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "index.csv"
    replace(path, b"one")
    assert replace(path, b"two").read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["index.csv"]


def test_a_web_server_may_read_what_is_written(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        mode = replace(tmp_path / "x", b"").stat().st_mode
        fill(tmp_path / "site", "1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(mode) == 0o644
    assert stat.S_IMODE((tmp_path / "site").stat().st_mode) == 0o755


def test_a_folder_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    fill(folder, "1")
    folder.chmod(0o750)
    with replaced_folder(folder, OURS) as fresh:
        (fresh / "b").write_text("2")
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"b": "2"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert [p.name for p in folder.parent.iterdir()] == ["site"]


def test_what_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    fill(tmp_path / "site", "1")

    def broken() -> None:
        with replaced_folder(tmp_path / "site", OURS) as fresh:
            (fresh / "a").write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        broken()
    assert (tmp_path / "site" / "a").read_text() == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_files_of_others_are_never_lost(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(UsageError, match=r"letters\.txt"):
        fill(tmp_path, "1")
    assert (tmp_path / "letters.txt").read_text() == "dear"
    with pytest.raises(UsageError, match="is a file"):
        fill(tmp_path / "letters.txt", "1")


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    fill(tmp_path / "link", "1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "a").read_text() == "1"


def test_a_reader_never_meets_a_half(tmp_path: Path) -> None:
    """While the folder is replaced again and again, both files are there and from one build."""
    folder = tmp_path / "site"
    fill(folder, "0")
    seen: list[tuple[str, str]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            handle = os.open(folder, os.O_RDONLY)  # a reader that holds one build's folder
            try:
                texts = [_text(name, handle) for name in OURS]
            finally:
                os.close(handle)
            if None not in texts:
                seen.append((str(texts[0]), str(texts[1])))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(60):
        fill(folder, str(number))
    done.set()
    reader.join()
    assert seen
    assert all(a == b for a, b in seen)


def _text(name: str, handle: int) -> str | None:
    try:
        file = os.open(name, os.O_RDONLY, dir_fd=handle)
    except FileNotFoundError:  # of a build that was replaced meanwhile and is being removed
        return None
    try:
        return os.read(file, 100).decode()
    finally:
        os.close(file)


KILLED = """
import os, signal, sys
from pathlib import Path
from bubblefear.report.files import replaced_folder
with replaced_folder(Path(sys.argv[1]), {"a"}) as fresh:
    (fresh / "a").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_began_is_removed_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    (left,) = tmp_path.iterdir()
    assert killed.returncode == -signal.SIGKILL
    assert left.name.endswith(".part")
    # One of a file of a process that runs: this one.
    (tmp_path / f".site.{os.getppid()}.part").touch()
    with replaced_folder(folder, {"a"}) as fresh:
        (fresh / "a").write_text("whole")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"site", f".site.{os.getppid()}.part"}
