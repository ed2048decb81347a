"""Old months between SQLite and Parquet: moved, listed, verified, restored, checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.pipeline.lock import locked
from bubblefear.store import report_queries, unused
from bubblefear.store.archive import checking, choosing, ledger, leftovers, moving

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.store.archive.moving import Moved

KEPT_MONTHS: Final = 3
_MB: Final = 1e6
_BUSY: Final = "another job runs on "


@dataclass(frozen=True)
class Move:
    """What a move did.

    Attributes:
        months: Each month that was looked at.
        folder: Where the files lie.
        free: Bytes of the database's file that are unused now.
        size: Bytes of the database's file.
        vacuumed: Whether unused bytes were given back.
        strangers: Files of the folder that belong to another database, or another state of it.
    """

    months: tuple[Moved, ...]
    folder: str
    free: int
    size: int
    vacuumed: bool = False
    strangers: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries were moved."""
        return sum(month.entries for month in self.months)

    @property
    def bytes(self) -> int:
        """Size of the new files."""
        return sum(month.bytes for month in self.months)

    def __str__(self) -> str:
        """A line for each month, and what it comes to."""
        lines = [_line(month) for month in self.months]
        lines.append(
            f"{self.entries:,} entries moved to {self.folder} ({self.bytes / _MB:,.1f} MB)"
        )
        if self.strangers:
            lines.append(f"left alone, not of this database: {', '.join(self.strangers)}")
        if self.vacuumed:
            lines.append(f"the database has {self.size / _MB:,.1f} MB now")
        elif self.free:
            lines.append(
                f"{self.free / _MB:,.1f} of the database's {self.size / _MB:,.1f} MB are free for "
                "new rows; `bubblefear archive move --vacuum` gives them back and needs "
                f"{unused.needed(self.size, self.free) / _MB:,.1f} MB meanwhile"
            )
        return "\n".join(lines)


@dataclass(frozen=True)
class Listed:
    """A month of the archive: rows by table, bytes on the disk."""

    month: str
    parts: int
    rows: dict[str, int]
    bytes: int
    archived_at: str


@dataclass(frozen=True)
class Verified:
    """What a look at every file and every identity found; ``faults`` are lines, empty = none."""

    files: int
    entries: int
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The faults, or that there are none."""
        if self.faults:
            return "\n".join(self.faults)
        return (
            f"{self.files:,} files, {self.entries:,} entries: each as it was written, in one place"
        )


@dataclass(frozen=True)
class Restored:
    """Months that were put back, with their entries."""

    months: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """A line for each month."""
        return "\n".join(f"{m}: {n:,} entries are back in SQLite" for m, n in self.months.items())


def move(
    conn: sqlite3.Connection,
    path: Path,
    *,
    before: str | None = None,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    vacuum: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Move:
    """Move what nobody refers to of every month before ``before`` into Parquet files.

    A month that still holds articles that are not scored or not grouped stays, with the reason.
    Each month is one transaction, so that a move that was killed goes on with the next.

    Args:
        conn: The database.
        path: Its file.
        before: ``YYYY-MM``, the first month that stays; None = all but this and the last three.
        now: The clock.
        progress: Gets months done and months in all.
        vacuum: Give the bytes that are free then back to the disk.
        step: Gets the name of each step before it is taken.

    Raises:
        UsageError: ``before`` is no month.
        Locked: a daily job, or another archive command, runs on the database.
        StoreError: too little disk for ``vacuum``.
        ArchiveBroken: a file does not read as it was written.
    """
    limit = _month(before) if before else months_back(now(), KEPT_MONTHS)
    with locked(path, _BUSY):
        strangers = leftovers.clear(conn)
        months = choosing.months_before(conn, limit)
        choosing.note_accounted(conn)
        scorer = report_queries.main_scorer(conn)
        done = []
        for month in months:
            done.append(
                moving.move_month(conn, month, before=limit, scorer=scorer, now=now, step=step)
            )
            if progress:
                progress(len(done), len(months))
        unused.write_through(conn)
        if vacuum:
            unused.give_back(conn, path)
    size, free = unused.sizes(conn)
    folder = str(ledger.folder_of(path))
    return Move(tuple(done), folder, free, size, vacuum, tuple(strangers))


def restore(
    conn: sqlite3.Connection,
    path: Path,
    months: list[str],
    *,
    progress: Callable[[int, int], None] | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Put months back into SQLite and delete their files; ``all`` stands for every month.

    Raises:
        NothingToDo: a month has nothing in the archive.
        UsageError: a word is no month.
        Locked: a daily job, or another archive command, runs on the database.
        ArchiveBroken: a file is missing or damaged; that month is left as it is.
    """
    done: dict[str, int] = {}
    with locked(path, _BUSY):
        wanted = _archived(conn, months)
        leftovers.clear(conn)
        for month in wanted:
            done[month] = moving.restore_month(conn, month, step)
            if progress:
                progress(len(done), len(wanted))
    return Restored(done)


