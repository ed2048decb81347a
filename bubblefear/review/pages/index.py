"""The index as files: every series as compact JSON, as CSV, and as a chart's specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import NotFound

from bubblefear.review.charts import index_chart, views
from bubblefear.review.pages import answer, asked
from bubblefear.store import points, report_queries, vintage_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.store.points import Point
    from bubblefear.store.report_queries import Vintage

_FIGURES: Final = ("value", "ma7", "ma30", "lo", "hi", "n")
_COLUMNS: Final = ("date", "series", *_FIGURES, "version", "vintage", "provisional")


@dataclass(frozen=True)
class Answer:
    """Points by series and session, with the vintage that they are of."""

    vintage: Vintage
    points: list[Point]
    provisional: str | None


async def as_json(datasette: Datasette, request: Request) -> Response:
    """Sessions once, and for each series a list of every figure; null = missing.

    Addresses may ask for ``series=total,act``, ``since=`` and ``until=``.
    """
    answer.served(datasette)
    return answer.as_json(columnar(await _answer(datasette, request)))


async def as_csv(datasette: Datasette, request: Request) -> Response:
    """A line for each session of each series, as ``bubblefear index --format csv``."""
    answer.served(datasette)
    found = await _answer(datasette, request)
    rows = (
        (p.date, p.series, p.value, p.ma7, p.ma30, p.lo, p.hi, p.n,
         found.vintage.version, found.vintage.vintage, p.date == found.provisional)
        for p in found.points
    )  # fmt: skip
    return answer.as_csv(_COLUMNS, rows, "index.csv")


async def as_chart(datasette: Datasette, request: Request) -> Response:
    """The specification of a view's chart, with its figures in it."""
    answer.served(datasette)
    prefixes = (views.TOTAL, *asked.view(request.args).prefixes)
    found = _known(await answer.read(datasette, lambda conn: read(conn, None, prefixes)))
    dates = sorted({point.date for point in found.points})
    if not dates:
        raise NotFound("the index has no session yet")
    shown = asked.shown(request.args, dates[0], dates[-1])
    table = views.history(shown.view, found.points, shown.mean)
    return answer.as_json(index_chart.chart(table, shown.span.since, shown.span.until))


def read(
    conn: sqlite3.Connection,
    arguments: Mapping[str, str] | None = None,
    prefixes: tuple[str, ...] = ("",),
) -> Answer | None:
    """Points of the newest vintage of the version shown; None before the first.

    Args:
        conn: The database.
        arguments: ``series``, ``since`` and ``until`` of an address; None = every point.
        prefixes: How names of series begin that are read: years of all of them are many.

    Raises:
        BadRequest: there is no such series or day.
    """
    vintage = report_queries.latest_vintage(conn)
    if vintage is None:
        return None
    since, until = asked.days(arguments or {})
    known = points.series_names(conn, vintage.version)
    wanted = [name for name in asked.series(arguments or {}, known) if name.startswith(prefixes)]
    found = points.read(conn, vintage.version, vintage.vintage, wanted, since=since, until=until)
    provisional, _ = vintage_queries.provisional(conn, vintage.version, vintage.vintage)
    return Answer(vintage, found, provisional)


def columnar(found: Answer) -> dict[str, Any]:
    """Figures as lists, as long as the list of sessions."""
    dates = sorted({point.date for point in found.points})
    place = {day: number for number, day in enumerate(dates)}
    series: dict[str, dict[str, list[float | None]]] = {}
    for point in found.points:
        own = series.setdefault(
            point.series, {name: [None] * len(dates) for name in _FIGURES}
        )  # fmt: skip
        for name in _FIGURES:
            own[name][place[point.date]] = getattr(point, name)
    about = {
        "version": found.vintage.version,
        "vintage": found.vintage.vintage,
        "kind": found.vintage.kind,
        "as_of": found.vintage.as_of,
        "provisional": found.provisional,
    }
    return {**about, "dates": dates, "series": series}


async def _answer(datasette: Datasette, request: Request) -> Answer:
    return _known(await answer.read(datasette, lambda conn: read(conn, request.args)))


def _known(found: Answer | None) -> Answer:
    if found is None:
        raise NotFound("there is no index yet: bubblefear daily builds one")
    return found


ROUTES: list[answer.Route] = [
    (r"^/index\.json$", as_json),
    (r"^/index\.csv$", as_csv),
    (r"^/index\.chart\.json$", as_chart),
]
