"""Lists of addresses with dates -> entries of what the list says, and addresses to be read.

A row with a title is an entry at once: the denominator of its day is complete before a page is
read. A row without one becomes an entry with its page (``backfill``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from bubblefear.errors import UsageError
from bubblefear.pipeline.import_file import Imported, in_batches
from bubblefear.store import backfill, entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.files.lists import Listed


def check_template(via: str) -> None:
    """Whether an archive's address can be made of it.

    Raises:
        UsageError: it lacks ``{url}``, names another field, or is no http address.
    """
    from ingest.urls import is_web_address

    try:
        filled = _filled(via, "http://example.org/a", "20250101000000")
    except (KeyError, IndexError, ValueError) as error:
        message = f"--via may name {{url}} and {{timestamp}} alone, not {error}: {via}"
        raise UsageError(message) from error
    if "example.org" not in filled or not is_web_address(filled):
        raise UsageError(f"--via must be an http address with {{url}} in it: {via}")


def import_list(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    path: Path,
    *,
    via: str | None = None,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Store the addresses of a list that are not stored yet, each waiting to be read.

    Args:
        conn: The database.
        settings: Delay from the list's date to first sight.
        run: The run that this belongs to.
        path: The list, as ``ingest.files.lists`` reads it.
        via: Address of an archive's copy with ``{url}`` and ``{timestamp}`` (14 digits, the list's
            date); None = the pages as they are now.
        now: The clock.
        progress: Gets rows read twice (their number is known only at the end).

    Raises:
        FileError: the list cannot be read.
        UsageError: ``via`` is no template.
    """
    from ingest.files.lists import read_list

    if via is not None:
        check_template(via)
    instant = now()

    def write(rows: list[Listed]) -> int:
        return _write(conn, path.name, rows, via, instant)

    items = read_list(path, delay_minutes=settings.import_delay, now=instant)
    return in_batches(conn, run, path.name, items, write, instant, progress)


def _write(
    conn: sqlite3.Connection, name: str, rows: Sequence[Listed], via: str | None, instant: str
) -> int:
    from ingest.files.lists import listed_entry

    titled = {row.canonical_url: listed_entry(row, name) for row in reversed(rows) if row.title}
    entries.insert(conn, list(titled.values()), origin="import", now=instant)
    return backfill.add(
        conn,
        [
            backfill.Waiting(
                url=row.canonical_url,
                link=row.url,
                copy_url=None if via is None else _copy(via, row),
                source=row.source,
                published_at=row.published_at,
                first_seen_at=row.first_seen_at,
                date_note=row.date_note,
                list=name,
                titled=int(row.canonical_url in titled),
                entry_id=titled[row.canonical_url].key if row.canonical_url in titled else None,
            )
            for row in rows
        ],
    )


def _copy(via: str, row: Listed) -> str:
    digits = "".join(c for c in row.published_at if c.isdigit())
    return _filled(via, row.url, digits)


def _filled(via: str, url: str, timestamp: str) -> str:
    """The template with its fields; in a query the address must not break out of its parameter."""
    before = via.partition("{url}")[0]
    return via.format(url=quote(url, safe="") if "?" in before else url, timestamp=timestamp)
