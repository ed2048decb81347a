"""What is told of a session without an account: stories by score, series by their change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.store import report_queries

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.store.points import Point


def moves(
    conn: sqlite3.Connection,
    vintage: report_queries.Vintage | None,
    before: Point | None,
    now: Point | None,
) -> list[tuple[str, float, float]]:
    """The eight series that moved most between two sessions: name, value, change."""
    if vintage is None or before is None or now is None:
        return []
    return report_queries.parts_of_change(conn, vintage, before.date, now.date)[:8]


def stories(
    conn: sqlite3.Connection, scorer: str | None, span: tuple[str, str], limit: int
) -> list[report_queries.StoryLine]:
    """The stories first seen in ``(after, until]`` by contribution; none without a scorer."""
    return report_queries.top_stories(conn, scorer, *span, limit) if scorer else []
