"""Articles -> stories, in the order in which they were first seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bubblefear.headline_traits import traits_of
from bubblefear.pipeline.story_vectors import StoryVectors
from bubblefear.store import articles, stories, transaction
from bubblefear.store.stories import Link
from ingest.stories.items import Item

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.pipeline.recording import Run
    from ingest.stories.items import Placed
    from nlp.embedding import Embedder

WINDOW_HOURS: Final = 72
BATCH: Final = 10_000


def group_stories(
    conn: sqlite3.Connection,
    run: Run,
    *,
    progress: Callable[[int, int], None] | None = None,
    batch: int = BATCH,
    load: Callable[[], Embedder] | None = None,
) -> int:
    """Give every article without a story its story; returns how many there were.

    Articles that have one are walked past too, from a window before the first that has none, so
    that late news finds the stories of its own days. Each batch is one transaction; a run that was
    killed goes on as if it had never stopped. Where the model (``load``, else the one that ships)
    cannot be had, words alone decide.
    """
    from ingest.stories.grouper import StoryGrouper

    span = articles.ungrouped_span(conn)
    if span is None:
        return 0
    first, last, total = span
    grouper = StoryGrouper(WINDOW_HOURS)
    vectors = StoryVectors(conn, run, load)
    place: tuple[str, int] = (_earlier(first, WINDOW_HOURS), 0)
    done, by_meaning = 0, 0
    while chunk := articles.headlines(conn, place, last, batch):
        placed = grouper.place([_item(row) for row in chunk], vectors)
        if placed:
            _store(conn, placed, vectors)
        place = (chunk[-1].first_seen_at, chunk[-1].number)
        done += len(placed)
        by_meaning += sum(one.how == "meaning" for one in placed)
        if progress:
            progress(done, total)
    run.say(f"{done:,} articles grouped into stories, {by_meaning:,} of them by meaning")
    return done


def _item(row: articles.Headline) -> Item:
    traits = traits_of(row.title, row.summary, row.language)
    return Item(
        row.id, row.title, row.first_seen_at, row.language, row.source, traits, row.story_id
    )


def _store(conn: sqlite3.Connection, placed: list[Placed], vectors: StoryVectors) -> None:
    with transaction(conn):
        articles.set_stories(conn, [(one.id, one.story, one.first_seen_at) for one in placed])
        stories.add_links(
            conn,
            [
                Link(one.id, one.other, one.how, one.similarity, one.shared)
                for one in placed
                if one.other is not None and one.how is not None
            ],
        )
        stories.add_marks(conn, vectors.take_made())


def _earlier(instant: str, hours: int) -> str:
    moment = datetime.fromisoformat(instant) - timedelta(hours=hours)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
