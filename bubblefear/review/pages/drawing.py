"""The drawing library's address, which stands before the folder of static files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from datasette.utils.asgi import Response

from bubblefear.review.charts import vega
from bubblefear.review.pages import answer

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

# A newer one comes with a newer vl-convert: after a day the browser asks whether it is the same.
_KEEP: Final = "public, max-age=86400"


async def library(datasette: Datasette, request: Request) -> Response:
    """The bundle of Vega; 304 where the browser has it already."""
    answer.served(datasette)
    found = await asyncio.to_thread(vega.bundle)
    headers = {"Cache-Control": _KEEP, "ETag": found.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == found.etag:
        return Response("", status=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.plain, headers=headers, content_type=_TYPE)
    packed = {**headers, "Content-Encoding": "gzip"}
    return Response(found.packed, headers=packed, content_type=_TYPE)


_TYPE: Final = "text/javascript; charset=utf-8"

ROUTES: list[answer.Route] = [(r"^/-/bubblefear/vega\.js$", library)]
