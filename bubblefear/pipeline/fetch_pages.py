"""Pages of relevant articles -> bodies; each page is asked for once in a run."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bubblefear.instants import days_before
from bubblefear.store import articles, points, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from bubblefear.store.articles import Wanted
    from ingest.errors import IngestError
    from ingest.records import Page
    from ingest.web.fetch import Fetcher

DAYS: Final = 2
# A page takes the processor where a feed takes the wire: more at once only pile up in memory.
AT_ONCE: Final = 8


@dataclass
class Fetched:
    """What a round of pages gave."""

    asked: int = 0
    whole: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """One line for the terminal."""
        other = self.asked - self.whole - self.failed
        why = ", ".join(f"{reason} {count}" for reason, count in self.reasons.most_common())
        return (
            f"{self.asked} pages asked for: {self.whole} read, {other} without the article"
            f"{f' ({why})' if why else ''}, {self.failed} failed"
        )

    def count(self, page: Page | IngestError) -> None:
        """Add what came of one page."""
        from ingest.records import Page

        self.asked += 1
        if not isinstance(page, Page):
            self.failed += 1
        elif page.status == "ok":
            self.whole += 1
        else:
            self.reasons[page.reason or page.status] += 1


def fetch_pages(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    fetcher: Fetcher | None = None,
) -> Fetched:
    """Fetch the pages of the most relevant recent articles that have no body.

    A link to a film or a document is empty without asking. What a page says of its date and
    address changes no entry: when it was first seen stays what it was. Relevance is read from
    title and summary, before any score. A page that fails is a problem and is asked for again by
    later runs while it is news; pages do not make a run partial, since paywalls and robots.txt
    refuse some every day.
    """
    done = Fetched()
    since = days_before(run.started_at, DAYS)
    room = settings.max_pages - articles.pages_asked_since(conn, run.started_at)
    wanted = articles.without_body(conn, before=run.started_at, since=since)
    chosen = _most_relevant(wanted)[: max(0, room)]
    if chosen:
        _fetch_all(conn, settings, run, done, chosen, now, progress, fetcher)
    run.say(str(done))
    return done


def _most_relevant(wanted: list[Wanted]) -> list[Wanted]:
    """Those on topic, by relevance and then in order of writing."""
    from nlp.aggregate import is_topical
    from nlp.reading import read
    from nlp.records import Document

    ranked = []
    for one in wanted:
        reading = read(Document(one.id, one.title, one.summary, None, one.language))
        relevance = max((s.relevance for s in reading.sentences), default=0.0)
        if is_topical(relevance):
            ranked.append((-relevance, one.number, one))
    return [one for _, _, one in sorted(ranked, key=lambda row: row[:2])]


def _fetch_all(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    done: Fetched,
    chosen: list[Wanted],
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None,
    fetcher: Fetcher | None,
) -> None:
    from ingest.web.fetch import Fetcher

    client = fetcher or Fetcher(allow_private=settings.allow_private)
    pool = ThreadPoolExecutor(max_workers=min(settings.workers, AT_ONCE), thread_name_prefix="page")
    try:
        found = pool.map(_asker(client, now), chosen)
        for place, (one, page) in enumerate(zip(chosen, found, strict=True), 1):
            _store(conn, run, one, page, now)
            done.count(page)
            if progress:
                progress(place, len(chosen))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if fetcher is None:
            client.close()


def _asker(client: Fetcher, now: Callable[[], str]) -> Callable[[Wanted], Page | IngestError]:
    """Fetches one page; the fetcher asks a host one thing at a time."""
    from ingest.errors import IngestError
    from ingest.pages.extract import fetch_page, not_asked
    from ingest.pages.links import leads_to_text

    def ask(one: Wanted) -> Page | IngestError:
        if not leads_to_text(one.url):
            return not_asked(one.url)
        try:
            return fetch_page(client, one.url, now())
        except IngestError as error:
            return error

    return ask


def _store(
    conn: sqlite3.Connection,
    run: Run,
    one: Wanted,
    page: Page | IngestError,
    now: Callable[[], str],
) -> None:
    from ingest.records import Page, Problem

    with transaction(conn):
        instant = points.after_vintages(conn, now())
        if isinstance(page, Page):
            articles.set_body(conn, one, status=page.status, body=page.body, now=instant)
            return
        articles.set_body(conn, one, status="failed", body=None, now=instant)
        code = f"page.{page.code.rpartition('.')[2]}"
        found = Problem(code, one.url, str(page), None)
        problems.record(conn, [found], instant, run.started_at)
