"""The Parquet files of a database, in its backups: without them a backup is not whole.

A file never changes, so that the backups of many days have it in common: each has a name of its own
for it, and the bytes go with the last of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.errors import ArchiveBroken
from bubblefear.pipeline.whole_files import RESTORING, put, sha256_of, through, twin
from bubblefear.store.archive.ledger import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bubblefear.store.backups import Moved


def collect(source: Path, target: Path, files: Iterable[Moved], others: Sequence[Path]) -> int:
    """Give the backup ``target`` the files that it names, each compared with its hash.

    Args:
        source: The database.
        target: The backup.
        files: What the backup names.
        others: Earlier backups, newest first, whose bytes may be shared.

    Returns:
        How many of them.

    Raises:
        ArchiveBroken: the database itself lacks a file, or it is not as it was written.
    """
    number = 0
    for file in files:
        place = folder_of(target) / file.file
        place.parent.mkdir(parents=True, exist_ok=True)
        shared = next((o for o in others if is_sound(folder_of(o) / file.file, file)), None)
        if shared is not None:
            twin(folder_of(shared) / file.file, place)
        else:
            _copied(folder_of(source) / file.file, place, file)
        through(place.parent)
        number += 1
    return number


def missing(path: Path, files: Iterable[Moved]) -> list[str]:
    """The files that a database or backup names and has not, or not as they were written."""
    return [f.file for f in files if not is_sound(folder_of(path) / f.file, f)]


def bring(source: Path, path: Path, files: Iterable[Moved]) -> int:
    """Give the database ``path`` the files of the backup ``source`` that it lacks.

    Returns:
        How many were brought.

    Raises:
        ArchiveBroken: the backup lacks one too.
    """
    number = 0
    for file in files:
        place = folder_of(path) / file.file
        if is_sound(place, file):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        made = place.with_name(f"{place.name}{RESTORING}")
        _copied(folder_of(source) / file.file, made, file)
        put(made, place)
        number += 1
    return number


def keep(path: Path, kept: Path) -> None:
    """Give what is replaced names of its own for its files."""
    folder = folder_of(path)
    for file in sorted(folder.rglob("*.parquet")) if folder.is_dir() else []:
        place = folder_of(kept) / file.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        twin(file, place)


def is_sound(place: Path, file: Moved) -> bool:
    """Whether the file is there, with the bytes that were written."""
    return (
        place.is_file() and place.stat().st_size == file.bytes and sha256_of(place) == file.sha256
    )


def _copied(source: Path, place: Path, file: Moved) -> None:
    import shutil

    if not source.is_file():
        raise ArchiveBroken(f"{source} is not there, and the database has rows in it")
    shutil.copyfile(source, place)
    through(place)
    if not is_sound(place, file):
        place.unlink()
        raise ArchiveBroken(f"{source} is not as it was written")
