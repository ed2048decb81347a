"""A backup: a whole copy while others write, checked before it counts as one.

It is an ordinary database that opens as it is. Beside it lie its hash (``sha256sum --check`` reads
it) and the Parquet files of its archive.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bubblefear import instants
from bubblefear.errors import Damaged, StoreError, UsageError
from bubblefear.pipeline import backup_archive
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.whole_files import (
    PARTIAL,
    clear,
    megabytes,
    need_room,
    put,
    sha256_of,
    through,
)
from bubblefear.store import backups
from bubblefear.store.archive.ledger import folder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER: Final = "backups"
_INSTANT: Final = r"-(\d{8}T\d{6}Z)"


@dataclass(frozen=True)
class Backup:
    """What was written; ``broken`` are vintages that are not as they were sealed."""

    file: str
    bytes: int
    sha256: str
    schema: int
    rows: dict[str, int]
    vintages: int
    archived_files: int
    seconds: float = 0.0
    broken: list[dict[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every vintage in it is as it was sealed."""
        return not self.broken

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"sound": self.sound}

    def __str__(self) -> str:
        """Two lines at most for the terminal."""
        head = (
            f"{self.file}: {megabytes(self.bytes)}, {self.rows.get('entries', 0):,} entries, "
            f"{self.vintages:,} vintages as they were sealed, schema {self.schema}"
        )
        if self.broken:
            first = self.broken[0]
            head = (
                f"{self.file}: {megabytes(self.bytes)}, but {len(self.broken)} vintages are not as "
                f"they were sealed: {first['version']} {first['vintage']}: {first['reason']}; "
                "no older backup was removed"
            )
        if self.archived_files:
            head += f", {self.archived_files} files of the archive"
        return head + (f"\nremoved: {', '.join(self.removed)}" if self.removed else "")


def back_up(
    path: Path,
    target: Path | None,
    *,
    now: Callable[[], str],
    keep: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Backup:
    """Write a backup of the database at ``path``, check it, and let the oldest go.

    Args:
        path: The database; others may write to it meanwhile.
        target: A file that is not there yet, or a folder, in which the name tells the instant;
            default: ``backups`` beside the database.
        now: The clock.
        keep: How many of the folder's backups of this database stay, the new one among them.
        progress: Told pages done and in all.
        pause: Waits between the steps of the copying.

    Raises:
        UsageError: ``keep`` without a folder, or below 1.
        Damaged: the database, and so the copy, is not sound; nothing was removed.
        Locked: another backup is written there.
        StoreError: the database cannot be read or the backup not written.
    """
    final, dated = _place(path, target, now())
    if keep is not None and (not dated or keep < 1):
        raise UsageError("--keep: how many backups of a folder stay, 1 or more")
    began = time.monotonic()
    with backups.as_it_is(path) as conn, _held(final, path, backups.size_of(conn)):
        partial = final.with_name(f"{final.name}{PARTIAL}")
        with _thrown_away(partial, folder_of(final)):
            backups.copy(conn, partial, progress=progress, pause=pause)
            made = _finished(path, partial, final)
        removed = _let_go(final.parent, path, keep) if keep and made.sound else []
    return replace(made, removed=removed, seconds=round(time.monotonic() - began, 1))


def listed(folder: Path, path: Path) -> list[Path]:
    """The backups of a database in a folder, by the names given here, newest first."""
    pattern = re.compile(f"{re.escape(path.stem)}{_INSTANT}{re.escape(path.suffix)}")
    found = [p for p in folder.glob("*") if pattern.fullmatch(p.name)] if folder.is_dir() else []
    return sorted(found, reverse=True)


def instant_of(backup: Path) -> str:
    """When a backup was made, by its name: UTC text."""
    stamp = re.search(_INSTANT, backup.name)
    if stamp is None:
        raise StoreError(f"{backup.name} does not tell when it was made")
    d = stamp[1]
    return f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[9:11]}:{d[11:13]}:{d[13:15]}Z"


