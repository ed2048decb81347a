"""Cells of Datasette's tables: which are links to our pages, and texts with nothing unseen."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from bubblefear.review import security
from bubblefear.review.state import DATABASE

_PAGE = re.compile(r"/article/[0-9a-f]{16}(?:\?blind=1)?")
_ID = re.compile(r"[0-9a-f]{16}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RUN = re.compile(r"[\w:-]+", re.ASCII)
# Column -> what its value looks like, and the page of what it names.
_LINKS: Final = {
    "page": (_PAGE, "{}"),
    "article_id": (_ID, "/article/{}"),
    "date": (_DAY, "/day/{}"),
    "session": (_DAY, "/day/{}"),
    "run_id": (_RUN, f"/{DATABASE}/runs/{{}}"),
}
# A row's page shows whole values; of longer ones the beginning.
LONGEST: Final = 50_000
_LABEL: Final = 160
_ADDRESS: Final = 2000


def linked(value: object, column: str, table: str | None) -> Markup | None:
    """A link to what the value names; ``None`` where it names nothing that has a page.

    Args:
        value: A text, or what Datasette makes of a foreign key: value and label.
        column: Name of the column.
        table: Name of the table or view; ``None`` for a query's rows.
    """
    label: object = None
    column = "article_id" if column == "id" and table in ("entries", "articles") else column
    if isinstance(value, dict):
        label, value = value["label"], value["value"]
    if isinstance(value, str) and len(value) > _ADDRESS and value.startswith("http"):
        # Datasette would make it a link with all of it inside.
        return escape(f"{security.visible(value[:_LABEL])}… {len(value):,} characters")
    shape, where = _LINKS.get(column, (None, ""))
    if shape is None or not isinstance(value, str) or not shape.fullmatch(value):
        return None
    text = str(label or "").strip()
    if text in ("", value):
        return Markup('<a href="{}">{}</a>').format(where.format(value), value)
    cut = text[:_LABEL] + ("…" if len(text) > _LABEL else "")
    return Markup('<a href="{}"><bdi>{}</bdi></a> <small>{}</small>').format(
        where.format(value), security.visible(cut), value
    )


def visible_cell(shown: object) -> Markup:
    """What Datasette made of a value, a text or HTML, with unseen characters spelt out."""
    return Markup(security.visible(escape(shown)))  # noqa: S704 - `visible` adds no HTML


def visible_whole(raw: object) -> str:
    """A value of a row's page: all of it, or its beginning and how much was left out."""
    text = str(raw)
    rest = len(text) - LONGEST
    more = f" … {rest:,} more characters: see the JSON" if rest > 0 else ""
    return security.visible(text[:LONGEST]) + more
