"""What a person gets when a page fails: the reason where it is theirs to know, else its number.

Nothing of a request is printed here but the traceback of a fault of ours, on standard error.
"""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, Final

import pluggy
from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

hookimpl = pluggy.HookimplMarker("datasette")
_LOG = logging.getLogger(__name__)

_TITLES: Final = {
    400: "That cannot be answered",
    403: "Not allowed",
    404: "Not found",
    503: "Not now",
}
# What SQLite says when a time limit stops a statement.
_STOPPED: Final = ("interrupted",)
_UNKNOWN: Final = "Database not found"
_SLOW: Final = "it took longer than a page may, and was stopped. Ask for less: fewer rows or days"
# The message may hold the whole of a statement or an address.
_LONGEST: Final = 1000


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]]:
    """Answer a request whose page raised: JSON where JSON was asked for, else a page."""
    status, title, message = _explain(exception)
    if status >= 500 and status != 503:
        _LOG.error("%r failed", request.path, exc_info=exception)
    return lambda: told(datasette, request, status, message, title)


@hookimpl
def forbidden(
    datasette: Datasette, request: Request, message: str
) -> Callable[[], Awaitable[Response]]:
    """Answer a request for what nobody may see here."""
    return lambda: told(datasette, request, 403, message)


async def told(
    datasette: Datasette, request: Request, status: int, message: str, title: str | None = None
) -> Response:
    """A failure as a page in our frame, or as JSON for an address that ends so.

    The page reads nothing from the database, which may be what failed.

    Args:
        datasette: The server.
        request: What was asked.
        status: HTTP status, 400 or more.
        message: What a reader may know.
        title: Heading; else one for the status.
    """
    title, message = title or _TITLES.get(status, "This page failed"), message[:_LONGEST]
    if request.path.partition("?")[0].endswith(".json"):
        failure = {"ok": False, "error": message, "status": status, "title": title}
        return Response.json(failure, status=status)
    template = datasette.jinja_env.get_template("bubblefear/failed.html")
    page = {"urls": datasette.urls, "status": status, "title": title, "message": message}
    return Response.html(await template.render_async(page), status=status)


def _explain(exception: Exception) -> tuple[int, str | None, str]:
    """Status, title and message; what went wrong inside is for the log alone."""
    if isinstance(exception, DatasetteError):
        # Its only message in HTML is that of a slow query, with a script and a style inside.
        slow = exception.message_is_html
        return exception.status, exception.title, _SLOW if slow else str(exception.message)
    if isinstance(exception, Base400):
        # Datasette takes the first part of every unknown path for a database.
        return exception.status, None, str(exception).replace(_UNKNOWN, "There is no such page")
    if isinstance(exception, sqlite3.OperationalError) and exception.args == _STOPPED:
        return 503, None, _SLOW
    return 500, None, "This page failed; the reason is in the server's log."
