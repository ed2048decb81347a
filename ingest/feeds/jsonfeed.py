"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which the XML feed parser does not read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ingest.feeds.items import Item
from ingest.text import without_surrogates


@dataclass(frozen=True)
class JsonFeed:
    """A JSON Feed's title, language, items and the page that it belongs to."""

    title: str | None
    language: str | None
    items: list[Item]
    homepage: str | None


def read_json_feed(text: str) -> JsonFeed | None:
    """Read a JSON Feed; `None` if the text is JSON of another kind.

    Raises:
        ValueError: if the text is not JSON.
    """
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error
    if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version", "")):
        return None
    items = data.get("items")
    return JsonFeed(
        title=_text(data, "title") or None,
        language=_text(data, "language") or None,
        items=[_item(i) for i in items if isinstance(i, dict)] if isinstance(items, list) else [],
        homepage=_text(data, "home_page_url") or None,
    )


def _item(data: dict[str, Any]) -> Item:
    return Item(
        title=_text(data, "title"),
        link=_text(data, "url") or _text(data, "external_url"),
        guid=_text(data, "id"),
        summary=_text(data, "summary"),
        content=_text(data, "content_html") or _text(data, "content_text"),
        author=_author(data),
        date=_text(data, "date_published") or _text(data, "date_modified"),
    )


def _author(data: dict[str, Any]) -> str:
    authors = data.get("authors") or [data.get("author")]
    if not isinstance(authors, list):
        return ""
    return ", ".join(_text(a, "name") for a in authors if isinstance(a, dict) and _text(a, "name"))


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    # Version 1.0 allowed numbers as ids.
    if not isinstance(value, str | int | float) or value is True:
        return ""
    return without_surrogates(str(value))
