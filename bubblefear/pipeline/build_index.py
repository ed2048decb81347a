"""Scores -> index: reads what changed, computes the series and appends a vintage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.archive import unread_line
from bubblefear.pipeline.computing import compute_from, compute_whole, work_on
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.stale import stale_sessions
from bubblefear.store import articles, cells, counters, entries, points, scores, transaction
from bubblefear.store.archive.ledger import unread

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.computing import Computed, Work


@dataclass(frozen=True)
class Built:
    """What a build did; ``vintage`` is None where no point changed.

    ``unscored`` articles are in SQLite, ``archived_unread`` ones lie in the archive, where this
    scorer cannot read them: both count as entries that say nothing.
    """

    version: str
    vintage: str | None
    changed: int
    articles: int
    unscored: int
    reason: str | None
    archived_unread: int = 0

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
        if self.archived_unread:
            head += f"; {unread_line(self.archived_unread)}"
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
    while True:
        draft = _draft(conn, settings, now())
        with transaction(conn):
            # `ingest` may run beside this: what it stored meanwhile and saw before the instant
            # would be in a vintage rebuilt as of that instant.
            if not entries.any_polled_since(conn, draft.last_number, draft.instant):
                written = _write(conn, settings, draft)
                break
    computed = draft.computed
    built = Built(
        settings.index_version,
        written.vintage,
        written.changed,
        int(computed.constants["counts"]["rows"]),
        articles.count_unscored(conn, settings.scorer_id),
        computed.constants["reason"],
        unread(conn, settings.scorer_id),
    )
    return built, computed.inputs_sha256


@dataclass(frozen=True)
class _Draft:
    """An index that is not written yet, and what the database held when its reading began."""

    instant: str
    changes: int
    last_number: int
    work: Work
    computed: Computed


def _draft(conn: sqlite3.Connection, settings: Settings, moment: str) -> _Draft:
    # What was known to the last vintage stays known, also where the clock was set back since.
    instant = max(moment, points.known_until(conn, settings.index_version) or "")
    changes, last_number = counters.inputs(conn), entries.last_number(conn)
    work = work_on(conn, settings, instant)
    stale = stale_sessions(conn, work)
    computed = compute_from(conn, work, stale) if stale is not None else None
    return _Draft(instant, changes, last_number, work, computed or compute_whole(conn, work))


def _write(conn: sqlite3.Connection, settings: Settings, draft: _Draft) -> points.Written:
    """Append the vintage, inside a transaction of the caller."""
    row = points.Build(
        settings.index_version,
        "real-time" if entries.all_polled(conn) else "reconstructed",
        draft.instant,
        draft.computed.inputs_sha256,
        json.dumps(draft.computed.constants, ensure_ascii=False, default=str),
    )
    written = points.write(conn, row, draft.computed.found, now=draft.instant)
    for known, sums in draft.computed.sums.items():
        cells.replace(conn, draft.work.recipe, known, sums, draft.computed.read)
    mark = counters.LastBuild(draft.changes, settings.specification, draft.instant)
    counters.mark_built(conn, settings.index_version, mark)
    return written


def need_scores(conn: sqlite3.Connection, settings: Settings) -> None:
    """Say which command is missing.

    Raises:
        NothingToDo: the scorer has read nothing.
    """
    if not scores.any_by(conn, settings.scorer_id):
        raise NothingToDo(f"{settings.scorer_id} has scored nothing yet: run `bubblefear score`")
