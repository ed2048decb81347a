"""An article's page: its text with what was scored, its story, and the form for a review."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from bubblefear.pipeline import coding
from bubblefear.review.labels import writing
from bubblefear.review.pages import answer
from bubblefear.review.texts import highlight
from bubblefear.review.texts.arithmetic import fear_sum
from bubblefear.store import article_queries, report_queries, reviews

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from bubblefear.review.texts.highlight import Passage

FIELDS = ("title", "summary", "body")
_ID = re.compile(r"[\w.:-]{1,128}\Z", re.ASCII)


@dataclass(frozen=True)
class Section:
    """One field of an article as shown; ``stale`` where its text changed after the scoring."""

    field: str
    passages: list[Passage]
    stale: bool


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
    answer.served(datasette)
    article_id = request.url_vars["id"]
    if not _ID.match(article_id):
        raise NotFound("no such article")
    blind = request.args.get("blind") == "1"
    context = await answer.read(datasette, lambda conn: article_data(conn, article_id, blind=blind))
    if not context:
        raise NotFound(f"no article {article_id}")
    reviewer = writing.reviewer_of(datasette, request)
    context |= {
        "form": form or coding.ReviewForm({"reviewer": reviewer or ""}),
        "has_token": reviewer is not None,
        "choices": {**coding.CHOICES, "topic": coding.TOPICS},
    }
    return await answer.page(datasette, request, "article.html", context, 400 if form else 200)


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
        sections = [_section(found, name, [], []) for name in FIELDS]
        shown = [section for section in sections if section.passages]
        return {"article": found, "sections": shown, "blind": True}
    main = report_queries.main_scorer(conn)
    scores = article_queries.scores(conn, article_id)
    score = next((s for s in scores if s.scorer == main), scores[0] if scores else None)
    lines = article_queries.evidence(conn, article_id, score.scorer) if score else []
    mentions = article_queries.mentions(conn, article_id)
    sections = [_section(found, name, lines, mentions) for name in FIELDS]
    story = found.story_id
    return {
        "article": found,
        "score": score,
        "others": [s for s in scores if s is not score],
        "lines": lines,
        "sum": fear_sum(lines, score.fear) if score and lines else None,
        "mentions": mentions,
        "names": sorted({(m.kind, m.name) for m in mentions}),
        "sections": [section for section in sections if section.passages],
        "outdated": bool(score and score.text_sha256 != found.text_sha256),
        "siblings": article_queries.siblings(conn, story, article_id, main) if story else [],
        "reviews": reviews.of_article(conn, article_id),
    }


def _section(
    found: article_queries.Article,
    name: str,
    lines: list[article_queries.EvidenceLine],
    mentions: list[article_queries.MentionLine],
) -> Section:
    text = getattr(found, name) or ""
    own = [line for line in lines if line.field == name]
    fits = highlight.fits(text, own)
    named = [m for m in mentions if m.field == name]
    return Section(name, highlight.passages(text, own if fits else [], named), not fits)


ROUTES: list[answer.Route] = [(r"^/article/(?P<id>[^/.]+)$", article)]
