"""A command in a process of its own, watched while it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.texts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LIMIT: Final = 240.0
_TICK: Final = 0.0005
# A worker that is still at its imports learns of its end after them.
_LAST_WORDS: Final = 30.0


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: Exit code; below 0 = of this signal.
        said: On standard error.
        printed: On standard output.
        seconds: How long it took.
        left: Processes of its own that outlived it by seconds.
    """

    code: int
    said: str
    printed: str
    seconds: float
    left: bool


@dataclass
class Running:
    """A command under way in a world's folder."""

    folder: Path
    process: subprocess.Popen[bytes]
    started: float
    changes: int = 0
    most_bytes: int = 0
    _state: tuple[tuple[str, int, int], ...] = field(default=())

    @property
    def seconds(self) -> float:
        """Since its start."""
        return time.monotonic() - self.started

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def look(self) -> None:
        """Count a change of any file of the world since the last look."""
        state = tuple(_files(self.folder))
        if state != self._state:
            self._state = state
            self.changes += 1
            self.most_bytes = max(self.most_bytes, sum(size for _, size, _ in state))

    def until(self, *, seconds: float | None = None, changes: int | None = None) -> bool:
        """Wait for a moment, or so many changes of files; false if the command ended before.

        Raises:
            RuntimeError: it goes on for minutes.
        """
        while not self.over:
            self.look()
            if seconds is not None and self.seconds >= seconds:
                return True
            if changes is not None and self.changes >= changes:
                return True
            if self.seconds > LIMIT:
                self.send(signal.SIGKILL)
                raise RuntimeError(f"not over after {LIMIT:.0f} s")
            time.sleep(_TICK)
        return False

    def send(self, number: int) -> None:
        """Send the process a signal: the one process, as an out-of-memory killer would."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    def end(self) -> Ended:
        """Wait for its end."""
        self.until()
        code = self.process.wait()
        seconds = self.seconds
        left = not _alone(self.process.pid)
        said, printed = (
            self.folder.with_name(f"{self.folder.name}.{name}").read_text("utf-8", "replace")
            for name in ("err", "out")
        )
        return Ended(code, said, printed, seconds, left)


def start(folder: Path, words: Sequence[str]) -> Running:
    """Start a command line in a world's folder, in a process group of its own."""
    err, out = (folder.with_name(f"{folder.name}.{name}") for name in ("err", "out"))
    with err.open("wb") as said, out.open("wb") as printed:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=said,
            start_new_session=True,
        )
    running = Running(folder, process, time.monotonic())
    running.look()
    running.changes = 0
    return running


def bubblefear(*words: str) -> list[str]:
    """The command line of a command."""
    return [sys.executable, "-m", "bubblefear", *words]


@contextmanager
def interruptible() -> Iterator[None]:
    """Commands begun in this block heed SIGINT, also under a shell that had it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for name in (folder, folder / "out", folder / "out" / "report"):
        try:
            with os.scandir(name) as entries:
                for entry in entries:
                    about = entry.stat(follow_symlinks=False)
                    yield entry.path, about.st_size, about.st_mtime_ns
        except FileNotFoundError:
            continue  # not made yet, or a file that was there a moment ago


def _alone(group: int) -> bool:
    """Whether nothing of the process group is left; what is left is ended."""
    end = time.monotonic() + _LAST_WORDS
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    return False
