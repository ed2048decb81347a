"""``doctor --repair``: what can be mended without guessing, with a backup made before."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from bubblefear.errors import Damaged, NotADatabase, StoreError
from bubblefear.instants import compact
from bubblefear.pipeline import faults
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.whole_files import PARTIAL, clear, need_room, put, side_files
from bubblefear.store import backups, database, mending, salvage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings


@dataclass(frozen=True)
class Mended:
    """A fault and what was done of it; None = nothing could be."""

    name: str
    text: str
    done: str | None


@dataclass(frozen=True)
class Repair:
    """What a repair did.

    Attributes:
        mended: Each fault, in the order of the work.
        backup: Made before the first change; None = the file was not changed.
        salvaged: A new file with the rows of a damaged one; None = it was not needed.
        saved: What came of each table of it: rows, refused, gaps.
    """

    mended: list[Mended] = field(default_factory=list)
    backup: str | None = None
    salvaged: str | None = None
    saved: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def repair(
    path: Path,
    settings: Settings,
    *,
    now: Callable[[], str],
    tell: Callable[[str], None] = lambda _: None,
    progress: Callable[[int, int], None] | None = None,
) -> Repair:
    """Mend what follows from the rest of the database, and save the rows of a damaged file.

    A damaged file is left as it is: its rows go into a new one beside it.

    Args:
        path: The database, which nobody else has open.
        settings: Scorer and index version in force.
        now: The clock.
        tell: Gets a line before each step: what will be done.
        progress: Told tables saved and in all.

    Raises:
        Locked: another process has it open.
        Damaged: not even its list of tables can be read.
        DatabaseMissing, SchemaTooNew, StoreError: as every command.
    """
    if not path.is_file():
        with database(path, create=False):  # says so
            pass
    with locked(path, "a daily job, a restore or a repair runs on "):
        wrong = _damage(path)
        if wrong:
            return _saved(path, wrong, now(), tell, progress)
        with backups.alone(path) as conn:
            conn.execute("PRAGMA foreign_keys = ON")
            return _mended(faults.Looked(conn, path, settings, now), tell)


def _damage(path: Path) -> str:
    """What is wrong with the pages, that no index is the cause of; empty = nothing.

    Raises:
        NotADatabase: it is somebody else's.
        Locked: another process has it open.
        StoreError: it cannot be opened.
    """
    try:
        backups.settle(path)
    except sqlite3.DatabaseError as error:
        return str(error)
    try:
        with database(path, create=False) as conn:
            wrong = backups.integrity(conn)
    except NotADatabase as error:
        return str(error)
    return "" if mending.only_indices(wrong) else "; ".join(wrong[: backups.SHOWN])


def _saved(
    path: Path,
    wrong: str,
    instant: str,
    tell: Callable[[str], None],
    progress: Callable[[int, int], None] | None,
) -> Repair:
    """Take the rows out of a damaged file.

    Raises:
        Damaged: not even its list of tables can be read.
    """
    target = path.with_name(f"{path.stem}{faults.SALVAGED}{compact(instant)}{path.suffix}")
    tell(f"damaged: {wrong}: what can be read is saved to {target}")
    need_room(path.parent, path.stat().st_size)
    made = target.with_name(f"{target.name}{PARTIAL}")
    clear([made])
    try:
        found = salvage.salvage(path, made, progress=progress)
    except sqlite3.OperationalError as error:
        raise StoreError(f"cannot write {made}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"nothing of {path} can be read ({error}): restore a backup") from error
    finally:
        clear(side_files(made))
    put(made, target)
    rows = sum(saved.rows for saved in found.values())
    done = f"{rows:,} rows of {len(found)} tables are in {target}; {path} was not changed"
    mended = [Mended("database", wrong, done)]
    return Repair(mended, None, str(target), {name: asdict(one) for name, one in found.items()})


def _mended(looked: faults.Looked, tell: Callable[[str], None]) -> Repair:
    """Search and mend in their order, with a backup before the first change of the file."""
    mended: list[Mended] = []
    saved: str | None = None
    for name in faults.SEARCHES:
        fault = faults.find(looked, name)
        if fault is None:
            continue
        done = None
        if fault.mend is not None:
            if fault.changes and saved is None:
                saved = _before(looked, tell)
            tell(f"{fault.name}: {fault.text}: {fault.would}")
            done = fault.mend()
        mended.append(Mended(fault.name, fault.text, done))
    return Repair(mended, saved)


def _before(looked: faults.Looked, tell: Callable[[str], None]) -> str:
    """A copy of the file as it is, faults and all: what a repair does can be taken back.

    It is no backup by its name: `backup --keep` neither counts nor removes it.
    """
    name = f"{looked.path.name}{faults.BEFORE_REPAIR}{compact(looked.now())}"
    kept = looked.path.with_name(name)
    need_room(looked.path.parent, backups.size_of(looked.conn))
    tell(f"a copy of the file as it is goes to {kept}")
    made = kept.with_name(f"{kept.name}{PARTIAL}")
    clear([made])
    backups.copy(looked.conn, made, pause=lambda _: None)
    put(made, kept)
    return str(kept)
