"""Where a review is sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import NotFound, Response

from bubblefear.pipeline import coding
from bubblefear.review.labels import writing
from bubblefear.review.pages import answer
from bubblefear.review.pages.article import article_page
from bubblefear.store import article_queries

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


async def review(datasette: Datasette, request: Request) -> Response:
    """Take a review: 303 back to the article when it is stored, else 400, 403 or 503."""
    state = answer.served(datasette)
    article_id = request.url_vars["id"]
    known = writing.reviewer_of(datasette, request) is not None
    try:
        values = await writing.read_form(request)
        writing.authorise(request.headers, values.get("token", ""), known, state)
    except writing.Refused as refusal:
        return Response.text(f"Not written: {refusal}.\n", status=403)
    form = coding.check(values)
    found = await answer.read(datasette, lambda conn: article_queries.article(conn, article_id))
    if found is None or found.language is None:
        raise NotFound(f"no article {article_id} with a text")
    if form.errors:
        return await article_page(datasette, request, form)
    try:
        await writing.write(state, article_id, form)
    except writing.Busy as busy:
        return Response.text(f"Not written: {busy}.\n", status=503)
    response = Response.redirect(f"/article/{article_id}#reviews", status=303)
    writing.remember(datasette, response, form.review["reviewer"])
    return response


ROUTES: list[answer.Route] = [(r"^/article/(?P<id>[^/.]+)/review$", review)]
