"""Whole files: hashed, written through to the disk, put in place at once, and room for them.

What is being made has a name of its own until it is whole; a kill leaves it behind.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Final

from bubblefear.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PARTIAL: Final = ".partial"
RESTORING: Final = ".restoring"
_SIDE: Final = ("-wal", "-shm", "-journal")

# What is left free on the disk beside a new file.
SPARE_BYTES: Final = 16 * 1024 * 1024


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def through(path: Path) -> None:
    """Wait until the file, or the folder's list of files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(made: Path, path: Path) -> None:
    """Put a file that is written whole in the place of another: either is there at any moment."""
    through(made)
    made.replace(path)
    through(path.parent)


def side_files(path: Path) -> list[Path]:
    """SQLite's own files beside a database, whether they are there or not."""
    return [path.with_name(f"{path.name}{end}") for end in _SIDE]


def clear(places: Iterable[Path]) -> None:
    """Remove files and folders, those of them that are there."""
    for place in places:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def twin(path: Path, other: Path) -> None:
    """A second name for a file's bytes; a copy where the file system has no second names."""
    try:
        other.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, other)
        through(other)


def need_room(folder: Path, size: int) -> None:
    """Say it before half a file is written.

    Raises:
        StoreError: the disk has no room for a file of so many bytes.
    """
    free = free_bytes(folder)
    if free < size + SPARE_BYTES:
        raise StoreError(
            f"no room in {folder}: {megabytes(size + SPARE_BYTES)} are needed, "
            f"{megabytes(free)} are free"
        )


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written there."""
    return shutil.disk_usage(folder).free


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1e6:,.1f} MB"
