"""The review queue: one article at a time, its text alone, with a form that takes single keys."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import Response

from bubblefear.pipeline import coder_agreement, coding, label_queue
from bubblefear.review.labels import asked, writing
from bubblefear.review.labels.form import DEEDS
from bubblefear.review.pages import answer
from bubblefear.review.pages.reviews import refused, take
from bubblefear.store import article_queries, audit, queue_queries, reviews

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from bubblefear.review.labels.asked import Asked
    from bubblefear.store.counters import Kept

_NEXT: Final = 5


async def queue(datasette: Datasette, request: Request) -> Response:
    """The next article for the coder of this browser; who has not said a name is asked for it."""
    answer.served(datasette)
    coder = writing.reviewer_of(datasette, request)
    if coder is None or request.args.get("coder") == "other":
        return await _sign_in(datasette, request)
    return await _page(datasette, request, coder, asked.of(request))


async def queue_json(datasette: Datasette, request: Request) -> Response:
    """What waits for a coder (this browser's, or ``?coder=``): ids in order, and no score."""
    state = answer.served(datasette)
    coder = request.args.get("coder") or writing.reviewer_of(datasette, request) or ""
    wish, today = asked.of(request), state.clock()[:10]

    def ask(conn: sqlite3.Connection) -> dict[str, Any]:
        order = wish.order or _first_order(conn, coder)
        waiting = _waiting(conn, coder, replace(wish, order=order), state.kept)
        done = queue_queries.progress(conn, coder, today)
        return {"coder": coder, "order": order, "progress": done, "waiting": waiting}

    return answer.as_json(await answer.read(datasette, ask))


async def sign_in(datasette: Datasette, request: Request) -> Response:
    """Take a coder's name with the token: 303 to the queue, 400 for a bad name, else 403."""
    state = answer.served(datasette)
    try:
        values = await writing.read_form(request)
        writing.authorise(request.headers, values.get("token", ""), False, state)
    except writing.Refused as refusal:
        return refused(refusal, 403)
    name = values.get("reviewer", "").strip()
    if not 0 < len(name) <= coding.MAX_NAME:
        said = f"Give your name, up to {coding.MAX_NAME} characters."
        return await _sign_in(datasette, request, (said,))
    response = Response.redirect(asked.of(request).address(), status=303)
    writing.remember(datasette, response, name)
    return response


async def save(datasette: Datasette, request: Request) -> Response:
    """Take a review and go on: 303 to the queue, 400 with the form where it breaks a rule."""
    wish = asked.of(request)

    async def mend(article: str, form: coding.ReviewForm) -> Response:
        coder = form.values.get("reviewer", "").strip()
        return await _page(datasette, request, coder, replace(wish, article=article), form)

    return await take(datasette, request, None, mend, wish.address())


async def _sign_in(
    datasette: Datasette, request: Request, errors: tuple[str, ...] = ()
) -> Response:
    wish = asked.of(request)
    context = {"orders": label_queue.ORDERS, "action": wish.address("/queue/coder")}
    status = 400 if errors else 200
    return await answer.page(
        datasette, request, "queue_coder.html", {**context, "errors": errors}, status
    )


async def _page(
    datasette: Datasette,
    request: Request,
    coder: str,
    wish: Asked,
    form: coding.ReviewForm | None = None,
) -> Response:
    state = answer.served(datasette)
    today, insist = state.clock()[:10], form is not None
    data = await answer.read(
        datasette, lambda conn: queue_data(conn, coder, wish, today, state.kept, insist=insist)
    )
    shown = form or coding.ReviewForm(data["draft"])
    constant = {"orders": label_queue.ORDERS, "languages": asked.LANGUAGES, "deeds": DEEDS}
    context = {**data, **constant, "form": shown, "coder": coder}
    return await answer.page(datasette, request, "queue.html", context, 400 if form else 200)


def queue_data(
    conn: sqlite3.Connection,
    coder: str,
    wish: Asked,
    today: str,
    kept: Kept,
    *,
    insist: bool = False,
) -> dict[str, Any]:
    """What the queue shows a coder; ``article`` is None where nothing waits."""
    wish = replace(wish, order=wish.order or _first_order(conn, coder))
    waiting = _waiting(conn, coder, wish, kept, insist)
    current = waiting[0] if waiting else None
    last = reviews.last_of(conn, coder)
    return {
        "wish": wish,
        "left": len(waiting),
        "article": article_queries.article(conn, current) if current else None,
        "draft": _draft(conn, current, coder) if current else {},
        "next": queue_queries.titles(conn, waiting[1 : _NEXT + 1]),
        "last": last,
        "last_title": queue_queries.titles(conn, [last.article_id] if last else []),
        "progress": queue_queries.progress(conn, coder, today),
        "agreements": coder_agreement.agreements(conn, coder),
    }


def _waiting(
    conn: sqlite3.Connection, coder: str, wish: Asked, kept: Kept, insist: bool = False
) -> list[str]:
    """Ids in order; the article asked for is first where this coder has not coded it.

    Insisting, it is first all the same: a form of it was refused and is to be mended.
    """
    found = label_queue.waiting(
        conn, wish.order, coder, language=wish.language, skipped=wish.skipped, kept=kept
    )
    if wish.article is None or not queue_queries.titles(conn, [wish.article]):
        return found
    if not insist and audit.last_code(conn, wish.article, coder) is not None:
        return found
    return [wish.article, *(one for one in found if one != wish.article)]


def _first_order(conn: sqlite3.Connection, coder: str) -> str:
    """The audit sample as long as something is left of it."""
    return "audit" if label_queue.waiting(conn, "audit", coder) else "uncertain"


def _draft(conn: sqlite3.Connection, article: str, coder: str) -> Mapping[str, str]:
    """What a coder said of an article and took back last: most often one answer is to mend."""
    own = [one for one in reviews.of_article(conn, article) if one.reviewer == coder]
    if not own or own[-1].undone_at is None:
        return {}
    said = asdict(own[-1])
    empty = {"topic": "", "note": ""}
    return {
        name: empty.get(name, "none") if said[name] is None else str(said[name])
        for name in ("topic", "fear", "stance", "kind", "channel", "note")
    }


ROUTES: list[answer.Route] = [
    (r"^/queue$", queue),
    (r"^/queue\.json$", queue_json),
    (r"^/queue/coder$", sign_in),
    (r"^/queue/review$", save),
]
