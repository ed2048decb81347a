"""Files of dated items -> entries, in batches of one transaction each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from bubblefear.store import entries, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry, Problem

# Ids and addresses are as good as random: each row changes a page of its own in every index, and
# each commit writes all these pages. Of a million rows 5,000 to a commit wrote 12.7 GB, and these
# 5.7 GB in a sixth less time; with 50,000 a daily job waits for seconds.
BATCH: Final = 20_000
_CHUNK: Final = 1 << 20

T = TypeVar("T")


@dataclass
class Imported:
    """What a file gave; ``rows`` are items, or addresses of a list."""

    file: str
    rows: int = 0
    new: int = 0
    refused: int = 0

    def __str__(self) -> str:
        """One line for the terminal."""
        refused = f", {self.refused:,} refused (see `bubblefear doctor`)" if self.refused else ""
        return f"{self.file}: {self.rows:,} rows, {self.new:,} new{refused}"


def import_file(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    path: Path,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    origin: str = "import",
) -> Imported:
    """Store the items of a CSV, JSONL or Parquet file that are not stored yet.

    A row that cannot be an item becomes a problem and makes the run partial.

    Args:
        conn: The database.
        settings: Delay from publication to first sight.
        run: The run that this belongs to.
        path: The file.
        now: The clock.
        progress: Gets rows read twice (their number is known only at the end).
        origin: ``import`` or ``sample``.

    Raises:
        FileError: the file cannot be read.
    """
    from ingest.files.read import read_items

    instant = now()

    def write(rows: list[Entry]) -> int:
        return len(entries.insert(conn, rows, origin=origin, now=instant))

    items = read_items(path, delay_minutes=settings.import_delay, now=instant)
    return in_batches(conn, run, path.name, items, write, instant, progress)


def in_batches(
    conn: sqlite3.Connection,
    run: Run,
    name: str,
    items: Iterable[T | Problem],
    write: Callable[[list[T]], int],
    instant: str,
    progress: Callable[[int, int], None] | None,
) -> Imported:
    """Store the rows of a file, so many to a transaction; bad ones are kept as problems.

    Args:
        conn: The database.
        run: The run that this belongs to; bad rows make it partial.
        name: The file's name.
        items: Its rows.
        write: Stores good rows and says how many are new.
        instant: The time of the import.
        progress: Gets rows read twice.
    """
    from ingest.records import Problem

    done = Imported(name)
    numbered = iter(items)
    while batch := list(islice(numbered, BATCH)):
        bad = [item for item in batch if isinstance(item, Problem)]
        with transaction(conn):
            done.new += write([item for item in batch if not isinstance(item, Problem)])
            done.refused += problems.record(conn, bad, instant, run.started_at)
        done.rows += len(batch)
        if progress:
            progress(done.rows, done.rows)
    run.partial = run.partial or done.refused > 0
    run.say(str(done))
    return done


def file_sha256(path: Path) -> str:
    """Hash of a file's bytes, for the run."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
