"""The audit of an article's claims: what it states, what was measured, and the verdict on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import NotFound

from bubblefear.errors import PlotError
from bubblefear.report.claims import VERDICTS, claim
from bubblefear.report.results import payloads
from bubblefear.report.transmission import claim_counts, claim_title
from bubblefear.review.charts.plots import plots
from bubblefear.review.pages import answer
from bubblefear.store import claim_results

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.review.charts.plots import Plot

COLUMNS: Final = (
    "id", "claim", "verdict", "stated", "computed", "further", "n", "missing", "note", "data",
)  # fmt: skip


async def claims(datasette: Datasette, request: Request) -> Response:
    """The answers of the newest audit, or of ``?run=ID``; ``?verdict=`` leaves the others out."""
    answer.served(datasette)
    run_id = request.args.get("run")
    found = await answer.read(datasette, lambda conn: claims_data(conn, run_id))
    if run_id and not found["audit"]:
        raise NotFound(f"no audit of claims {run_id}")
    verdict = request.args.get("verdict") or ""
    shown = [row for row in found["rows"] if verdict in ("", row["verdict"])]
    kind = request.url_vars["kind"]
    if kind == ".json":
        return answer.as_json({"audit": found["audit"], "claims": shown})
    told = [claim(row) for row in shown]
    if kind == ".csv":
        rows = [[_cell(getattr(one, name)) for name in COLUMNS] for one in told]
        return answer.as_csv(COLUMNS, rows, "claims.csv")
    context = {
        **found,
        "claims": [
            (row["position"], one, _plots(found["audit"].run_id, row))
            for row, one in zip(shown, told, strict=True)
        ],
        "verdict": verdict,
        "counts": claim_counts([claim(row) for row in found["rows"]]),
        "meanings": VERDICTS,
    }
    return await answer.page(datasette, request, "claims.html", context)


def claims_data(conn: sqlite3.Connection, run_id: str | None) -> dict[str, Any]:
    """Every audit, and the answers of one; ``audit`` is ``None`` where there is none such."""
    audits = claim_results.audits(conn)
    audit = next((one for one in audits if run_id in (None, one.run_id)), None)
    rows = claim_results.answers(conn, audit.run_id) if audit else []
    return {"audits": audits, "audit": audit, "rows": rows}


async def plot(datasette: Datasette, request: Request) -> Response:
    """A plot of a claim as SVG; for a wide page with ``?wide=1``, a dark one with ``?dark=1``."""
    state = answer.served(datasette)
    run_id, position = request.args.get("run"), int(request.url_vars["position"])
    which = int(request.url_vars["which"] or 0)
    row = await answer.read(datasette, lambda conn: _row(conn, run_id, position))
    found = payloads(row) if row else []
    if row is None or which >= len(found):
        raise NotFound("no such plot")
    title = claim_title(claim(row), found[which])
    size = {name: request.args.get(name) == "1" for name in ("wide", "dark")}
    try:
        drawing = await state.drawings.svg(found[which], title, **size)
    except PlotError as error:
        raise NotFound(str(error)) from error
    return answer.as_svg(drawing)


def _row(conn: sqlite3.Connection, run_id: str | None, position: int) -> dict[str, Any] | None:
    if run_id is None:
        run_id = next((one.run_id for one in claim_results.audits(conn)), "")
    return claim_results.answer(conn, run_id, position)


def _plots(run_id: str, row: Mapping[str, Any]) -> list[Plot]:
    one = claim(row)
    found = [(payload, claim_title(one, payload)) for payload in one.plots]
    return plots(f"/claims/plot/{row['position']}", f"run={run_id}", found)


def _cell(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "; ".join(value)


_PLOT = r"(?P<position>\d{1,6})(?:-(?P<which>\d{1,3}))?\.svg$"
ROUTES: list[answer.Route] = [
    (r"^/claims(?P<kind>|\.json|\.csv)$", claims),
    (rf"^/claims/plot/{_PLOT}", plot),
]
