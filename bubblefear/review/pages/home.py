"""The first page: the newest value, what moved it, how fresh it is, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from bubblefear.errors import NothingToDo
from bubblefear.pipeline import chosen_vintage, explain
from bubblefear.review import days
from bubblefear.review.accounts.moving import moving
from bubblefear.review.charts import views
from bubblefear.review.charts.sparkline import sparkline
from bubblefear.review.pages import answer, asked, index, sessions
from bubblefear.review.texts import ages
from bubblefear.store import home_queries, report_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.store.points import Point
    from bubblefear.store.report_queries import Vintage

_MOVERS: Final = 8
_RECENT: Final = 60
# A year of sessions: what a value is compared with.
_YEAR: Final = 250
_ALERTS: Final = 10
_ROWS: Final = 400
# A job that runs each morning and once was late.
_STALE: Final = timedelta(hours=30)


@dataclass(frozen=True)
class Rank:
    """Of how many sessions before it a value is higher, in percent (rounded down)."""

    percent: int
    sessions: int


async def home(datasette: Datasette, request: Request) -> Response:
    """The newest value, what moved it, how fresh it is, and its history."""
    now = answer.served(datasette).clock()
    found = await answer.read(datasette, lambda conn: home_data(conn, request.args, now))
    return await answer.page(datasette, request, "home.html", found)


def home_data(conn: sqlite3.Connection, arguments: Mapping[str, str], now: str) -> dict[str, Any]:
    """What the home page shows; without an index, only that there is none.

    Raises:
        BadRequest: the address asks for a view or days that cannot be.
    """
    fresh = {"fresh": _fresh(home_queries.freshness(conn), now)}
    found = index.read(conn, None, (views.TOTAL, *asked.view(arguments).prefixes))
    if found is None:
        return {**fresh, "now": None, "skipped": 0}
    points = [point for point in found.points if point.series == views.TOTAL]
    known = [point for point in points if point.value is not None]
    if not known:
        return {**fresh, "now": None, "skipped": len(points)}
    own, before = known[-1], known[-2] if len(known) > 1 else None
    alerted = home_queries.alerts_since(conn, found.vintage.version, points[-_ALERTS:][0].date)
    return {
        **fresh,
        "vintage": found.vintage,
        "now": own,
        "before": before,
        "provisional": found.provisional == own.date,
        "skipped": sum(point.date > own.date for point in points),
        "rank": rank([point.value for point in known[-_YEAR:] if point.value is not None]),
        "recent": sparkline(points[-_RECENT:], 320, 72),
        "alerts": alerted,
        **_moved(conn, found.vintage, own, before),
        **_history(found, points, arguments),
    }


def rank(values: Sequence[float]) -> Rank | None:
    """Where the last of some values stands among those before it; None where there is none."""
    if len(values) < 2:
        return None
    *earlier, last = values
    lower = sum(value < last for value in earlier)
    return Rank(100 * lower // len(earlier), len(earlier))


def _fresh(found: home_queries.Freshness, now: str) -> dict[str, Any]:
    """What is said of the news and of the last run, with ages in words."""
    run = found.finished_at or found.started_at
    return {
        "news": found.news,
        "news_age": ages.age(found.news, now) if found.news else None,
        "stale": bool(found.news) and ages.elapsed(str(found.news), now) > _STALE,
        "command": found.command,
        "outcome": found.outcome,
        "run": run,
        "run_age": ages.age(run, now) if run else None,
    }


def _moved(
    conn: sqlite3.Connection, vintage: Vintage, own: Point, before: Point | None
) -> dict[str, Any]:
    """The account of the change; of a vintage without one, stories by score, series by change."""
    chosen = chosen_vintage.of_version(conn, vintage.version)
    try:
        told = moving(explain.explain_points(conn, chosen, own, before), _MOVERS)
    except NothingToDo:
        window, scorer = days.window(own.date), report_queries.main_scorer(conn)
        span = (window.after, window.until) if window else ("", "")
        scored = sessions.stories(conn, scorer, span, _MOVERS)
        moves = sessions.moves(conn, vintage, before, own)
        return {"moving": None, "stories": scored, "moves": moves}
    return {"moving": told, "stories": [], "moves": []}


def _history(
    found: index.Answer, points: Sequence[Point], arguments: Mapping[str, str]
) -> dict[str, Any]:
    """The chosen view over its days: a table, what the chart is drawn from, and links to others."""
    first, last = points[0].date, points[-1].date
    shown = asked.shown(arguments, first, last)
    since, until = shown.span.since, shown.span.until
    table = views.history(shown.view, found.points, shown.mean)
    rows = views.between(table, since, until)
    own = {"view": shown.view.name, "mean": shown.mean, "since": since, "until": until}

    def link(**changed: str) -> str:
        return urlencode({**own, **changed})

    return {
        "shown": shown,
        "first": first,
        "last": last,
        "columns": table.columns,
        "rows": rows[:_ROWS],
        "more": max(0, len(rows) - _ROWS),
        "fallback": sparkline([p for p in points if since <= p.date <= until]),
        "chart_query": link(),
        "file_query": urlencode({"since": since, "until": until}),
        "view_links": [(view, link(view=view.name)) for view in views.VIEWS.values()],
        "mean_links": [(key, told, link(mean=key)) for key, (told, _) in views.FIGURES.items()],
        "span_links": [
            (label, span, link(since=span.since, until=span.until))
            for label, span in asked.shortcuts(first, last)
        ],
    }


ROUTES: list[answer.Route] = [(r"^/$", home)]
