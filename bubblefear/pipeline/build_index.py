"""Scores -> index: reads what changed, computes the series and appends a vintage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.computing import compute_from, compute_whole, work_on
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.stale import stale_sessions
from bubblefear.store import articles, cells, counters, entries, points, scores, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings


@dataclass(frozen=True)
class Built:
    """What a build did; ``vintage`` is None where no point changed."""

    version: str
    vintage: str | None
    changed: int
    articles: int
    unscored: int
    reason: str | None

    def __str__(self) -> str:
        """One line for the terminal."""
        head = f"index {self.version}: "
        if self.vintage:
            head += f"vintage {self.vintage}, {self.changed:,} points changed"
        else:
            head += "no point changed"
        head += f", from {self.articles:,} entries"
        if self.unscored:
            head += f"; {self.unscored:,} are not scored yet (bubblefear score)"
        return head + (f"; no values: {self.reason}" if self.reason else "")


def ensure_built(
    conn: sqlite3.Connection, settings: Settings, *, now: Callable[[], str]
) -> Built | None:
    """Build if news, scores or the specification changed since the last build; else None."""
    if counters.is_built(conn, settings.index_version, settings.specification):
        return None
    return build_recorded(conn, settings, now=now)


def build_recorded(
    conn: sqlite3.Connection, settings: Settings, *, now: Callable[[], str]
) -> Built:
    """Build and store, as a run of its own."""
    need_scores(conn, settings)
    with recorded(conn, "index", settings, now) as run:
        with run.stage("index"):
            built, run.data_sha256 = build(conn, settings, now=now)
        run.say(str(built))
        return built


def build(
    conn: sqlite3.Connection, settings: Settings, *, now: Callable[[], str]
) -> tuple[Built, str]:
    """Build from everything first seen by now; append a vintage if a point changed.

    Only the sessions that are open or whose articles changed since the last build are read again,
    so long as the constants come out as they were.

    Returns:
        What was done, and the hash of the inputs.

    Raises:
        NothingToDo: the scorer has read nothing.
        ModelError: the articles cannot make an index.
    """
    need_scores(conn, settings)
    instant = now()
    count = counters.inputs(conn)
    work = work_on(conn, settings, instant)
    stale = stale_sessions(conn, work)
    computed = compute_from(conn, work, stale) if stale is not None else None
    computed = computed or compute_whole(conn, work)
    row = points.Build(
        settings.index_version,
        "real-time" if entries.all_polled(conn) else "reconstructed",
        instant,
        computed.inputs_sha256,
        json.dumps(computed.constants, ensure_ascii=False, default=str),
    )
    with transaction(conn):
        written = points.write(conn, row, computed.found, now=instant)
        for known, sums in computed.sums.items():
            cells.replace(conn, work.recipe, known, sums, computed.read)
        mark = counters.LastBuild(count, settings.specification, instant)
        counters.mark_built(conn, settings.index_version, mark)
    built = Built(
        settings.index_version,
        written.vintage,
        written.changed,
        int(computed.constants["counts"]["rows"]),
        articles.count_unscored(conn, settings.scorer_id),
        computed.constants["reason"],
    )
    return built, computed.inputs_sha256


def need_scores(conn: sqlite3.Connection, settings: Settings) -> None:
    """Say which command is missing.

    Raises:
        NothingToDo: the scorer has read nothing.
    """
    if not scores.any_by(conn, settings.scorer_id):
        raise NothingToDo(f"{settings.scorer_id} has scored nothing yet: run `bubblefear score`")
