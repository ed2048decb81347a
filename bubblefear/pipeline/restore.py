"""A backup put in the place of the database: checked first, at once, and nothing is lost by it."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.errors import ArchiveBroken, Damaged, StoreError
from bubblefear.instants import compact
from bubblefear.pipeline import backup_archive
from bubblefear.pipeline.backup import hash_file
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.whole_files import (
    RESTORING,
    clear,
    need_room,
    put,
    sha256_of,
    side_files,
    through,
    twin,
)
from bubblefear.store import backups, database
from bubblefear.store.archive.ledger import folder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Restored:
    """What was done; ``kept`` is where the database lies that was there before."""

    file: str
    backup: str
    compared: bool
    schema: int
    rows: dict[str, int]
    vintages: int
    broken: int
    archived_files: int
    kept: str | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Two lines at most for the terminal."""
        entries = self.rows.get("entries", 0)
        head = f"{self.file}: {entries:,} entries, {self.vintages:,} vintages of {self.backup}"
        if self.broken:
            head += f", {self.broken:,} of them not as they were sealed"
        if not self.compared:
            head += "; no hash lay beside it, its pages and seals were checked all the same"
        return head + (f"\nwhat was there before: {self.kept}" if self.kept else "")


def restore(
    backup: Path,
    path: Path,
    *,
    now: Callable[[], str],
    any_seals: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Restored:
    """Put a backup in the place of the database at ``path``.

    Until the last step nothing at ``path`` changes, and that step is one renaming: a kill leaves
    either database whole. What was there before stays under another name.

    Args:
        backup: A backup, or any other database of ours that nobody writes to.
        path: The database.
        now: The clock, for the other name.
        any_seals: Also where vintages are not as they were sealed.
        progress: Told pages copied and in all.

    Raises:
        Locked: a daily job, or anybody else, has the database open.
        Damaged: the backup is not as it was written.
        DatabaseMissing, NotADatabase, SchemaTooNew: there is no backup of ours.
        ArchiveBroken: a file of its archive is missing.
        StoreError: there is no room, or no right to write.
    """
    if path.exists() and backup.exists() and path.samefile(backup):
        raise StoreError(f"{backup} is the database itself")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path, "a daily job, a restore or a repair runs on "):
            _need_alone(path)
            made = path.with_name(f"{path.name}{RESTORING}")
            clear([made])
            try:
                return _put_in_place(backup, made, path, now(), any_seals, progress)
            finally:
                clear([made])
    except OSError as error:
        raise StoreError(f"cannot restore to {path}: {error}") from error


def _put_in_place(
    backup: Path,
    made: Path,
    path: Path,
    instant: str,
    any_seals: bool,
    progress: Callable[[int, int], None] | None,
) -> Restored:
    compared = _compare(backup)
    with backups.as_it_is(backup, still=True) as conn:
        need_room(path.parent, backups.size_of(conn))
        files = backups.moved(conn)
        backups.copy(conn, made, progress=progress, pause=lambda _: None)
    found = _sound(made, backup, any_seals)
    lacking = [f for f in files if f.file in backup_archive.missing(path, files)]
    absent = backup_archive.missing(backup, lacking)
    if absent:
        raise ArchiveBroken(f"{backup} lacks {absent[0]} of its archive, or it is damaged")
    # A file of the same name and other bytes belongs to the old database up to the last moment.
    other = [file for file in lacking if (folder_of(path) / file.file).exists()]
    number = backup_archive.bring(backup, path, [file for file in lacking if file not in other])
    with _shut(path):
        kept = _keep(path, instant)
        put(made, path)
    number += backup_archive.bring(backup, path, other)
    _verify(path, found)
    broken, rows = len(found.broken), found.rows
    return Restored(
        str(path), str(backup), compared, found.schema, rows, found.vintages, broken, number,
        str(kept) if kept else None,
    )  # fmt: skip


def _compare(backup: Path) -> bool:
    """Whether a hash lies beside the backup, and it is the backup's.

    Raises:
        Damaged: it is another file's.
    """
    beside = hash_file(backup)
    if not beside.is_file() or not backup.is_file():
        return False
    written = beside.read_text(encoding="utf-8", errors="replace").split()
    if not written or written[0] != sha256_of(backup):
        raise Damaged(f"{backup} is not as it was written: {beside.name} has another hash")
    return True


def _sound(made: Path, backup: Path, any_seals: bool) -> backups.Contents:
    """What the copy holds.

    Raises:
        Damaged: it is not sound; the backup is named, not the copy.
    """
    try:
        found = backups.contents(made)
    except Damaged as error:
        raise Damaged(str(error).replace(str(made), str(backup))) from error
    if found.broken and not any_seals:
        first = found.broken[0]
        raise Damaged(
            f"{backup} has {len(found.broken)} vintages that are not as they were sealed: "
            f"{first.version} {first.vintage}: {first.reason}; --any-seals restores it all the same"
        )
    return found


def _need_alone(path: Path) -> None:
    """Bring the late writes of the old database into its file, which nobody else may have open.

    Raises:
        Locked: somebody has.
        NotADatabase: it is somebody else's database.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        backups.settle(path)
    except sqlite3.DatabaseError:
        return  # too damaged to be opened, by anybody


@contextmanager
def _shut(path: Path) -> Iterator[None]:
    """Nobody can read or write the old database from here until another stands in its place.

    One who opened it meanwhile would leave a log beside the new file, which would be taken for the
    new file's own. Nor can one who waits for it write afterwards: without a log SQLite looks
    whether the file still has its name.

    Raises:
        Locked: somebody has it open.
    """
    with ExitStack() as held:
        if path.exists() and path.stat().st_size:
            try:
                conn = held.enter_context(backups.alone(path))
                conn.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.DatabaseError:
                held.close()  # too damaged to be opened, by anybody
        yield


def _keep(path: Path, instant: str) -> Path | None:
    """Give the old database, its log and its archive other names."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.before-restore-{compact(instant)}")
    for suffix in ("", "-wal"):
        old = path.with_name(f"{path.name}{suffix}")
        other = kept.with_name(f"{kept.name}{suffix}")
        if old.exists():
            clear([other])
            twin(old, other)
    backup_archive.keep(path, kept)
    # A log beside the new file would be taken for its own; what was in it is kept, or in the file.
    clear(side_files(path))
    through(path.parent)
    return kept


def _verify(path: Path, found: backups.Contents) -> None:
    """Open what was put in place, at the present schema.

    Raises:
        Damaged: it holds other rows than the backup.
    """
    with database(path, create=False) as conn:
        rows = backups.count_rows(conn)
    other = [name for name, number in found.rows.items() if rows.get(name) != number]
    if other:
        raise Damaged(f"{path} was restored, but {other[0]} has another number of rows")
