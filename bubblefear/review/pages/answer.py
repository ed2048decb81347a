"""How a page answers: as HTML from a template, as JSON, or as a table in CSV.

A page's data is read in one go on Datasette's read-only connection, by the store's functions.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import NotFound, Response

from bubblefear.report.spreadsheet import cell
from bubblefear.review.state import DATABASE, state_of
from bubblefear.store import feeds, published

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from bubblefear.review.state import ReviewState

    Route = tuple[str, Callable[..., Awaitable[Response]]]

Found = TypeVar("Found")

# Cold pages of a large file on a slow disk need seconds; none that is of use needs more.
_PAGE_LIMIT_MS: Final = 10_000
# What is read here may change with the next run of the job, and is one reader's own.
_FRESH: Final = {"Cache-Control": "private, no-cache"}


def served(datasette: Datasette) -> ReviewState:
    """The state of a server of ours.

    Raises:
        NotFound: another Datasette of this process loads the plugin too, and has no such pages.
    """
    state = state_of(datasette)
    if state is None:
        raise NotFound("there is no index here")
    return state


async def read(
    datasette: Datasette,
    question: Callable[[sqlite3.Connection], Found],
    limit_ms: int = _PAGE_LIMIT_MS,
) -> Found:
    """What a function finds in the database, asked off the event loop.

    All that it reads is of one moment, whatever the daily job writes meanwhile.

    Args:
        datasette: The server.
        question: Asks the database.
        limit_ms: Milliseconds that any of its statements may take.

    Raises:
        sqlite3.OperationalError: ``interrupted``, where it takes longer.
    """

    def ask(conn: sqlite3.Connection) -> Found:
        with sqlite_timelimit(conn, limit_ms):
            conn.execute("BEGIN")
            try:
                return question(conn)
            finally:
                conn.rollback()

    answer: Found = await datasette.get_database(DATABASE).execute_fn(ask)
    return answer


async def page(
    datasette: Datasette,
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """A template of ours filled in."""
    told = {**context, **await read(datasette, origin)}
    html = await datasette.render_template(f"bubblefear/{template}", told, request=request)
    return Response.html(html, status=status, headers=_FRESH)


def origin(conn: sqlite3.Connection) -> dict[str, Any]:
    """What the frame of every page says of the file: whether it is a sample, or was published."""
    return {"sample": feeds.is_sample(conn), "published": published.about(conn)}


def as_json(data: object, status: int = 200) -> Response:
    """Data as JSON; records become objects, times stay text, a missing value is null."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, default=_plain)
    kind = "application/json; charset=utf-8"
    return Response(text, status=status, headers=_FRESH, content_type=kind)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """A table as a CSV file for download, UTF-8; no text of a publisher runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    headers = {**_FRESH, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")


def as_svg(drawing: str) -> Response:
    """A drawing of ours as an image."""
    return Response(drawing, headers=_FRESH, content_type="image/svg+xml; charset=utf-8")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be told as JSON")
