"""The pages: today's index, a day, an article, a search.

A page's data is read in one go on Datasette's read-only connection, by the store's functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from bubblefear.review import days, highlight, search, writing
from bubblefear.review.arithmetic import fear_sum
from bubblefear.review.sparkline import sparkline
from bubblefear.review.state import DATABASE, state_of
from bubblefear.store import article_queries, feeds, report_queries, reviews

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from bubblefear.review.highlight import Passage
    from bubblefear.store.points import Point

FIELDS = ("title", "summary", "body")
_ID = re.compile(r"[\w.:-]{1,128}\Z", re.ASCII)
_LIMIT = 50


@dataclass(frozen=True)
class Section:
    """One field of an article as shown; ``stale`` where its text changed after the scoring."""

    field: str
    passages: list[Passage]
    stale: bool


async def _page(
    datasette: Datasette,
    request: Request,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> Response:
    told = context | {"sample": await datasette.get_database(DATABASE).execute_fn(feeds.is_sample)}
    html = await datasette.render_template(f"bubblefear/{template}", told, request=request)
    return Response.html(html, status=status, headers={"Cache-Control": "private, no-cache"})


async def _read(
    datasette: Datasette,
    question: Callable[[sqlite3.Connection], dict[str, Any]],
) -> dict[str, Any]:
    answer: dict[str, Any] = await datasette.get_database(DATABASE).execute_fn(question)
    return answer


def _not_ours(datasette: Datasette) -> bool:
    """Another Datasette of this process loads the plugin too, and has no such pages."""
    return state_of(datasette) is None


async def home(datasette: Datasette, request: Request) -> Response:
    """The newest value with its band and what moved it."""
    if _not_ours(datasette):
        raise NotFound("no index here")
    return await _page(datasette, request, "home.html", await _read(datasette, home_data))


def home_data(conn: sqlite3.Connection) -> dict[str, Any]:
    """What the home page shows; without an index, only that there is none."""
    vintage = report_queries.latest_vintage(conn)
    points = report_queries.total(conn, vintage) if vintage else []
    known = [point for point in points if point.value is not None]
    if not vintage or not known:
        return {"vintage": vintage, "now": None, "skipped": len(points)}
    now, before = known[-1], known[-2] if len(known) > 1 else None
    return {
        "vintage": vintage,
        "now": now,
        "before": before,
        "skipped": sum(point.date > now.date for point in points),
        "chart": sparkline(points[-250:]),
        "moves": _moves(conn, vintage, before, now),
        **_stories(conn, now.date, limit=10),
    }


async def day(datasette: Datasette, request: Request) -> Response:
    """A session's stories, those that contributed most first."""
    date = request.url_vars["date"]
    window = days.window(date)
    if _not_ours(datasette) or (window is None and days.next_session(date) is None):
        raise NotFound(f"no trading day {date}")
    if window is None:
        context = {"date": date, "next": days.next_session(date)}
        return await _page(datasette, request, "no_session.html", context)
    return await _page(
        datasette, request, "day.html", await _read(datasette, lambda conn: day_data(conn, date))
    )


def day_data(conn: sqlite3.Connection, date: str) -> dict[str, Any]:
    """What a day's page shows; the point is ``None`` where the index has no such day."""
    vintage = report_queries.latest_vintage(conn)
    points = report_queries.total(conn, vintage) if vintage else []
    dates = [point.date for point in points]
    earlier = [point for point in points if point.date < date and point.value is not None]
    now = points[dates.index(date)] if date in dates else None
    before = earlier[-1] if earlier else None
    return {
        "date": date,
        "now": now,
        "before": before,
        "previous": max((d for d in dates if d < date), default=None),
        "following": min((d for d in dates if d > date), default=None),
        "moves": _moves(conn, vintage, before, now),
        **_stories(conn, date, limit=200),
    }


def _moves(
    conn: sqlite3.Connection,
    vintage: report_queries.Vintage | None,
    before: Point | None,
    now: Point | None,
) -> list[tuple[str, float, float]]:
    if vintage is None or before is None or now is None:
        return []
    return report_queries.parts_of_change(conn, vintage, before.date, now.date)[:8]


def _stories(conn: sqlite3.Connection, date: str, limit: int) -> dict[str, Any]:
    """The stories of a session by contribution, with the window and scorer that chose them."""
    window, scorer = days.window(date), report_queries.main_scorer(conn)
    stories = (
        report_queries.top_stories(conn, scorer, window.after, window.until, limit)
        if window and scorer
        else []
    )
    return {"stories": stories, "scorer": scorer, "window": window}


async def article(datasette: Datasette, request: Request) -> Response:
    """An article with its evidence, its story and the form for a review.

    With ``?blind=1`` without what the scorer and others said: for whoever codes an audit's items.
    """
    return await article_page(datasette, request)


async def article_page(
    datasette: Datasette,
    request: Request,
    form: writing.ReviewForm | None = None,
) -> Response:
    """The article's page; with a form that was refused, filled in again and with its errors."""
    article_id = request.url_vars["id"]
    state = state_of(datasette)
    if state is None or not _ID.match(article_id):
        raise NotFound("no such article")
    blind = request.args.get("blind") == "1"
    context = await _read(datasette, lambda conn: article_data(conn, article_id, blind=blind))
    if not context:
        raise NotFound(f"no article {article_id}")
    reviewer = writing.reviewer_of(datasette, request)
    context |= {
        "form": form or writing.ReviewForm({"reviewer": reviewer or ""}),
        "has_token": reviewer is not None,
        "choices": {**writing.CHOICES, "topic": writing.TOPICS},
    }
    return await _page(datasette, request, "article.html", context, 400 if form else 200)


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


async def search_page(datasette: Datasette, request: Request) -> Response:
    """Articles that hold the words, in whichever script."""
    if _not_ours(datasette):
        raise NotFound("no search here")
    query = (request.args.get("q") or "").strip()[:200]
    match = search.expression(query)
    spellings = [search.variants(word) for word in search.words(query)]
    context = {"query": query, "spellings": spellings, "limit": _LIMIT, "hits": [], "total": 0}
    if match:
        context |= await _read(datasette, lambda conn: search_data(conn, match))
    return await _page(datasette, request, "search.html", context)


def search_data(conn: sqlite3.Connection, match: str) -> dict[str, Any]:
    """The newest hits of an FTS5 expression and how many there are."""
    scorer = report_queries.main_scorer(conn)
    return {
        "hits": article_queries.hits(conn, match, scorer, _LIMIT),
        "total": article_queries.count_hits(conn, match),
    }


async def review(datasette: Datasette, request: Request) -> Response:
    """Take a review: 303 back to the article when it is stored, else 400, 403 or 503."""
    state = state_of(datasette)
    article_id = request.url_vars["id"]
    if state is None:
        raise NotFound("no reviews here")
    known = writing.reviewer_of(datasette, request) is not None
    try:
        values = await writing.read_form(request)
        writing.authorise(request.headers, values.get("token", ""), known, state)
    except writing.Refused as refusal:
        return Response.text(f"Not written: {refusal}.\n", status=403)
    form = writing.check(values)
    found = await _read(
        datasette, lambda conn: {"article": article_queries.article(conn, article_id)}
    )
    if found["article"] is None or found["article"].language is None:
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
