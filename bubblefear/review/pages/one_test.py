"""One hypothesis: its answer, its figures in words, its plots, and everything it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from bubblefear.errors import PlotError
from bubblefear.pipeline import transmission_report
from bubblefear.report.families import family
from bubblefear.report.results import payloads, result
from bubblefear.report.transmission import title
from bubblefear.review.pages import answer
from bubblefear.review.pages.transmission import plots_of, words
from bubblefear.review.texts.detail import tables
from bubblefear.store import test_runs

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request


async def one_test(datasette: Datasette, request: Request) -> Response:
    """One result of the newest run of tests, or of ``?run=ID``, by its place in it."""
    answer.served(datasette)
    run_id, position = request.args.get("run"), int(request.url_vars["position"])
    found = await answer.read(datasette, lambda conn: test_data(conn, run_id, position))
    if not found:
        raise NotFound(f"no test {position} in that run of tests")
    if request.url_vars["kind"] == ".json":
        row = found["row"]
        one = {"position": position, "answer": found["one"].answer, **row}
        return answer.as_json({"run": found["about"], "test": one})
    return await answer.page(datasette, request, "test.html", found | words())


def test_data(conn: sqlite3.Connection, run_id: str | None, position: int) -> dict[str, Any]:
    """What the page of a test shows; empty where there is no such test."""
    run = test_runs.of_run(conn, run_id) if run_id else test_runs.latest(conn)
    if run is None or position >= len(run.rows):
        return {}
    row = run.rows[position]
    one = result(row)
    siblings = [
        (n, other) for n, other in enumerate(map(result, run.rows)) if other.family == one.family
    ]
    return {
        "run": run,
        "row": row,
        "one": one,
        "position": position,
        "last": len(run.rows) - 1,
        "words": family(one.family),
        "about": transmission_report.about(conn, run),
        "plots": plots_of(run.id, position, one),
        "tables": tables(row["detail"]),
        "siblings": [pair for pair in siblings if pair[0] != position],
    }


async def plot(datasette: Datasette, request: Request) -> Response:
    """A plot of a result as SVG; for a wide page with ``?wide=1``, a dark one with ``?dark=1``."""
    state = answer.served(datasette)
    run_id, position = request.args.get("run"), int(request.url_vars["position"])
    which = int(request.url_vars["which"] or 0)
    row = await answer.read(datasette, lambda conn: _row(conn, run_id, position))
    found = payloads(row["detail"]) if row else []
    if row is None or which >= len(found):
        raise NotFound("no such plot")
    size = {name: request.args.get(name) == "1" for name in ("wide", "dark")}
    try:
        drawing = await state.drawings.svg(found[which], title(result(row)), **size)
    except PlotError as error:
        raise NotFound(str(error)) from error
    return answer.as_svg(drawing)


def _row(conn: sqlite3.Connection, run_id: str | None, position: int) -> dict[str, Any] | None:
    if run_id is None:
        run_id = next((run.id for run in test_runs.listed(conn, 1)), "")
    return test_runs.at(conn, run_id, position)


_PLOT = r"(?P<position>\d{1,6})(?:-(?P<which>\d{1,3}))?\.svg$"
ROUTES: list[answer.Route] = [
    (r"^/transmission/(?P<position>\d{1,6})(?P<kind>|\.json)$", one_test),
    (rf"^/transmission/plot/{_PLOT}", plot),
]
