"""What the pages of one session share: its stories, and how the parts of the index moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bubblefear.review import days
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


def stories(conn: sqlite3.Connection, date: str, limit: int) -> dict[str, Any]:
    """The stories of a session by contribution, with the window and scorer that chose them."""
    window, scorer = days.window(date), report_queries.main_scorer(conn)
    found = (
        report_queries.top_stories(conn, scorer, window.after, window.until, limit)
        if window and scorer
        else []
    )
    return {"stories": found, "scorer": scorer, "window": window}
