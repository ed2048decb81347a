"""What a killed run left in the archive's folder, and files that nobody knows."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Final

from bubblefear.errors import ArchiveBroken
from bubblefear.store.archive import ledger, parquet
from bubblefear.store.archive.moving import UNFINISHED
from bubblefear.store.archive.reading import SPILL

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_PART: Final = re.compile(r"month=\d{4}-\d\d/[a-z_]+\.(\d+)\.parquet")


def clear(conn: sqlite3.Connection) -> list[str]:
    """Delete what a killed run left; no other run may be at work.

    A finished file that no row of ``archives`` names is of a move that was killed before its
    commit, or of a restoring that was killed after it: its entries are in SQLite. One whose
    entries are not, such as of a newer copy of the database, is left alone.

    Returns:
        Files that were left alone, within the folder.
    """
    folder = ledger.folder(conn)
    if not folder.is_dir():
        return []
    for place in folder.glob(f"month=*/*{UNFINISHED}"):
        place.unlink()
    shutil.rmtree(folder / SPILL, ignore_errors=True)
    strangers = []
    for parts in _unknown(conn, folder).values():
        if _all_stored(conn, parts):
            for place in parts:
                place.unlink()
        else:
            strangers += [str(place.relative_to(folder)) for place in parts]
    for month in folder.glob("month=*"):
        if not any(month.iterdir()):
            month.rmdir()
    return sorted(strangers)


def unknown(conn: sqlite3.Connection) -> list[str]:
    """Finished files that no row of ``archives`` names, within the folder."""
    folder = ledger.folder(conn)
    parts = _unknown(conn, folder).values()
    return sorted(str(place.relative_to(folder)) for part in parts for place in part)


def _unknown(conn: sqlite3.Connection, folder: Path) -> dict[tuple[str, str], list[Path]]:
    """By folder of the month and number of the part."""
    listed = {file.file for file in ledger.files(conn)}
    found: dict[tuple[str, str], list[Path]] = {}
    for place in sorted(folder.glob("month=*/*.parquet")):
        relative = place.relative_to(folder).as_posix()
        part = _PART.fullmatch(relative)
        if part and relative not in listed:
            found.setdefault((place.parent.name, part[1]), []).append(place)
    return found


def _all_stored(conn: sqlite3.Connection, parts: list[Path]) -> bool:
    """Whether the entries of a part are all in SQLite.

    Their file is the first to be renamed and the last to be deleted: a part without it is not ours.
    """
    of_entries = [place for place in parts if place.name.startswith(f"{ledger.ENTRIES}.")]
    if not of_entries:
        return False
    try:
        ids = [row[0] for batch in parquet.rows(of_entries[0], ["id"]) for row in batch]
    except ArchiveBroken:
        return False
    stored = conn.execute(
        "SELECT count(*) FROM entries WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    ).fetchone()[0]
    return int(stored) == len(ids)
