"""Files of dated items -> entries, in batches of one transaction each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store import entries, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry, Problem

BATCH: Final = 5000
_CHUNK: Final = 1 << 20


@dataclass
class Imported:
    """What a file gave."""

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
    from ingest.records import Problem

    done = Imported(path.name)
    instant = now()
    good: list[Entry] = []
    bad: list[Problem] = []
    for item in read_items(path, delay_minutes=settings.import_delay, now=instant):
        done.rows += 1
        if isinstance(item, Problem):
            bad.append(item)
        else:
            good.append(item)
        if len(good) + len(bad) >= BATCH:
            _write(conn, run, done, good, bad, origin, instant)
            good, bad = [], []
            if progress:
                progress(done.rows, done.rows)
    _write(conn, run, done, good, bad, origin, instant)
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


def _write(
    conn: sqlite3.Connection,
    run: Run,
    done: Imported,
    good: Sequence[Entry],
    bad: Sequence[Problem],
    origin: str,
    instant: str,
) -> None:
    with transaction(conn):
        done.new += len(entries.insert(conn, good, origin=origin, now=instant))
        done.refused += problems.record(conn, bad, instant, run.started_at)
