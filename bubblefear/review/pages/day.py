"""The page of a session: its stories, those that contributed most first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound

from bubblefear.review import days
from bubblefear.review.pages import answer
from bubblefear.review.pages.sessions import moves, stories
from bubblefear.store import report_queries

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response


async def day(datasette: Datasette, request: Request) -> Response:
    """A session's stories, those that contributed most first."""
    answer.served(datasette)
    date = request.url_vars["date"]
    window, following = days.window(date), days.next_session(date)
    if window is None and following is None:
        raise NotFound(f"no trading day {date}")
    if window is None:
        context = {"date": date, "next": following}
        return await answer.page(datasette, request, "no_session.html", context)
    found = await answer.read(datasette, lambda conn: day_data(conn, date))
    return await answer.page(datasette, request, "day.html", found)


def day_data(conn: sqlite3.Connection, date: str) -> dict[str, Any]:
    """What a day's page shows; the point is ``None`` where the index has no such day."""
    vintage = report_queries.latest_vintage(conn)
    points = report_queries.total(conn, vintage) if vintage else []
    dates = [point.date for point in points]
    earlier = [point for point in points if point.date < date and point.value is not None]
    now = points[dates.index(date)] if date in dates else None
    before = earlier[-1] if earlier else None
    return {
        "date": date,
        "now": now,
        "before": before,
        "previous": max((d for d in dates if d < date), default=None),
        "following": min((d for d in dates if d > date), default=None),
        "moves": moves(conn, vintage, before, now),
        **stories(conn, date, limit=200),
    }


ROUTES: list[answer.Route] = [(r"^/day/(?P<date>\d{4}-\d{2}-\d{2})$", day)]
