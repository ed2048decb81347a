"""Readers of single settings: each takes what a file or a variable holds and gives its value.

Each raises ``ValueError`` whose text completes "should be ...".
"""

from __future__ import annotations

from pathlib import Path


def text(value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError("text")
    return value


def count(value: object) -> int:
    """A whole number, 0 or more, also given as text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("a whole number")
    try:
        found = int(value)
    except ValueError:
        raise ValueError("a whole number") from None
    if found < 0:
        raise ValueError("a whole number, 0 or more")
    return found


def positive(value: object) -> int:
    """A whole number, 1 or more."""
    found = count(value)
    if found < 1:
        raise ValueError("a whole number, 1 or more")
    return found


def switch(value: object) -> bool:
    """True or false, also given as text."""
    names = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in names:
        raise ValueError("true or false")
    return names[value.lower()]


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, also given as one text with commas."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not items or not all(isinstance(i, str) for i in items):
        raise ValueError("a list of texts")
    return tuple(item.strip() for item in items)


def day(value: object) -> str:
    """A date as ISO text."""
    from datetime import date

    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError("a date such as 2025-08-01") from None


def folder(value: object) -> Path:
    """A path."""
    return Path(text(value))


Plain = str | int | float | bool | tuple[str | int | float | bool, ...]


def plain(value: object) -> Plain:
    """A text, number, switch or list of them; a date becomes its text."""
    from datetime import date

    if isinstance(value, list):
        found: list[str | int | float | bool] = []
        for item in map(plain, value):
            if isinstance(item, tuple):
                raise ValueError("a list of texts or numbers, without lists in it")
            found.append(item)
        return tuple(found)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str | int | float | bool):
        raise ValueError("a text, a number, true, false or a list")
    return value


def literal(text: str) -> Plain:
    """What a variable's text stands for: a switch, a number, a list with commas, or itself."""
    if "," in text:
        items = [literal(item.strip()) for item in text.split(",")]
        return tuple(item for item in items if not isinstance(item, tuple))
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
