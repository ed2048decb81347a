"""The environment of the pages' templates: everything is escaped unless it is said to be safe."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader

from bubblefear.report.terminal import number, one_line


def environment() -> Environment:
    """Templates of this package with the filters number, line, web_address and detail."""
    found = Environment(
        loader=FileSystemLoader(str(files("bubblefear.report") / "templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "number": number,
        "line": one_line,
        "web_address": _web_address,
        "detail": _detail,
    }
    return found


def _web_address(url: str | None) -> str | None:
    """The address if it is http(s) with a host, else ``None``: ``javascript:`` is no link."""
    try:
        parts = urlsplit(url or "")
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _detail(text: str | None) -> list[tuple[str, str]]:
    """The short further facts of a test, such as its unit and its sample."""
    try:
        found: Any = json.loads(text or "{}")
    except ValueError:
        return []
    if not isinstance(found, dict):
        return []
    plain = ((str(key), value) for key, value in found.items())
    # The reason of an abstention is the verdict already.
    return [
        (key, one_line(str(value)))
        for key, value in plain
        if key != "abstained" and isinstance(value, str | int | float)
    ]
