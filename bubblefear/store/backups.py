"""The database as a whole: copied while others write, checked, and taken for oneself alone.

A file is opened here as it is, at whatever schema: a backup before an upgrade is one of the old
schema.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import (
    Damaged,
    DatabaseMissing,
    Locked,
    NotADatabase,
    SchemaTooNew,
    StoreError,
)
from bubblefear.store import seals
from bubblefear.store.database import SCHEMA_VERSION, distrust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Four megabytes at once, then a breath: a backup of a large file leaves the disk to the writers.
PAGES: Final = 1_000
PAUSE_SECONDS: Final = 0.002
SHOWN: Final = 3
SEALS_SINCE: Final = 2
ARCHIVES_SINCE: Final = 6
_CANNOT_WRITE: Final = (sqlite3.OperationalError, OSError)


@dataclass(frozen=True)
class Contents:
    """What a sound file holds.

    Attributes:
        schema: Its version.
        rows: Of each table.
        vintages: How many are sealed.
        broken: Vintages that are not as they were sealed.
    """

    schema: int
    rows: dict[str, int]
    vintages: int
    broken: list[seals.Broken]


@dataclass(frozen=True, slots=True)
class Moved:
    """A Parquet file that rows were moved to: its path within the archive's folder."""

    file: str
    bytes: int
    sha256: str


