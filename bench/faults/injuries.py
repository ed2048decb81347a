"""One fault done to one command: the function of each, by the fault's name.

Each starts the command in the world's folder, does what it does, and returns how the command
ended, once the fault is over and the world is as whole as it will be.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from bench.faults.press import FEEDS
from bench.faults.processes import bubblefear, start
from bench.faults.worlds import DB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bench.faults.cases import Case
    from bench.faults.press import Press
    from bench.faults.processes import Ended, Running

SHORT: Final = 2.0
LONG: Final = 100.0
_UNBOUND: Final = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
# Where SQLite's wal-index keeps how much of the log a checkpoint has begun to copy.
_ATTEMPTED: Final = 128
_WAL_HEAD, _FRAME_HEAD = 32, 24


@dataclass(frozen=True)
class Calm:
    """What the undisturbed run of the same command in the same world was like.

    Attributes:
        seconds: How long it took.
        changes: How often files of the world changed.
        growth: Bytes that the world's folder grew by at the most.
    """

    seconds: float
    changes: int
    growth: int


@dataclass(frozen=True)
class Scene:
    """Where a fault happens: the case, the world's folder, the command line, the feeds."""

    case: Case
    folder: Path
    words: tuple[str, ...]
    press: Press
    calm: Calm

    @property
    def dice(self) -> random.Random:
        """Of this case alone."""
        return random.Random(self.case.dice)

    def start(self, *before: str) -> Running:
        """Start the command, behind other words."""
        return start(self.folder, [*before, *bubblefear(*self.words)])

    def at_moment(self, running: Running, *, written: bool = False) -> bool:
        """Wait for the case's moment; false if the command ended before."""
        if written:
            return running.until(changes=1 + round(self.case.moment * self.calm.changes))
        return running.until(seconds=self.case.moment * self.calm.seconds)


def kill(scene: Scene) -> Ended:
    """SIGKILL: at a time, or as soon as files changed so many times."""
    running = scene.start()
    if scene.at_moment(running, written=scene.case.variant == "write"):
        running.send(signal.SIGKILL)
    return running.end()


def stop(scene: Scene) -> Ended:
    """SIGINT or SIGTERM."""
    running = scene.start()
    number = signal.SIGTERM if scene.case.variant == "term" else signal.SIGINT
    if scene.at_moment(running, written="write" in scene.case.variant):
        running.send(number)
    return running.end()


def full_disk(scene: Scene) -> Ended:
    """A disk of the world's own that has room for a part of what the command writes."""
    room = 8192 + int(scene.case.moment * scene.calm.growth)
    if not may_mount():
        # No file may grow beyond so much: another end of space, where no disk can be made.
        limit = (scene.folder / DB).stat().st_size if (scene.folder / DB).is_file() else 0
        return scene.start("prlimit", f"--fsize={limit + room}").end()
    with small_disk(scene.folder, room):
        return scene.start().end()


