"""Addresses that wait -> bodies, each with the time at which its text was known.

A page as it is now says what is known now, whatever the list's date: its text counts from today.
An archive's copy says what was known when the copy was made, which is in the address that it came
from in the end: an archive sends on to the copy nearest to the time that was asked for.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bubblefear.pipeline.fetch_pages import AT_ONCE
from bubblefear.store import articles, backfill, entries, problems, transaction
from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from bubblefear.store.backfill import Waiting
    from ingest.errors import IngestError
    from ingest.records import Page, Problem
    from ingest.web.fetch import Fetched, Fetcher

BATCH: Final = 400
# Wayback writes /web/20251120093000id_/http..., and other archives of its software likewise.
_COPY: Final = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/https?:/")


@dataclass
class PagesRead:
    """What reading listed pages gave; ``waiting`` is what later runs have still to ask for."""

    asked: int = 0
    whole: int = 0
    other: int = 0
    failed: int = 0
    refused: int = 0
    waiting: int = 0
    seconds: float = field(default=0.0)

    def __str__(self) -> str:
        """One line for the terminal."""
        rate = self.asked / self.seconds if self.seconds else 0.0
        return (
            f"{self.asked:,} listed pages asked for ({rate:.1f}/s): {self.whole:,} read, "
            f"{self.other:,} without the article, {self.failed:,} failed, "
            f"{self.refused:,} refused; {self.waiting:,} left for later runs"
        )


@dataclass(frozen=True)
class _Answer:
    """A page with the time at which its text was known."""

    page: Page
    known_at: str


def read_pages(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    limit: int | None = None,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    fetcher: Fetcher | None = None,
) -> PagesRead:
    """Ask for every listed page that waits, or failed in earlier runs fewer than three times.

    Each page is stored in a transaction of its own, so that a run that was killed goes on where
    it was. A failure is a problem and makes the run partial; what robots.txt or the guard of
    private networks refuses is a problem too, and is not asked for again.

    Args:
        conn: The database.
        settings: Workers, and whether private addresses may be reached.
        run: The run that this belongs to.
        limit: Most pages to ask for; None = all.
        now: The clock.
        progress: Gets pages asked for and pages in all.
        fetcher: Stands in for a client of the settings.
    """
    from ingest.web.fetch import Fetcher

    done = PagesRead()
    started = time.perf_counter()
    due = backfill.count_due(conn, run.started_at)
    total = due if limit is None else min(limit, due)
    client = fetcher or Fetcher(allow_private=settings.allow_private)
    try:
        while done.asked < total:
            rows = backfill.due(conn, run.started_at, min(BATCH, total - done.asked))
            if not rows:
                break
            for row, answer in _answers(client, rows, min(settings.workers, AT_ONCE), now):
                _store(conn, run, done, row, answer, now())
                if progress:
                    progress(done.asked, total)
    finally:
        if fetcher is None:
            client.close()
    done.seconds = time.perf_counter() - started
    done.waiting = backfill.count_due(conn, "9999")
    run.partial = run.partial or done.failed > 0
    run.say(str(done))
    return done


def _answers(
    client: Fetcher, rows: list[Waiting], workers: int, now: Callable[[], str]
) -> Iterator[tuple[Waiting, _Answer | IngestError]]:
    """Pages as they come; a host is asked one thing at a time, and holds up no other host."""
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue
    from threading import Event

    from ingest.urls import host_of

    hosts: dict[str, list[Waiting]] = {}
    for row in rows:
        hosts.setdefault(host_of(row.copy_url or row.link), []).append(row)
    found: SimpleQueue[tuple[Waiting, _Answer | IngestError] | None] = SimpleQueue()
    stop = Event()

    def ask_all(queue: list[Waiting]) -> None:
        try:
            for row in queue:
                if stop.is_set():
                    return
                found.put((row, _ask(client, row, now)))
        finally:
            found.put(None)

    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="backfill")
    try:
        asking = [pool.submit(ask_all, queue) for queue in hosts.values()]
        for _ in asking:
            yield from iter(found.get, None)
        for one in asking:
            one.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _ask(client: Fetcher, row: Waiting, now: Callable[[], str]) -> _Answer | IngestError:
    from ingest.errors import IngestError

    try:
        fetched = client.fetch(row.copy_url or row.link, robots=True)
    except IngestError as error:
        return error
    known = now()
    if row.copy_url is None:
        return _Answer(_page(fetched, fetched.final_url, known), known)
    known = min(known, _copied_at(fetched.final_url) or known)
    # The rules for a page are those of its own site, not of the archive's.
    return _Answer(_page(fetched, row.link, known), known)


def _page(fetched: Fetched, address: str, known_at: str) -> Page:
    from ingest.pages.extract import extract_page

    return extract_page(fetched.body, address, known_at, fetched.content_type)


def _copied_at(address: str) -> str | None:
    """When an archive made the copy at this address, as far as the address says."""
    found = _COPY.search(address)
    try:
        moment = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:  # the 31st of February
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _store(
    conn: sqlite3.Connection,
    run: Run,
    done: PagesRead,
    row: Waiting,
    answer: _Answer | IngestError,
    instant: str,
) -> None:
    done.asked += 1
    with transaction(conn):
        if isinstance(answer, _Answer):
            problem = _keep(conn, done, row, answer, instant)
        else:
            problem = _note_failure(conn, done, row, answer, instant)
        if problem:
            problems.record(conn, [problem], instant, run.started_at)


def _note_failure(
    conn: sqlite3.Connection, done: PagesRead, row: Waiting, error: IngestError, instant: str
) -> Problem:
    from ingest.errors import AddressRefusedError, RobotsRefusedError
    from ingest.records import Problem

    refused = isinstance(error, AddressRefusedError | RobotsRefusedError)
    done.refused += refused
    done.failed += not refused
    state = "refused" if refused else "failed"
    backfill.settle(conn, row.url, state=state, now=instant, reason=str(error))
    return Problem(f"page.{error.code.rpartition('.')[2]}", row.link, str(error), None)


def _keep(
    conn: sqlite3.Connection, done: PagesRead, row: Waiting, answer: _Answer, instant: str
) -> Problem | None:
    """Store a page with its entry, which a list without titles could not make."""
    from ingest.records import Problem

    known = row.entry_id or _entry_since(conn, row)
    entry_id = known or _make_entry(conn, row, answer, instant)
    if entry_id is None:
        done.failed += 1
        reason = "the list gives no title, and the page none with a text that dates from then"
        backfill.settle(conn, row.url, state="failed", now=instant, reason=reason)
        return Problem("import.page", row.link, reason, None)
    month = ledger.months_of(conn, [entry_id]).get(entry_id)
    if month:
        done.failed += 1
        reason = f"its entry lies in the archive: `bubblefear archive restore {month}` first"
        backfill.settle(conn, row.url, state="failed", now=instant, reason=reason)
        return Problem("import.archived", row.link, reason, None)
    target = backfill.target(conn, entry_id)
    if target and target.body_status in ("none", "failed"):
        page = answer.page
        articles.set_body(
            conn, target.wanted, status=page.status, body=page.body, now=answer.known_at
        )
    whole = answer.page.status == "ok"
    done.whole += whole
    done.other += not whole
    titled = known is not None
    backfill.settle(conn, row.url, state="done", now=instant, entry_id=entry_id, titled=titled)
    return None


def _entry_since(conn: sqlite3.Connection, row: Waiting) -> str | None:
    """The entry that a poll or another list made of the address: its title needs no page."""
    from ingest.identity.keys import entry_key

    key = entry_key(row.source, row.url, None, "")
    return key if entries.existing(conn, [key]) else None


def _make_entry(
    conn: sqlite3.Connection, row: Waiting, answer: _Answer, instant: str
) -> str | None:
    """The id of the entry that a page gives to a row without a title.

    Its title is known when the page is. A copy dates from then, so the entry was first seen then;
    a page of today stands at the list's date, as do all, but only with a body, whose later time
    keeps its score out of what was known before.
    """
    from ingest.files.lists import Listed, page_entry

    listed = Listed(
        url=row.link,
        canonical_url=row.url,
        source=row.source,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        date_note=row.date_note,
        title=None,
        summary=None,
        language=None,
    )
    dated = row.copy_url is not None and answer.known_at < instant
    if dated:
        listed = replace(listed, first_seen_at=max(row.first_seen_at, answer.known_at))
    elif answer.page.status != "ok":
        return None
    entry = page_entry(answer.page, listed, row.list)
    if entry is None:
        return None
    entries.insert(conn, [entry], origin="import", now=instant)
    return entry.key