@contextmanager
def as_it_is(path: Path, *, still: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a file of ours for reading, without bringing it to the present schema.

    Args:
        path: The file.
        still: Nobody writes to it, so that nothing is made beside it either: it may lie in a
            folder that is read-only. A file with a log of late writes (``-wal``) is not still.

    Raises:
        DatabaseMissing: there is none.
        NotADatabase: it is of another kind.
        SchemaTooNew: a later version wrote it.
        StoreError: it cannot be opened.
    """
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database")
    if not path.is_file():
        raise DatabaseMissing(f"no database at {path}")
    still = still and not path.with_name(f"{path.name}-wal").exists()
    mode = "mode=ro&immutable=1" if still else "mode=rw"
    address = f"{path.resolve().as_uri()}?{mode}"
    try:
        conn = sqlite3.connect(address, uri=True, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise StoreError(f"cannot open {path}: {error}") from error
    with closing(conn):
        conn.row_factory = sqlite3.Row
        distrust(conn)
        _identify(conn, path)
        conn.execute("PRAGMA query_only = ON")
        yield conn


def _identify(conn: sqlite3.Connection, path: Path) -> None:
    try:
        version, ours = schema_of(conn), _is_ours(conn)
    except sqlite3.OperationalError as error:
        raise StoreError(f"cannot use {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise NotADatabase(f"{path} is not an SQLite database ({error})") from error
    if not ours:
        raise NotADatabase(f"{path} is an SQLite database, but not one of bubblefear's")
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} has schema {version}, this bubblefear knows up to {SCHEMA_VERSION}: "
            "upgrade bubblefear"
        )


def _is_ours(conn: sqlite3.Connection) -> bool:
    found = conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'")
    return found.fetchone() is not None


def schema_of(conn: sqlite3.Connection) -> int:
    """The version of the file's schema."""
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def size_of(conn: sqlite3.Connection) -> int:
    """Bytes of a whole copy."""
    pages, each = (conn.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_count", "page_size"))
    return int(pages) * int(each)


def copy(
    conn: sqlite3.Connection,
    target: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Write the whole database, as it is at this moment, into a new file.

    One snapshot is read from the first page to the last: whoever writes meanwhile neither waits
    nor is waited for, and nothing of it is in the copy. Without the snapshot SQLite would begin
    again after every write of another process, and beside a busy one never end.

    Args:
        conn: The database.
        target: Of the copy; it is not written through to the disk yet.
        progress: Told pages done and pages in all.
        pause: Waits between two steps.

    Raises:
        StoreError: it cannot be written: a full disk, a folder that is read-only.
    """

    def step(_status: int, remaining: int, total: int) -> None:
        if progress:
            progress(total - remaining, total)
        if remaining:
            pause(PAUSE_SECONDS)

    conn.execute("BEGIN")
    try:
        conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as made:
            made.execute("PRAGMA journal_mode = OFF")  # a copy that fails is thrown away
            made.execute("PRAGMA synchronous = OFF")
            conn.backup(made, pages=PAGES, progress=step)
    except _CANNOT_WRITE as error:
        raise StoreError(f"cannot write {target}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"the database cannot be copied: {error}") from error
    finally:
        conn.execute("ROLLBACK")


def contents(path: Path) -> Contents:
    """Check a file that nobody writes to, from its first page to its last, and count its rows.

    Raises:
        Damaged: what is wrong with it.
        NotADatabase, SchemaTooNew, StoreError: as ``as_it_is``.
    """
    with as_it_is(path, still=True) as conn:
        wrong = integrity(conn)
        if wrong:
            raise Damaged(f"{path} is damaged: {'; '.join(wrong[:SHOWN])}")
        schema = schema_of(conn)
        sealed = schema >= SEALS_SINCE
        return Contents(
            schema,
            count_rows(conn),
            seals.count(conn) if sealed else 0,
            seals.verify(conn) if sealed else [],
        )


def integrity(conn: sqlite3.Connection, limit: int = 20) -> list[str]:
    """What SQLite finds wrong with the file: pages, rows against every index, constraints."""
    try:
        found = [str(row[0]) for row in conn.execute(f"PRAGMA integrity_check({limit})")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def tables(conn: sqlite3.Connection) -> list[str]:
    """The tables with rows of ours, in the order in which they were made."""
    rows = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' "
        "ESCAPE '~' AND name NOT LIKE 'articles~_fts%' ESCAPE '~' "
        "AND name <> '_sqlite_migrations' ORDER BY rowid"
    )
    return [str(row[0]) for row in rows]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def count_rows(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table."""
    return {
        name: int(conn.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0])
        for name in tables(conn)
    }


def moved(conn: sqlite3.Connection) -> list[Moved]:
    """The Parquet files that hold rows of this database; without them it is not whole."""
    if schema_of(conn) < ARCHIVES_SINCE:
        return []
    rows = conn.execute("SELECT file, bytes, sha256 FROM archives ORDER BY file")
    return [Moved(*row) for row in rows]


@contextmanager
def alone(path: Path, seconds: float = 1.0) -> Iterator[sqlite3.Connection]:
    """The only connection to the file; while it is open nobody else can even read.

    Args:
        path: The file.
        seconds: How long to wait for the others to leave.

    Raises:
        Locked: another process has the file open, be it for reading.
        StoreError: it cannot be opened.
        sqlite3.DatabaseError: it is too damaged for that.
    """
    with closing(sqlite3.connect(path, timeout=seconds, isolation_level=None)) as conn:
        conn.row_factory = sqlite3.Row
        distrust(conn)
        try:
            # Told before the first read: a WAL file is then locked as a whole, readers and all.
            conn.execute("PRAGMA locking_mode = EXCLUSIVE")
            conn.execute("BEGIN EXCLUSIVE")
            conn.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise Locked(
                    f"another process has {path} open: stop the review server, jobs and other "
                    "readers first"
                ) from error
            raise StoreError(f"cannot use {path}: {error}") from error
        yield conn


def settle(path: Path) -> None:
    """Bring the log of late writes into the file itself, so that the file alone is all of it.

    Raises:
        Locked: another process has the file open.
        NotADatabase: it is somebody else's database.
        StoreError: it cannot be opened.
        sqlite3.DatabaseError: it is too damaged for that.
    """
    with alone(path) as conn:
        if not _is_ours(conn):
            raise NotADatabase(f"{path} is an SQLite database, but not one of bubblefear's")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