@contextlib.contextmanager
def small_disk(folder: Path, room: int) -> Iterator[None]:
    """Put a folder on a disk that has ``room`` bytes left; it is moved back at the end."""
    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    folder.mkdir()
    size = room + sum(_blocks(path) for path in aside.rglob("*"))
    _call("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield
        shutil.rmtree(aside)
        shutil.copytree(folder, aside)
    finally:
        _call("umount", str(folder))
        folder.rmdir()
        aside.rename(folder)


def busy(scene: Scene) -> Ended:
    """Another process, this one, holds the database's write lock: for seconds, or to the end."""
    running = scene.start()
    # From the beginning a command that only writes at its end would meet no lock.
    running.until(seconds=scene.case.moment * scene.calm.seconds)
    with contextlib.closing(sqlite3.connect(scene.folder / DB, timeout=60)) as conn:
        conn.isolation_level = None
        conn.execute("BEGIN IMMEDIATE")
        end = running.seconds + (LONG if scene.case.variant == "long" else SHORT)
        running.until(seconds=end)
        conn.execute("ROLLBACK")
    return running.end()


def broken_log(scene: Scene) -> Ended:
    """SIGKILL, and the end of the write-ahead log never came to the disk as it was."""
    running = scene.start()
    if scene.at_moment(running, written=True):
        running.send(signal.SIGKILL)
    ended = running.end()
    log = scene.folder / f"{DB}-wal"
    if log.is_file():
        harm(log, scene.case.variant, scene.dice)
    return ended


def harm(log: Path, how: str, dice: random.Random) -> int:
    """Cut, zero or flip the tail of a log; returns where the harm begins, or its length.

    What a checkpoint has begun to copy into the database was synced before: a disk that loses
    that after all has lied, and no database survives it.
    """
    data = bytearray(log.read_bytes())
    first = min(len(data), _synced(log, data))
    if first >= len(data):
        return len(data)
    begin = dice.randrange(first, len(data))
    if how == "cut":
        del data[begin:]
    elif how == "zero":
        data[begin:] = bytes(len(data) - begin)
    else:
        for _ in range(16):
            data[dice.randrange(begin, len(data))] ^= 1 << dice.randrange(8)
    log.write_bytes(data)
    # The index over the log dies with the machine; the next opening makes it anew.
    log.with_name(log.name.removesuffix("-wal") + "-shm").unlink(missing_ok=True)
    return begin


def _synced(log: Path, data: bytes | bytearray) -> int:
    index = log.with_name(log.name.removesuffix("-wal") + "-shm")
    about = index.read_bytes()[:256] if index.is_file() else b""
    if len(about) < _ATTEMPTED + 4 or len(data) < _WAL_HEAD:
        return 0
    (attempted,) = struct.unpack_from("=I", about, _ATTEMPTED)
    (page,) = struct.unpack_from(">I", data, 8)
    return int(_WAL_HEAD + attempted * (_FRAME_HEAD + page)) if attempted else 0


def no_rights(scene: Scene) -> Ended:
    """The database, its folder or that of the reports cannot be written."""
    place = {"file": scene.folder / DB, "folder": scene.folder, "report": scene.folder / "out"}
    path = place[scene.case.variant]
    before = path.stat().st_mode
    path.chmod(before & ~0o222)
    try:
        _must_bite(path)
        return scene.start(*unbound()).end()
    finally:
        path.chmod(before)


def unbound() -> tuple[str, ...]:
    """What stands before a command so that the modes of files bind it, also where root runs it."""
    return _UNBOUND if os.geteuid() == 0 else ()


def _must_bite(path: Path) -> None:
    test = ("test", "!", "-w", str(path))
    if subprocess.run([*unbound(), *test], check=False).returncode:
        raise RuntimeError(f"{path} can be written in spite of its mode: this fault cannot be had")


def lying_feeds(scene: Scene) -> Ended:
    """Some feeds do not serve as they should."""
    scene.press.lies = dict.fromkeys(liars(scene.case), scene.case.variant)
    try:
        return scene.start().end()
    finally:
        scene.press.lies = {}


def liars(case: Case) -> list[int]:
    """Which feeds lie: some, never all."""
    dice = random.Random(case.dice)
    return sorted(dice.sample(range(FEEDS), dice.randint(1, FEEDS - 1)))


INJURIES: Final[dict[str, Callable[[Scene], Ended]]] = {
    "kill": kill,
    "signal": stop,
    "disk": full_disk,
    "busy": busy,
    "wal": broken_log,
    "rights": no_rights,
    "network": lying_feeds,
}


@cache
def may_mount() -> bool:
    """Whether a small disk can be made here: root may, but not in every container."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as place:
        try:
            _call("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place)
        except RuntimeError:
            return False
        _call("umount", place)
    return True


def _blocks(path: Path) -> int:
    page = 4096
    return page if path.is_dir() else -(-path.stat().st_size // page) * page


def _call(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
