"""The search page: articles that hold the words, in whichever script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bubblefear.review import search
from bubblefear.review.pages import answer
from bubblefear.store import article_queries, report_queries

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

_LIMIT: Final = 50


async def found(datasette: Datasette, request: Request) -> Response:
    """Articles that hold the words, in whichever script."""
    answer.served(datasette)
    query = (request.args.get("q") or "").strip()[:200]
    match = search.expression(query)
    spellings = [search.variants(word) for word in search.words(query)]
    context = {"query": query, "spellings": spellings, "limit": _LIMIT, "hits": [], "total": 0}
    if match:
        context |= await answer.read(datasette, lambda conn: found_data(conn, match))
    return await answer.page(datasette, request, "search.html", context)


def found_data(conn: sqlite3.Connection, match: str) -> dict[str, Any]:
    """The newest hits of an FTS5 expression and how many there are."""
    scorer = report_queries.main_scorer(conn)
    return {
        "hits": article_queries.hits(conn, match, scorer, _LIMIT),
        "total": article_queries.count_hits(conn, match),
    }


ROUTES: list[answer.Route] = [(r"^/search$", found)]
