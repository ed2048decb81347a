"""The archive asked through DuckDB: the tables of some months as views of the same names.

DuckDB is imported here and nowhere else, and only when rows of the archive are really wanted: it
takes longer to import than a query of the index may take. It may read the files of the archive,
and nothing else: no extension, no home folder, no network.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import ArchiveBroken
from bubblefear.store.archive import ledger, parquet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow

MEMORY: Final = "512MB"
THREADS: Final = 1
BATCH: Final = 50_000
SPILL: Final = ".spill"

# Path, size, time of change -> hash: a file is hashed once by a process.
_HASHED: dict[tuple[str, int, int], str] = {}


class Archive:
    """The rows of some months; tables without rows there are empty views."""

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        """Take a connection whose views are made."""
        self._duck = duck

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises:
            ArchiveBroken: a file cannot be read.
        """
        return [row for batch in self.batches(sql, parameters) for row in batch]

    def batches(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query, some at a time.

        Raises:
            ArchiveBroken: a file cannot be read.
        """
        with _told():
            found = self._duck.execute(sql, list(parameters))
            while batch := found.fetchmany(BATCH):
                yield batch

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pyarrow.Table:
        """The rows of a query as columns.

        Raises:
            ArchiveBroken: a file cannot be read.
        """
        with _told():
            found: pyarrow.Table = self._duck.sql(sql, params=list(parameters)).to_arrow_table()
            return found


@contextmanager
def archive(
    conn: sqlite3.Connection, months: Iterable[str], tables: Sequence[str]
) -> Iterator[Archive]:
    """Tables of some months of the archive, as they lie in the files.

    Raises:
        ArchiveBroken: a file is missing or not as it was written.
    """
    wanted = [file for file in ledger.files(conn, months) if file.name in tables]
    places = checked(conn, wanted)
    with closing(_connect(ledger.folder(conn), places.values())) as duck:
        for name in tables:
            of_table = [str(places[file.file]) for file in wanted if file.name == name]
            duck.execute(_view(conn, name, of_table))
        yield Archive(duck)


def checked(conn: sqlite3.Connection, files: Iterable[ledger.File]) -> dict[str, Path]:
    """Where each file lies, after a look whether it is the one that was written.

    Raises:
        ArchiveBroken: one is missing or differs; the line says what to do.
    """
    folder = ledger.folder(conn)
    found = {}
    for file in files:
        reason = fault(folder, file)
        if reason:
            raise ArchiveBroken(
                f"{folder / file.file} {reason}: put back the folder {folder.name} of a backup; "
                f"without it {file.month} lacks {file.rows:,} rows of {file.name}"
            )
        found[file.file] = folder / file.file
    return found


def fault(folder: Path, file: ledger.File, *, again: bool = False) -> str | None:
    """What is wrong with a file; None = it is the one that was written.

    ``again``: hash it even if this process did so before and its time of change is the same.
    """
    place = folder / file.file
    try:
        state = place.stat()
        if state.st_size != file.bytes:
            return f"is damaged ({state.st_size:,} bytes, not {file.bytes:,})"
        key = (str(place), state.st_size, state.st_mtime_ns)
        if again or key not in _HASHED:
            _HASHED[key] = parquet.file_sha256(place)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None if _HASHED[key] == file.sha256 else "is damaged (its hash is another)"


def _connect(folder: Path, places: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    import duckdb

    duck = duckdb.connect(
        ":memory:",
        config={
            "threads": str(THREADS),
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
            "allow_community_extensions": "false",
            # Where a join would not fit into memory.
            "temp_directory": str(folder / SPILL),
        },
    )
    listed = ", ".join(f"'{_quoted(str(place))}'" for place in places)
    duck.execute(f"SET allowed_paths = [{listed}]")
    duck.execute("SET enable_external_access = false")
    duck.execute("SET enable_progress_bar = false")
    duck.execute("SET lock_configuration = true")
    return duck


def _view(conn: sqlite3.Connection, name: str, places: Sequence[str]) -> str:
    if places:
        listed = ", ".join(f"'{_quoted(place)}'" for place in places)
        return f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])"
    kinds = {"TEXT": "VARCHAR", "INTEGER": "BIGINT", "REAL": "DOUBLE", "BLOB": "BLOB"}
    columns = parquet.table_columns(conn, name)
    none = ", ".join(f'CAST(NULL AS {kinds[kind]}) AS "{column}"' for column, kind in columns)
    return f"CREATE VIEW {name} AS SELECT {none} WHERE false"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@contextmanager
def _told() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise ArchiveBroken(f"the archive cannot be read: {str(error).splitlines()[0]}") from error
