"""Rows of a table <-> one Parquet file: exactly, with a hash of both.

SQLite's four kinds of value have their like in Arrow, so that a row read back is the row written:
REAL stays a double, NULL stays NULL, text stays text.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import ArchiveBroken

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow

# A source's rows lie together, so that most groups of rows are of one or two sources.
GROUP: Final = 20_000
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Written:
    """A file as it lies on the disk, read back and found equal to the rows."""

    rows: int
    bytes: int
    sha256: str


def write(
    path: Path, columns: Sequence[tuple[str, str]], batches: Iterator[list[tuple[Any, ...]]]
) -> Written:
    """Write rows into a new file, through to the disk, and read them back.

    Args:
        path: Of the file, in a folder that is there.
        columns: Name and SQLite type of each column.
        batches: The rows, in order.

    Raises:
        ArchiveBroken: what was read back is not what was written.
        OSError: the disk is full, or may not be written to.
    """
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64(), "BLOB": pa.binary()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns])
    told, rows = hashlib.sha256(), 0
    with (
        path.open("wb") as stream,
        parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        for batch in batches:
            values = zip(*batch, strict=True)
            arrays = [pa.array(v, f.type) for v, f in zip(values, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=GROUP)
            rows += len(batch)
            _add(told, batch)
    flush(path)
    if _told(path) != (rows, told.hexdigest()):
        raise ArchiveBroken(f"{path} does not read as it was written: is the disk sound?")
    return Written(rows, path.stat().st_size, file_sha256(path))


def rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a file, in batches; of some columns, or of all.

    Raises:
        ArchiveBroken: the file is no Parquet file, or damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=GROUP, columns=columns):
                values = [column.to_pylist() for column in batch.columns]
                yield list(zip(*values, strict=True))
    except (pa.ArrowException, OSError) as error:
        raise ArchiveBroken(f"{path} cannot be read: {error}") from error


def columns(path: Path) -> list[str]:
    """The columns of a file, in their order."""
    from pyarrow import parquet

    schema: pyarrow.Schema = parquet.read_schema(path)
    return list(schema.names)


def flush(path: Path) -> None:
    """Wait until a file, or the list of files of a folder, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def table_columns(conn: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """Name and type of each column of a table."""
    return [(row[1], row[2]) for row in conn.execute(f"PRAGMA table_info({table})")]


def _told(path: Path) -> tuple[int, str]:
    told, number = hashlib.sha256(), 0
    for batch in rows(path):
        number += len(batch)
        _add(told, batch)
    return number, told.hexdigest()


def _add(told: Any, batch: list[tuple[Any, ...]]) -> None:  # noqa: ANN401 - hashlib's has no name
    # repr of a float is its shortest text that reads back as the same bits.
    for row in batch:
        told.update(repr(row).encode("utf-8", "surrogatepass"))
