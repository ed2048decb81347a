"""The Datasette plugin: routes, headers, SQL functions, links. Datasette calls these hooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pluggy
from markupsafe import Markup

from bubblefear.review import days, search, security
from bubblefear.review.pages import article, day, found, home, reviews
from bubblefear.review.state import state_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from jinja2 import Environment

    Handler = Callable[..., Awaitable[None]]

hookimpl = pluggy.HookimplMarker("datasette")

_LINKED = re.compile(r"(?P<page>/article/)?(?P<id>[0-9a-f]{16})(?P<blind>\?blind=1)?")
_PAGES = (home, day, article, reviews, found)
# Where Datasette answers with pages of its own; every other page is ours.
_DATASETTE = re.compile(r"/(?:bubblefear|-)(?:[/.]|$)")
_WRITING = re.compile(r"/article/[^/]+/review")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Our pages stand before Datasette's own, whose index is then at /bubblefear."""
    return [route for page in _PAGES for route in page.ROUTES]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add our SQL functions; last, so that ``escape_fts`` replaces Datasette's."""
    conn.create_function("escape_fts", 1, search.escape_fts, deterministic=True)
    conn.create_function("session_start", 1, days.session_start, deterministic=True)
    conn.create_function("session_end", 1, days.session_end, deterministic=True)


@hookimpl
def render_cell(value: object, column: str, datasette: Datasette) -> Markup | None:
    """Make an article's page a link in Datasette's tables."""
    if state_of(datasette) is None or not isinstance(value, str):
        return None
    found = _LINKED.fullmatch(value)
    if found is None or (column, found["page"] is None) not in (
        ("page", False),
        ("article_id", True),
    ):
        return None
    where = f"/article/{found['id']}{found['blind'] or ''}"
    return Markup('<a href="{where}">{text}</a>').format(where=where, text=value)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Filters of our templates."""
    env.filters["visible"] = security.visible
    env.filters["web_address"] = security.web_address


@hookimpl
def skip_csrf(datasette: Datasette, scope: dict[str, Any]) -> bool:
    """Our form is guarded by its token and the request's origin, without a second token."""
    return state_of(datasette) is not None and _writes(str(scope.get("path", "")))


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Ways back from Datasette's pages."""
    if state_of(datasette) is None:
        return []
    return [{"href": "/", "label": "Index today"}, {"href": "/search", "label": "Search the news"}]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Handler], Handler]:
    """Refuse requests for other hosts and put the security headers on every answer."""

    def wrap(app: Handler) -> Handler:
        async def guarded(scope: dict[str, Any], receive: Handler, send: Handler) -> None:
            state = state_of(datasette)
            if state is None or scope["type"] != "http":
                await app(scope, receive, send)
                return
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if not (security.host_allowed(host, state.hosts) and _may_be_asked(scope)):
                await _refuse(send)
                return
            await app(scope, receive, _with_headers(send, str(scope["path"])))

        return guarded

    return wrap


def _with_headers(send: Handler, path: str) -> Handler:
    policy = security.DATASETTE_POLICY if _DATASETTE.match(path) else security.PAGE_POLICY
    extra = {"Content-Security-Policy": policy, **security.COMMON_HEADERS}
    added = [(name.lower().encode(), value.encode()) for name, value in extra.items()]

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


def _may_be_asked(scope: dict[str, Any]) -> bool:
    """Only what writes takes more than reading: Datasette answers a POST with an error."""
    return scope["method"] in ("GET", "HEAD", "OPTIONS") or _writes(str(scope["path"]))


def _writes(path: str) -> bool:
    return _WRITING.fullmatch(path) is not None


async def _refuse(send: Handler) -> None:
    body = b"That is not served here.\n"
    start = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": start})
    await send({"type": "http.response.body", "body": body})
