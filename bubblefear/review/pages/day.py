"""The page of a session: its stories by what they add, its sources, and how its value changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest, NotFound

from bubblefear.errors import UsageError
from bubblefear.pipeline.read_index import end_of
from bubblefear.review import days
from bubblefear.review.accounts import files, filters
from bubblefear.review.accounts.session import read
from bubblefear.review.accounts.tally import together
from bubblefear.review.pages import answer
from bubblefear.review.pages.sessions import moves, stories
from bubblefear.store import day_queries

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response


_STORIES = 200


async def day(datasette: Datasette, request: Request) -> Response:
    """A session's stories, those that contributed most first; ``as_of`` and filters by query."""
    date = _date(datasette, request)
    if days.window(date) is None:
        context = {"date": date, "next": days.next_session(date)}
        return await answer.page(datasette, request, "no_session.html", context)
    as_of, chosen = _asked(request)
    found = await answer.read(datasette, lambda conn: day_data(conn, date, as_of, chosen))
    return await answer.page(datasette, request, "day.html", found)


async def day_json(datasette: Datasette, request: Request) -> Response:
    """The same as data; a day without a session names the one that its news counts for."""
    date = _date(datasette, request)
    if days.window(date) is None:
        return answer.as_json({"date": date, "session": False, "next": days.next_session(date)})
    as_of, chosen = _asked(request)
    found = await answer.read(datasette, lambda conn: read(conn, date, as_of, chosen))
    return answer.as_json(files.as_dict(found))


async def day_csv(datasette: Datasette, request: Request) -> Response:
    """One table of the page, ``?table=stories`` where none is named."""
    date = _date(datasette, request)
    if days.window(date) is None:
        raise NotFound(f"{date} was no trading day")
    name = request.args.get("table") or "stories"
    if name not in files.TABLES:
        raise BadRequest(f"table={name[:40]}: should be one of {', '.join(files.TABLES)}")
    as_of, chosen = _asked(request)
    found = await answer.read(datasette, lambda conn: read(conn, date, as_of, chosen))
    columns, rows = files.TABLES[name](found)
    return answer.as_csv(columns, rows, f"{date}-{name}.csv")


def day_data(
    conn: sqlite3.Connection,
    date: str,
    as_of: str | None = None,
    chosen: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What a day's page shows; without an account the stories are told by their scores alone."""
    found = read(conn, date, as_of, chosen or {})
    vintage = found.vintage
    stored = day_queries.stored_vintage(conn, vintage.version, vintage.instant) if vintage else None
    without = stories(conn, found.scorer, found.span, _STORIES) if found.told is None else []
    return {
        "day": found,
        "date": date,
        "moves": moves(conn, stored, found.before, found.now),
        "scored": without,
        "query_string": _query_string(as_of, found.chosen),
        "as_of_string": _query_string(as_of, {}),
        "together": together,
    }


def _query_string(as_of: str | None, chosen: dict[str, str]) -> str:
    """What links to the days beside this one keep."""
    return urlencode({**({"as_of": as_of} if as_of else {}), **chosen})


def _date(datasette: Datasette, request: Request) -> str:
    answer.served(datasette)
    date = str(request.url_vars["date"])
    if days.window(date) is None and days.next_session(date) is None:
        raise NotFound(f"no trading day {date}")
    return date


def _asked(request: Request) -> tuple[str | None, dict[str, str]]:
    """The instant and the filters of a request.

    Raises:
        BadRequest: ``as_of`` is no date and no time.
    """
    given = {name: request.args.get(name) or "" for name in (*filters.NAMES, "as_of")}
    try:
        as_of = end_of(given["as_of"]) if given["as_of"] else None
    except UsageError as error:
        raise BadRequest(f"as_of: {error}") from error
    return as_of, filters.asked(given)


_DAY = r"^/day/(?P<date>\d{4}-\d{2}-\d{2})"
ROUTES: list[answer.Route] = [
    (f"{_DAY}$", day),
    (rf"{_DAY}\.json$", day_json),
    (rf"{_DAY}\.csv$", day_csv),
]
