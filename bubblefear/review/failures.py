"""What a person gets when a page fails: the reason where it is theirs to know, else its number.

Nothing of a request is printed but the traceback of a fault of ours, on standard error.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pluggy
from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

hookimpl = pluggy.HookimplMarker("datasette")
_LOG = logging.getLogger(__name__)


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]]:
    """Answer a request whose page raised: JSON where JSON was asked for, else a page."""
    status, title, message = _explain(exception)
    if status >= 500:
        _LOG.error("%s failed", request.path, exc_info=exception)

    async def answer() -> Response:
        told = {"ok": False, "error": message, "status": status, "title": title}
        if request.path.partition("?")[0].endswith(".json"):
            return Response.json(told, status=status)
        template = datasette.jinja_env.select_template([f"{status}.html", "error.html"])
        page = {
            "urls": datasette.urls,
            "app_css_hash": datasette.app_css_hash(),
            "menu_links": list,
        }
        return Response.html(await template.render_async(told | page), status=status)

    return answer


def _explain(exception: Exception) -> tuple[int, str | None, str]:
    """Status, title and message; what went wrong inside is for the log alone."""
    if isinstance(exception, DatasetteError):
        text = exception.message
        return (
            exception.status,
            exception.title,
            Markup(text) if exception.message_is_html else text,
        )
    if isinstance(exception, Base400):
        return exception.status, None, str(exception)
    return 500, None, "This page failed; the reason is in the server's log."