def hash_file(backup: Path) -> Path:
    """Where a backup's hash lies."""
    return backup.with_name(f"{backup.name}.sha256")


def default_folder(path: Path) -> Path:
    """Where the backups of a database lie if nobody says otherwise."""
    return path.parent / FOLDER


def leftovers(folder: Path, path: Path) -> list[Path]:
    """What a backup of this database that was killed left in a folder.

    Files of other names are somebody's: a browser's downloads end in ``.partial`` too, and another
    database may be backed up to the same folder at this moment.
    """
    named = re.escape(path.stem) + _INSTANT + re.escape(path.suffix)
    ours = re.compile(rf"{named}(?:({re.escape(PARTIAL)}.*)|\.archive|\.sha256)")
    found = []
    for place in folder.iterdir() if folder.is_dir() else ():
        name = ours.fullmatch(place.name)
        # A hash or an archive is left over where what it belongs to is not there.
        if name and (name[2] or not place.with_suffix("").exists()):
            found.append(place)
    return sorted(found)


def _place(path: Path, target: Path | None, instant: str) -> tuple[Path, bool]:
    """The backup's file, and whether its name tells the instant."""
    if target is not None and target.suffix and not target.is_dir():
        return target, False
    folder = default_folder(path) if target is None else target
    final = _named(folder, path, instant)
    while final.exists():  # made within this second: as vintages do, the next one is taken
        instant = instants.seconds_after(instant, 1)
        final = _named(folder, path, instant)
    return final, True


def _named(folder: Path, path: Path, instant: str) -> Path:
    return folder / f"{path.stem}-{instants.compact(instant)}{path.suffix}"


@contextmanager
def _held(final: Path, path: Path, size: int) -> Iterator[None]:
    """The folder for this backup alone: there, without leftovers, and with room."""
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot write to {final.parent}: {error}") from error
    with locked(final.parent / f".{path.stem}", "another backup is written: "):
        if final.exists():
            raise StoreError(f"{final} is there already: a backup replaces nothing")
        clear(leftovers(final.parent, path))
        if folder_of(final).exists():
            raise StoreError(f"{folder_of(final)} is there already: a backup replaces nothing")
        need_room(final.parent, size)
        yield


@contextmanager
def _thrown_away(*made: Path) -> Iterator[None]:
    """What was written of a backup goes with an error; a kill leaves it to the next backup."""
    try:
        yield
    except BaseException:
        clear(made)
        raise


def _finished(path: Path, partial: Path, final: Path) -> Backup:
    """Check a copy and put it in place with all that belongs to it."""
    try:
        found = backups.contents(partial)
    except Damaged as error:
        raise Damaged(
            f"{path} is damaged, and no backup of it was kept: `bubblefear doctor` says where"
        ) from error
    with backups.as_it_is(partial, still=True) as copied:
        files = backups.moved(copied)
    others = listed(final.parent, path)
    try:
        number = backup_archive.collect(path, final, files, others)
        digest = sha256_of(partial)
        put(partial, final)
        hash_file(final).write_text(f"{digest}  {final.name}\n", encoding="utf-8")
        through(hash_file(final))
    except OSError as error:
        raise StoreError(f"cannot write {final}: {error}") from error
    size = final.stat().st_size
    wrong = [asdict(vintage) for vintage in found.broken]
    rows, vintages = found.rows, found.vintages
    return Backup(str(final), size, digest, found.schema, rows, vintages, number, broken=wrong)


def _let_go(folder: Path, path: Path, keep: int) -> list[str]:
    """Remove the oldest backups of this database that were named here."""
    gone = listed(folder, path)[keep:]
    for old in gone:
        # Its file first: a kill then leaves what the next backup clears, and no half a backup.
        old.unlink()
        clear([hash_file(old)])
        if folder_of(old).is_dir():
            clear([folder_of(old)])
    return [old.name for old in gone]
