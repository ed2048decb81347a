"""Whether the archive is whole: its bytes, its counts, and that each entry is in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.errors import ArchiveBroken
from bubblefear.store.archive import ledger, leftovers, moving, parquet, reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def faults(
    conn: sqlite3.Connection,
    files: list[ledger.File],
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """What is wrong, a line for each; empty = nothing.

    Args:
        conn: The database.
        files: Those of ``archives``.
        progress: Gets files done and files in all.
    """
    found = []
    for done, file in enumerate(files, start=1):
        found += _of_file(conn, file)
        if progress:
            progress(done, len(files))
    both = conn.execute(
        "SELECT count(*) FROM entries WHERE id IN (SELECT id FROM archived_entries)"
    ).fetchone()[0]
    if both:
        found.append(f"{both:,} entries are both in SQLite and in the archive")
    named = conn.execute("SELECT count(*) FROM archived_entries").fetchone()[0]
    held = ledger.count(conn, ledger.ENTRIES)
    if named != held:
        found.append(f"the database names {named:,} archived entries, the files hold {held:,}")
    return found + [f"{place}: not of this database" for place in leftovers.unknown(conn)]


def _of_file(conn: sqlite3.Connection, file: ledger.File) -> list[str]:
    folder = ledger.folder(conn)
    place = folder / file.file
    reason = reading.fault(folder, file, again=True)
    if reason:
        return [f"{place} {reason}"]
    held, unknown = 0, 0
    try:
        for batch in parquet.rows(place, [moving.TABLES[file.name]]):
            ids = {row[0] for row in batch}
            known = ledger.months_of(conn, sorted(ids))
            held += len(batch)
            unknown += sum(known.get(one) != file.month for one in ids)
    except ArchiveBroken as error:
        return [str(error)]
    if held != file.rows:
        return [f"{place} holds {held:,} rows, not {file.rows:,}"]
    return [f"{place}: {unknown:,} of its entries are not known as archived"] if unknown else []
