"""Where a review is sent to, and where it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import NotFound, Response

from bubblefear.pipeline import coding
from bubblefear.review.labels import asked, writing
from bubblefear.review.pages import answer
from bubblefear.review.pages.article import article_page
from bubblefear.store import article_queries, reviews

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from datasette.utils.asgi import Request


async def review(datasette: Datasette, request: Request) -> Response:
    """Take a review: 303 back to the article when it is stored, else 400, 403 or 503."""
    article_id = request.url_vars["id"]

    async def mend(_: str, form: coding.ReviewForm) -> Response:
        return await article_page(datasette, request, form)

    return await take(datasette, request, article_id, mend, f"/article/{article_id}#reviews")


async def take(
    datasette: Datasette,
    request: Request,
    article_id: str | None,
    mend: Callable[[str, coding.ReviewForm], Awaitable[Response]],
    then: str,
) -> Response:
    """Store the review of a form that was sent: 303 to ``then``, 403 or 503 where it is not.

    Args:
        datasette: The server.
        request: The form.
        article_id: The article; ``None`` where the form names it.
        mend: The page with the form again, for an article and a form that breaks a rule.
        then: Address of what comes next.

    Raises:
        NotFound: there is no such article, or it has no text.
    """
    state = answer.served(datasette)
    try:
        values = await writing.admitted(datasette, request, state)
    except writing.Refused as refusal:
        return refused(refusal, 403)
    named = values.get("article", "") if article_id is None else article_id
    form = coding.check(coding.filled(values))
    found = await answer.read(datasette, lambda conn: article_queries.article(conn, named))
    if found is None or found.language is None:
        raise NotFound(f"no article {named} with a text")
    if form.errors:
        return await mend(named, form)
    try:
        await writing.write(state, named, form)
    except writing.Busy as busy:
        return refused(busy, 503)
    response = Response.redirect(then, status=303)
    writing.remember(datasette, response, form.review["reviewer"])
    return response


async def undo(datasette: Datasette, request: Request) -> Response:
    """Take a review back, by who wrote it: 303 to the article, or to the queue that it came from.

    403 where it is somebody else's, 404 where there is none; a second undo changes nothing.
    """
    state = answer.served(datasette)
    number = int(request.url_vars["number"])
    try:
        values = await writing.admitted(datasette, request, state)
        found = await answer.read(datasette, lambda conn: reviews.find(conn, number))
        if found is None:
            raise NotFound(f"no review {number}")
        if found.reviewer != values.get("reviewer", "").strip():
            raise writing.Refused("a review is taken back by who wrote it")
        await writing.undo(state, number)
    except writing.Refused as refusal:
        return refused(refusal, 403)
    except writing.Busy as busy:
        return refused(busy, 503)
    queue = asked.of(request)
    where = f"/article/{found.article_id}#reviews"
    if queue.order:
        where = queue.address(article=found.article_id)
    return Response.redirect(where, status=303)


def refused(reason: Exception, status: int) -> Response:
    """The answer where nothing was written, with its reason."""
    return Response.text(f"Not written: {reason}.\n", status=status)


ROUTES: list[answer.Route] = [
    (r"^/article/(?P<id>[^/.]+)/review$", review),
    (r"^/reviews/(?P<number>[0-9]{1,18})/undo$", undo),
]
