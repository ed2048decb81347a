"""Opening the one SQLite file: the only module of the project that does.

Queries use the standard library alone, so that ``bubblefear index`` starts at once.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bubblefear.errors import DatabaseMissing, NotADatabase, SchemaTooNew, StoreError
from bubblefear.store import published

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_VERSION: Final = 6
BUSY_SECONDS: Final = 30
# SQLite's own 2 MB hold neither the index of a million ids nor a batch's full-text rows.
CACHE_KIB: Final = 64 * 1024


def open_database(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """Open ``path`` at the present schema, making or migrating it where needed.

    Args:
        path: The file.
        create: False for commands that only read: a missing file is then an error.

    Returns:
        A connection in autocommit mode (writes go through ``transaction``) with WAL, foreign
        keys and a busy timeout.

    Raises:
        DatabaseMissing: no file and ``create`` is false.
        NotADatabase: the file is of another kind.
        SchemaTooNew: a later version wrote it.
        StoreError: the file cannot be opened.
    """
    existed = path.exists()
    if not existed and not create:
        raise DatabaseMissing(f"no database at {path}: run `bubblefear init` or give --db")
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database")
    conn = _connect(path)
    try:
        _prepare(conn, path)
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def database(path: Path, *, create: bool = True) -> Iterator[sqlite3.Connection]:
    """``open_database`` for a ``with`` block, closed at its end."""
    with closing(open_database(path, create=create)) as conn:
        yield conn


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All of the block's writes or none; a killed process leaves none.

    Raises:
        StoreError: the file was published.
    """
    published.need_writable(conn)
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """All of the block's reads see one state of the file, whatever others write meanwhile."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("COMMIT")


def distrust(conn: sqlite3.Connection) -> None:
    """Take the file for somebody else's: its schema calls no function that can do something.

    A view or trigger of a hostile file could otherwise call what we, Datasette or SQLite lend to a
    connection; and a page that was tampered with is found before it is read.
    """
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA cell_size_check = ON")


def database_file(conn: sqlite3.Connection) -> Path:
    """Where the open database lies."""
    return Path(str(conn.execute("PRAGMA database_list").fetchone()["file"]))


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(f"cannot open {path}: {error}") from error
    conn.row_factory = sqlite3.Row
    distrust(conn)
    return conn


def _prepare(conn: sqlite3.Connection, path: Path) -> None:
    try:
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise SchemaTooNew(
                f"{path} has schema {version}, this bubblefear knows up to {SCHEMA_VERSION}: "
                "upgrade bubblefear"
            )
        if version < SCHEMA_VERSION:
            _migrate(conn, path)
        _need_log(conn)
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except sqlite3.OperationalError as error:
        raise StoreError(_why_unusable(path, error)) from error
    except sqlite3.DatabaseError as error:
        raise NotADatabase(f"{path} is not an SQLite database ({error})") from error


def _need_log(conn: sqlite3.Connection) -> None:
    """Readers beside a writer need the write-ahead log.

    A file can be without: what ``restore`` kept, or was about to replace when it was killed.
    """
    if published.is_published(conn):
        return
    if conn.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):  # read-only, or open elsewhere: usable as it is
            conn.execute("PRAGMA journal_mode = WAL")


def _why_unusable(path: Path, error: sqlite3.OperationalError) -> str:
    """SQLite says "unable to open database file" of a sound file in a folder that is read-only."""
    if os.access(path.parent, os.W_OK):
        return f"cannot use {path}: {error}"
    return (
        f"cannot use {path}: SQLite needs to write beside it and the folder {path.parent} is "
        "read-only; copy the database to another folder and give --db"
    )


def _migrate(conn: sqlite3.Connection, path: Path) -> None:
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    if tables and "_sqlite_migrations" not in tables:
        raise NotADatabase(f"{path} is an SQLite database, but not one of bubblefear's")
    from bubblefear.store.migrations import migrate

    conn.execute("PRAGMA journal_mode = WAL")
    migrate(conn, SCHEMA_VERSION)
