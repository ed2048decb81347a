"""Files and folders that are replaced in one step, so that no reader ever sees half of one."""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bubblefear.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_AT_FDCWD: Final = -100
_EXCHANGE: Final = 2


def replace(path: Path, data: bytes) -> Path:
    """Write a file beside its place and move it there; returns the path.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not a temporary file of the library, which only its owner may read: a web server is another.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    _sweep(path)
    try:
        unfinished.write_bytes(data)
        return unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def replaced_folder(folder: Path, ours: Collection[str]) -> Iterator[Path]:
    """Give a new, empty folder to fill, which takes the place of ``folder`` when the block ends.

    If the block raises, the old folder stays as it was.

    Args:
        folder: What is replaced; made where it is missing; a symbolic link is followed.
        ours: Names of the files that this may replace.

    Raises:
        UsageError: ``folder`` holds something else, which would be lost.
        OSError: it cannot be written.
    """
    folder = folder.resolve()
    refuse_foreign(folder, ours)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    _sweep(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        if folder.is_dir():
            shutil.copymode(folder, fresh)
        yield fresh
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _sweep(path: Path) -> None:
    """Remove what processes that were killed had begun to put in this place."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        maker = left.name.removesuffix(".part").rpartition(".")[2]
        if maker.isdigit() and not _runs(int(maker)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it runs, and is another user's
    return True


def refuse_foreign(folder: Path, ours: Collection[str]) -> None:
    """Check that nothing would be lost.

    Raises:
        UsageError: ``folder`` is no folder, or holds what is not among ``ours``.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder")
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if foreign:
        raise UsageError(
            f"{folder} also holds {foreign[0]!r}, which would be lost: give a folder of its own"
        )


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder in the old one's place; the old one is then at ``fresh``."""
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
        # Without that system call there is an instant with no folder, never half of one.
        old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Linux's exchange of two names in one step; False where there is none."""
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    if call is None:
        return False
    done: int = call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
    return done == 0
