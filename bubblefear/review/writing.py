"""The one thing that can be written here: a review, by who holds the token.

A request must come from our own page or from no page, carry the token (or the cookie that a
first right token gave), and state a review that the coding rules allow. Otherwise nothing is
written.
"""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from itsdangerous import BadSignature

from bubblefear.review import security
from bubblefear.store import audit, database, transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.review.state import ReviewState

COOKIE = "bubblefear_reviewer"
STANCES = ("fear", "relief", "none")
KINDS = ("threat", "act", "none")
CHANNELS = ("valuation", "capex", "credit", "liquidity", "contagion", "policy", "none")
GRADES = {"0": "none", "1": "hint", "2": "clear", "3": "strong"}
CHOICES = {"stance": STANCES, "kind": KINDS, "channel": CHANNELS, "fear": GRADES}
TOPICS = {"1": "the AI boom as an economic or market matter", "0": "something else"}
MAX_BODY = 64 * 1024
MAX_NOTE, MAX_NAME = 4000, 80


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The request may not write; its text says why. Answered with 403."""


class Busy(Exception):  # noqa: N818 - reads as what happened
    """The database cannot be written now. Answered with 503."""


@dataclass(frozen=True)
class ReviewForm:
    """A form as filled in, and what is wrong with it."""

    values: Mapping[str, str]
    errors: tuple[str, ...] = ()
    review: Mapping[str, Any] = field(default_factory=dict)


async def read_form(request: Request) -> dict[str, str]:
    """Fields of a posted form.

    Raises:
        Refused: another method, another kind of body, or one that is too long.
    """
    if request.method != "POST":
        raise Refused("reviews are sent with POST")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused("reviews are sent as a form")
    body, more = b"", True
    while more:
        message = await request.receive()
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
        Refused: from another site, or without the token.
    """
    if not security.same_origin(headers):
        raise Refused("a review cannot be sent from another site")
    if token and not security.token_matches(token, state.token):
        raise Refused("that is not this server's write token")
    # A cookie goes along with requests that the reader did not mean, so it counts only where the
    # browser says that our own page sent it.
    if not token and not (known and "origin" in headers):
        raise Refused("the write token printed at start is needed")


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


def check(values: Mapping[str, str]) -> ReviewForm:
    """Read a form by the coding rules."""
    errors = []
    reviewer = values.get("reviewer", "").strip()
    note = values.get("note", "").strip()
    grade, stance = values.get("fear", ""), values.get("stance", "")
    kind, channel = values.get("kind", ""), values.get("channel", "")
    topic = values.get("topic", "")  # may be left open: it was not asked in every review
    if not 0 < len(reviewer) <= MAX_NAME:
        errors.append(f"Give your name, up to {MAX_NAME} characters.")
    if len(note) > MAX_NOTE:
        errors.append(f"The note may have {MAX_NOTE} characters.")
    if grade not in GRADES:
        errors.append("Choose a grade of fear, 0 to 3.")
    for name, given, allowed in (
        ("stance", stance, STANCES), ("kind", kind, KINDS), ("channel", channel, CHANNELS)
    ):  # fmt: skip
        if given not in allowed:
            errors.append(f"Choose a {name}: {', '.join(allowed)}.")
    if topic and topic not in TOPICS:
        errors.append("Choose a topic, 0 or 1, or none.")
    if not errors:
        errors += _contradictions(grade, stance, kind, channel)
        if topic == "0" and (grade, stance, channel) != ("0", "none", "none"):
            errors.append("Fear, relief or a channel needs topic 1.")
    review = {
        "reviewer": reviewer,
        "topic": int(topic) if topic in TOPICS else None,
        "fear": int(grade) if grade in GRADES else None,
        "stance": stance,
        "kind": None if kind == "none" else kind,
        "channel": None if channel == "none" else channel,
        "note": note or None,
    }
    return ReviewForm(values, tuple(errors), {} if errors else review)


def _contradictions(grade: str, stance: str, kind: str, channel: str) -> list[str]:
    found = []
    if grade == "0" and stance == "fear":
        found.append("Stance fear needs a grade above 0.")
    if grade == "0" and kind != "none":
        found.append("Without fear there is no kind: choose none.")
    if grade == "0" and stance == "none" and channel != "none":
        found.append("Without fear or relief there is no channel: choose none.")
    return found


async def write(state: ReviewState, article_id: str, form: ReviewForm) -> None:
    """Add the review through the store, off the event loop.

    Raises:
        Busy: another process holds the database for longer than the store waits.
    """
    said = dict(form.review)
    reviewer = said.pop("reviewer")

    def add() -> None:
        with database(state.path, create=False) as conn, transaction(conn):
            audit.add_review(conn, article_id, reviewer, audit.Code(**said), state.clock())

    try:
        await asyncio.get_running_loop().run_in_executor(None, add)
    except sqlite3.OperationalError as error:
        raise Busy(f"the database could not be written: {error}") from error
