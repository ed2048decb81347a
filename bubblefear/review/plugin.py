"""The Datasette plugin: routes, headers, SQL functions, links. Datasette calls these hooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pluggy

from bubblefear.review import (
    cells,
    counted,
    csv_exports,
    days,
    guard,
    hidden,
    reading,
    search,
    security,
)
from bubblefear.review.labels import form
from bubblefear.review.pages import (
    agreement,
    answer,
    article,
    claims,
    day,
    drawing,
    found,
    health,
    home,
    index,
    one_test,
    queue,
    reviews,
    transmission,
)
from bubblefear.review.state import DATABASE, state_of
from bubblefear.review.texts import traits
from bubblefear.store import distrust

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from jinja2 import Environment
    from markupsafe import Markup

hookimpl = pluggy.HookimplMarker("datasette")

_PAGES = (
    home,
    index,
    drawing,
    day,
    article,
    reviews,
    queue,
    agreement,
    transmission,
    one_test,
    claims,
    health,
    found,
)
_WRITING = re.compile(r"/article/[^/]+/review|/queue/(?:coder|review)|/reviews/[0-9]{1,18}/undo")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Our pages stand before Datasette's own, whose index is then at /bubblefear."""
    return [*(route for page in _PAGES for route in page.ROUTES), *hidden.ROUTES]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Add our SQL functions; last, so that ``escape_fts`` replaces Datasette's."""
    if state_of(datasette) is None:
        return
    conn.create_function("escape_fts", 1, search.escape_fts, deterministic=True)
    conn.create_function("session_start", 1, days.session_start, deterministic=True)
    conn.create_function("session_end", 1, days.session_end, deterministic=True)
    if database == DATABASE:  # its own list of databases and tables Datasette has to write
        distrust(conn)
        reading.keep_to_reading(conn)


@hookimpl
def render_cell(
    value: object, column: str, table: str | None, datasette: Datasette
) -> Markup | None:
    """Make what names an article, a session or a run a link in Datasette's tables."""
    return cells.linked(value, column, table) if state_of(datasette) else None


@hookimpl
def register_facet_classes() -> list[type[Any]]:
    """Facets that are named in the metadata are answered from counts where there are some."""
    return [counted.CountedFacet]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Filters of our templates, and what the form of a review asks."""
    env.filters["visible"] = security.visible
    env.filters["web_address"] = security.web_address
    env.globals["coding"] = {"fields": form.FIELDS, "rules": form.RULES}
    env.filters["web_host"] = security.web_host
    env.filters["trait"] = traits.in_words
    env.filters["visible_cell"] = cells.visible_cell
    env.filters["visible_whole"] = cells.visible_whole


@hookimpl
def extra_template_vars(
    template: str, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """What the frame of Datasette's own pages asks; ours are told by ``answer.page``."""
    if state_of(datasette) is None or template.startswith("bubblefear/"):
        return None

    async def told() -> dict[str, Any]:
        return await answer.read(datasette, answer.origin)

    return told


@hookimpl
def skip_csrf(datasette: Datasette, scope: dict[str, Any]) -> bool:
    """Our form is guarded by its token and the request's origin, without a second token."""
    return state_of(datasette) is not None and _writes(str(scope.get("path", "")))


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[guard.Handler], guard.Handler]:
    """Refuse what nobody may ask, and put the security headers on every answer."""

    def wrap(app: guard.Handler) -> guard.Handler:
        # Datasette wraps a client of its own while it is made, before it has a state.
        return guard.guarded(csv_exports.harmless(app), lambda: state_of(datasette), _writes)

    return wrap


def _writes(path: str) -> bool:
    return _WRITING.fullmatch(path) is not None
