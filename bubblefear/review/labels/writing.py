"""What can be written here: a review and its undoing, by who holds the token.

A request must come from our own page or from no page, and carry the token (or the cookie that a
first right token gave). Otherwise nothing is written.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from itsdangerous import BadSignature

from bubblefear.review import security
from bubblefear.store import audit, database, reviews, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.pipeline.coding import ReviewForm
    from bubblefear.review.state import ReviewState

COOKIE = "bubblefear_reviewer"
MAX_BODY = 64 * 1024


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The request may not write; its text says why. Answered with 403."""


class Busy(Exception):  # noqa: N818 - reads as what happened
    """The database cannot be written now. Answered with 503."""


async def read_form(request: Request) -> dict[str, str]:
    """Fields of a posted form.

    Raises:
        Refused: another method, another kind of body, or one that is too long or broke off.
    """
    if request.method != "POST":
        raise Refused("reviews are sent with POST")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused("reviews are sent as a form")
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Refused("the form broke off")  # half a note is not what was said
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise Refused("the form is too long")
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    # SQLite stores a NUL, but its text functions and the shell end the text there.
    return {name: value.replace("\0", "") for name, value in fields}


def authorise(headers: Mapping[str, str], token: str, known: bool, state: ReviewState) -> None:
    """Check who writes; ``known`` is a browser that showed the token before.

    Raises:
        Refused: from another site, or without the token; into a file that was published.
    """
    if state.published:
        raise Refused("this file was published; reviews go into the database it was made from")
    if not security.same_origin(headers):
        raise Refused("a review cannot be sent from another site")
    if token and not security.token_matches(token, state.token):
        raise Refused("that is not this server's write token")
    # A cookie goes along with requests that the reader did not mean, so it counts only where the
    # browser says that our own page sent it.
    if not token and not (known and "origin" in headers):
        raise Refused("the write token printed at start is needed")


async def admitted(datasette: Datasette, request: Request, state: ReviewState) -> dict[str, str]:
    """Fields of a form that may be written; ``reviewer`` is who writes.

    Raises:
        Refused: a request that may not write, or not under that name: a browser that does not
            show the token writes under the name that it gave with it.
    """
    values = await read_form(request)
    known = reviewer_of(datasette, request)
    authorise(request.headers, values.get("token", ""), known is not None, state)
    if values.get("token") or known is None:
        return values
    if values.get("reviewer", "").strip() not in ("", known):
        raise Refused("this browser writes under another name: a new one needs the token")
    return values | {"reviewer": known}


def reviewer_of(datasette: Datasette, request: Request) -> str | None:
    """The name under which this browser wrote a review since the server started, else ``None``.

    The cookie is signed with a secret that lives as long as the server, and is given only for a
    right token; so it need not hold the token, which other servers of this machine would see.
    """
    try:
        return str(datasette.unsign(request.cookies.get(COOKIE, ""), COOKIE))
    except BadSignature:
        return None


def remember(datasette: Datasette, response: Response, reviewer: str) -> None:
    """Let the next review of this browser go without the token, until the server stops."""
    response.set_cookie(COOKIE, datasette.sign(reviewer, COOKIE), httponly=True, samesite="strict")


async def write(state: ReviewState, article_id: str, form: ReviewForm) -> None:
    """Add the review through the store, off the event loop.

    Raises:
        Busy: another process holds the database for longer than the store waits.
    """
    said = dict(form.review)
    reviewer, code = said.pop("reviewer"), audit.Code(**said)
    await _stored(
        state, lambda conn: audit.add_review(conn, article_id, reviewer, code, state.clock())
    )


async def undo(state: ReviewState, number: int) -> None:
    """Take a review back; doing so again changes nothing.

    Raises:
        Busy: as of ``write``.
    """
    await _stored(state, lambda conn: reviews.undo(conn, number, state.clock()))


async def _stored(state: ReviewState, change: Callable[[sqlite3.Connection], object]) -> None:
    def run() -> None:
        with database(state.path, create=False) as conn, transaction(conn):
            change(conn)

    try:
        await asyncio.get_running_loop().run_in_executor(None, run)
    except sqlite3.OperationalError as error:
        raise Busy(f"the database could not be written: {error}") from error
