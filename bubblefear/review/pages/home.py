"""The first page: the newest value with its band, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bubblefear.review.charts.sparkline import sparkline
from bubblefear.review.pages import answer
from bubblefear.review.pages.sessions import moves, stories
from bubblefear.store import report_queries

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response


async def home(datasette: Datasette, request: Request) -> Response:
    """The newest value with its band and what moved it."""
    answer.served(datasette)
    found = await answer.read(datasette, home_data)
    return await answer.page(datasette, request, "home.html", found)


def home_data(conn: sqlite3.Connection) -> dict[str, Any]:
    """What the home page shows; without an index, only that there is none."""
    vintage = report_queries.latest_vintage(conn)
    points = report_queries.total(conn, vintage) if vintage else []
    known = [point for point in points if point.value is not None]
    if not vintage or not known:
        return {"vintage": vintage, "now": None, "skipped": len(points)}
    now, before = known[-1], known[-2] if len(known) > 1 else None
    return {
        "vintage": vintage,
        "now": now,
        "before": before,
        "skipped": sum(point.date > now.date for point in points),
        "chart": sparkline(points[-250:]),
        "moves": moves(conn, vintage, before, now),
        **stories(conn, now.date, limit=10),
    }


ROUTES: list[answer.Route] = [(r"^/$", home)]
