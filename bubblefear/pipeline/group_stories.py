"""Articles -> stories, in the order in which they were first seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bubblefear.store import articles, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.pipeline.recording import Run
    from ingest.stories.grouper import StoryGrouper

WINDOW_HOURS: Final = 72
BATCH: Final = 10_000


def group_stories(
    conn: sqlite3.Connection,
    run: Run,
    *,
    progress: Callable[[int, int], None] | None = None,
    batch: int = BATCH,
) -> int:
    """Give every article without a story its story; returns how many there were.

    Articles that have one are walked past too, from a window before the first that has none, so
    that late news finds the stories of its own days. Each batch is one transaction; a run that was
    killed goes on as if it had never stopped.
    """
    from ingest.stories.grouper import StoryGrouper

    span = articles.ungrouped_span(conn)
    if span is None:
        return 0
    first, last, total = span
    grouper = StoryGrouper(WINDOW_HOURS)
    place: tuple[str, int] = (_earlier(first, WINDOW_HOURS), 0)
    done = 0
    while chunk := articles.headlines(conn, place, last, batch):
        grouped = _group(grouper, chunk)
        if grouped:
            with transaction(conn):
                articles.set_stories(conn, grouped)
        place = (chunk[-1].first_seen_at, chunk[-1].number)
        done += len(grouped)
        if progress:
            progress(done, total)
    run.say(f"{done:,} articles grouped into stories")
    return done


def _group(grouper: StoryGrouper, chunk: list[articles.Headline]) -> list[tuple[str, str, str]]:
    grouped = []
    for row in chunk:
        if row.story_id is not None:
            grouper.seed([(row.story_id, row.title, row.first_seen_at, row.language)])
            continue
        story = grouper.add(row.id, row.title, row.first_seen_at, row.language)
        grouped.append((row.id, story, row.first_seen_at))
    return grouped


def _earlier(instant: str, hours: int) -> str:
    moment = datetime.fromisoformat(instant) - timedelta(hours=hours)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
