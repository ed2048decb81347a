"""Saved pages with what a careful reader took from them: body and, where noted, author and date.

Two layouts are read: ``ground-truth.json`` + ``html/ID.html.gz``, and ``original/ID.html`` +
``cleaned/ID.txt`` with, if there are, ``author/ID.txt`` and ``date/ID.txt``.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bubblefear.errors import BubblefearError

_UNKNOWN: Final = re.compile(r"unkn\w+", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_IN_BRACKETS: Final = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True)
class SavedPage:
    """One page and its truth.

    Attributes:
        id: name of the page's files.
        html: the bytes.
        url: address, "" if unknown.
        body: true text.
        author: true author as noted; "" if the page names none, `None` if nobody looked.
        day: true date, ``YYYY-MM-DD``; "" if the page shows none to the day, `None` if nobody
            looked.
    """

    id: str
    html: bytes
    url: str
    body: str
    author: str | None = None
    day: str | None = None


def read_pages(folder: Path) -> Iterator[SavedPage]:
    """Yield the pages of a folder by name; raises ``BubblefearError`` for an unknown layout."""
    if (folder / "ground-truth.json").is_file():
        truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf8"))
        for name, item in sorted(truth.items()):
            html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield SavedPage(name, html, item.get("url", ""), item["articleBody"])
    elif (folder / "cleaned").is_dir():
        for path in sorted((folder / "cleaned").glob("*.txt")):
            yield SavedPage(
                id=path.stem,
                html=(folder / "original" / f"{path.stem}.html").read_bytes(),
                url="",
                body=path.read_text(encoding="utf-8-sig"),
                author=_noted(folder / "author" / path.name),
                day=_day(_noted(folder / "date" / path.name)),
            )
    else:
        raise BubblefearError(f"{folder} has neither ground-truth.json nor cleaned/")


def names(author: str | None) -> frozenset[str]:
    """Names of an author field, however they are divided; what stands in brackets is left out."""
    text = _IN_BRACKETS.sub("", author or "").casefold()
    return frozenset(part for part in re.split(r"[\s、,，;；/]+", text) if part)


def _noted(path: Path) -> str | None:
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8-sig").strip()
    return "" if _UNKNOWN.fullmatch(text) else text


def _day(noted: str | None) -> str | None:
    if noted is None:
        return None
    found = _DAY.match(noted)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""
