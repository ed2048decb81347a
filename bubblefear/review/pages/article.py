"""An article's page: its text with what was scored, what it added, its story, and reviews."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import NotFound

from bubblefear.pipeline import coding
from bubblefear.review.accounts.share import share
from bubblefear.review.labels import writing
from bubblefear.review.pages import answer
from bubblefear.review.texts import arithmetic, versions
from bubblefear.review.texts.sections import sections
from bubblefear.store import (
    article_queries,
    entry_versions,
    origin_queries,
    published,
    report_queries,
    reviews,
    story_queries,
)

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.store.article_queries import Article
    from bubblefear.store.story_queries import Telling

_ID = re.compile(r"[\w.:-]{1,128}\Z", re.ASCII)
# A feed may change an item's text at every poll.
_VERSIONS: Final = 10
_COPIES: Final = 60


async def article(datasette: Datasette, request: Request) -> Response:
    """An article with its evidence, its story and the form for a review.

    With ``?blind=1`` without what the scorer and others said: for whoever codes an audit's items.
    """
    return await article_page(datasette, request)


async def article_page(
    datasette: Datasette,
    request: Request,
    form: coding.ReviewForm | None = None,
) -> Response:
    """The article's page; with a form that was refused, filled in again and with its errors."""
    context = await _asked(datasette, request)
    reviewer = writing.reviewer_of(datasette, request)
    context |= {
        "form": form or coding.ReviewForm({"reviewer": reviewer or ""}),
        "has_token": reviewer is not None,
    }
    return await answer.page(datasette, request, "article.html", context, 400 if form else 200)


async def article_json(datasette: Datasette, request: Request) -> Response:
    """The same as data, all of its sentences and names with it."""
    found = await _asked(datasette, request)
    for shown in ("sections", "sum", "names", "beside", "blind"):
        found.pop(shown, None)
    return answer.as_json(found)


async def _asked(datasette: Datasette, request: Request) -> dict[str, Any]:
    answer.served(datasette)
    article_id = request.url_vars["id"]
    if not _ID.match(article_id):
        raise NotFound("no such article")
    blind = request.args.get("blind") == "1"
    found = await answer.read(datasette, lambda conn: article_data(conn, article_id, blind=blind))
    if not found:
        raise NotFound(f"no article {article_id}")
    return found


def article_data(
    conn: sqlite3.Connection, article_id: str, *, blind: bool = False
) -> dict[str, Any]:
    """What an article's page shows; empty where there is no such article.

    Blind, that is the text alone.
    """
    found = article_queries.article(conn, article_id)
    if found is None:
        return {}
    if blind:
        return {"article": found, "sections": sections(found), "blind": True}
    return {
        "article": found,
        **_scored(conn, found),
        **_story(conn, found),
        **_origin(conn, found),
        "reviews": reviews.of_article(conn, article_id),
    }


def _scored(conn: sqlite3.Connection, found: Article) -> dict[str, Any]:
    main = report_queries.main_scorer(conn)
    scores = article_queries.scores(conn, found.id)
    own = next((s for s in scores if s.scorer == main), None)
    score = own or (scores[0] if scores else None)
    lines = article_queries.evidence(conn, found.id, score.scorer) if score else []
    mentions = article_queries.mentions(conn, found.id)
    return {
        "score": score,
        "others": [s for s in scores if s is not score],
        "lines": lines,
        "sum": arithmetic.arithmetic(lines, score) if score and lines else None,
        "mentions": mentions,
        "names": sorted({(m.kind, m.name) for m in mentions}),
        # Of a text that is not in a published file, a few sentences alone are.
        "sections": sections(found, [x for x in lines if getattr(found, x.field)], mentions)
        if published.is_published(conn)
        else sections(found, lines, mentions),
        "outdated": bool(score and score.text_sha256 != found.text_sha256),
        "share": share(conn, found, own),
    }


def _story(conn: sqlite3.Connection, found: Article) -> dict[str, Any]:
    if found.story_id is None:
        return {"copies": [], "copies_in_all": 0, "beside": [], "link": None}
    scorer = report_queries.main_scorer(conn)
    told = story_queries.tellings(conn, found.story_id, scorer, _COPIES)
    copies = [telling for telling in told if telling.id != found.id]
    return {
        "copies": copies,
        "copies_in_all": story_queries.count(conn, found.story_id) - 1,
        "beside": _beside(copies, found.language),
        "link": story_queries.link(conn, found.id),
    }


def _beside(copies: list[Telling], own: str | None) -> list[Telling]:
    """The copy in each other language that says most; of equals the one seen first."""
    best: dict[str, Telling] = {}
    for telling in copies:
        known = best.get(telling.language)
        if telling.language != own and (known is None or len(telling.excerpt) > len(known.excerpt)):
            best[telling.language] = telling
    return list(best.values())


def _origin(conn: sqlite3.Connection, found: Article) -> dict[str, Any]:
    texts = entry_versions.versions(conn, found.id)
    aliases = origin_queries.aliases(conn, found.id)
    addresses = {found.id, found.url or found.id}
    addresses |= {alias.value for alias in aliases if alias.kind in ("url", "redirect")}
    return {
        "changes": versions.changed(texts[-_VERSIONS - 1 :]),
        "earlier_changes": max(0, len(texts) - 1 - _VERSIONS),
        "aliases": aliases,
        "listed": origin_queries.listed(conn, found.id),
        "feed_title": origin_queries.feed_title(conn, found.feed_url) if found.feed_url else None,
        "troubles": origin_queries.troubles(conn, addresses),
    }


ROUTES: list[answer.Route] = [
    (r"^/article/(?P<id>[^/.]+)$", article),
    (r"^/article/(?P<id>[^/.]+)\.json$", article_json),
]