def listed(conn: sqlite3.Connection) -> list[Listed]:
    """Every month of the archive, the oldest first."""
    found: dict[str, list[ledger.File]] = {}
    for file in ledger.files(conn):
        found.setdefault(file.month, []).append(file)
    return [_listed(month, files) for month, files in found.items()]


def verify(
    conn: sqlite3.Connection, progress: Callable[[int, int], None] | None = None
) -> Verified:
    """Hash every file, count its rows, and look whether any entry is in both places or in none."""
    files = ledger.files(conn)
    faults = checking.faults(conn, files, progress)
    return Verified(len(files), ledger.count(conn, ledger.ENTRIES), tuple(faults))


def check(conn: sqlite3.Connection, path: Path) -> tuple[bool, str]:
    """For ``doctor``: whether the archive's files are there in their sizes, and a line that says.

    Sizes alone: ``verify`` reads the bytes.
    """
    folder = ledger.folder_of(path)
    files = ledger.files(conn)
    if not files:
        return True, "nothing is archived"
    lost = [file for file in files if not _in_size(folder / file.file, file.bytes)]
    if lost:
        return False, (
            f"{len(lost)} of {len(files)} files are missing or damaged, first "
            f"{folder / lost[0].file}: put back the folder of a backup"
        )
    months = sorted({file.month for file in files})
    total = ledger.count(conn, ledger.ENTRIES)
    return True, f"{total:,} entries of {len(months)} months, {months[0]} to {months[-1]}"


def unread_line(articles: int) -> str:
    """What is said where a scorer has not read articles of the archive."""
    return (
        f"{articles:,} in the archive were never read by this scorer "
        "(bubblefear archive restore all, then score)"
    )


def months_back(instant: str, months: int) -> str:
    """The month so many before that of an instant."""
    count = int(instant[:4]) * 12 + int(instant[5:7]) - 1 - months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _month(text: str) -> str:
    try:
        return date.fromisoformat(f"{text}-01").strftime("%Y-%m")
    except ValueError as error:
        raise UsageError(f"{text!r} is no month: give it as 2025-08") from error


def _archived(conn: sqlite3.Connection, months: list[str]) -> list[str]:
    """The months asked for, each once, all of which lie in the archive."""
    there = ledger.months(conn)
    wanted = there if months == ["all"] else list(dict.fromkeys(_month(one) for one in months))
    absent = [month for month in wanted if month not in there]
    if absent or not wanted:
        known = f"it holds {', '.join(there)}" if there else "nothing was moved yet"
        raise NothingToDo(f"no {', '.join(absent) or 'month'} in the archive: {known}")
    return wanted


def _line(month: Moved) -> str:
    if month.reason:
        return f"{month.month}: nothing moved, {month.stayed:,} entries stay: {month.reason}"
    return f"{month.month}: {month.entries:,} entries moved, {month.stayed:,} stay"


def _listed(month: str, files: list[ledger.File]) -> Listed:
    rows: dict[str, int] = {}
    for file in files:
        rows[file.name] = rows.get(file.name, 0) + file.rows
    return Listed(
        month,
        len({file.part for file in files}),
        rows,
        sum(file.bytes for file in files),
        max(file.archived_at for file in files),
    )


def _in_size(place: Path, size: int) -> bool:
    try:
        return place.stat().st_size == size
    except OSError:
        return False
