"""What a page states in JSON-LD (schema.org): whether it is free to read, and who wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_SCRIPT = re.compile(
    r"<script\b[^<>]*\bapplication/ld\+json\b[^<>]*>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL
)
_FALSE: Final = frozenset({"false", "no", "0"})
_DEEPEST: Final = 12


def statements(html: str) -> list[dict[str, Any]]:
    """Every object of the page's JSON-LD, nested ones included; what is no JSON is passed over."""
    found: list[dict[str, Any]] = []
    for script in _SCRIPT.findall(html):
        text = script.strip().removeprefix("<!--").removesuffix("-->")
        try:
            found += _objects(json.loads(text, strict=False), 0)
        except (ValueError, RecursionError):
            continue
    return found


def is_free(objects: list[dict[str, Any]]) -> bool | None:
    """`isAccessibleForFree` of the page or a part of it; `None` if it is nowhere said."""
    said = [o["isAccessibleForFree"] for o in objects if "isAccessibleForFree" in o]
    if not said:
        return None
    return not any(one is False or str(one).strip().casefold() in _FALSE for one in said)


def _objects(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)
