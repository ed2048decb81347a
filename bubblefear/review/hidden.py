"""Datasette's pages for building and debugging other sites: they are not here.

They show who is logged in, messages that anybody may leave, and where the file lies on this
machine. Nobody logs in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from datasette.utils.asgi import NotFound

from bubblefear.review.state import state_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.review.pages.answer import Route

# Whatever a later Datasette adds is not here either.
_KEPT: Final = r"bubblefear/|static/|(?:metadata|plugins|settings|versions)(?:\.json)?$"


async def nothing(datasette: Datasette, request: Request) -> Response:
    """There is no such page."""
    raise NotFound(f"no page {request.path}" if state_of(datasette) else "404")


ROUTES: Final[list[Route]] = [(rf"^/-/(?!{_KEPT})", nothing)]
