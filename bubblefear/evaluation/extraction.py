"""``evaluate extraction``: what is taken from pages against hand-made truth.

Bodies are compared by 4-gram shingles, as multisets: of words where the truth is mostly Latin, of
characters where it is mostly Chinese. An author counts where the names are the same, a date where
the day is, both only on pages whose truth has them; a month alone is no day.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Final, TypedDict

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.saved_pages import SavedPage, names, read_pages
from ingest.errors import IngestError
from ingest.pages.extract import extract_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Page

SHINGLE: Final = 4
_WORD = re.compile(r"\w+")
_HAN = re.compile(r"[㐀-鿿]")
# Chinese pages show China's clock; a day is read off that clock.
_CHINA: Final = timedelta(hours=8)


class FieldFigures(TypedDict):
    """Author or date: pages whose truth has it, those right, those given without truth."""

    n: int
    right: int
    found: int
    without_truth: int


class PageFigures(TypedDict):
    """One page's body."""

    id: str
    status: str
    precision: float
    recall: float
    f1: float


class ExtractionFigures(TypedDict):
    """What ``evaluate extraction --json`` prints.

    ``f1_halves`` are the means over two halves of the pages, by a hash of their names: rules are
    written on the first and confirmed on the second.
    """

    n: int
    failed: int
    precision: float
    recall: float
    f1: float
    median_f1: float
    f1_halves: list[float]
    author: FieldFigures | None
    date: FieldFigures | None
    worst: list[PageFigures]


@dataclass(frozen=True)
class _Read:
    saved: SavedPage
    page: Page | None
    scores: tuple[float, float, float]


def tokens(text: str) -> list[str]:
    """Characters of a Chinese text, else words."""
    words = _WORD.findall(text)
    chinese = len(_HAN.findall(text)) > 0.2 * sum(map(len, words))
    return [c for w in words for c in w] if chinese else words


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Multiset of 4-grams; a shorter text is one shingle."""
    parts = tokens(text)
    last = max(1, len(parts) - SHINGLE + 1)
    return Counter(tuple(parts[i : i + SHINGLE]) for i in range(last) if parts)


def compare(truth: str, found: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of one page's shingles."""
    a, b = shingles(truth), shingles(found)
    if not a and not b:
        return 1.0, 1.0, 1.0
    hit = (a & b).total()
    precision = hit / b.total() if b else 0.0
    recall = hit / a.total() if a else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0


def evaluate_extraction(folder: Path, now: str, worst: int = 0) -> ExtractionFigures:
    """Extract every page of ``folder`` and average over pages; a failed page counts as empty.

    Args:
        folder: Saved pages in one of the two layouts of ``saved_pages``.
        now: UTC text; dates after it are not believed.
        worst: How many of the pages with the lowest F1 to list.
    """
    read = [_read(saved, now) for saved in read_pages(folder)]
    if not read:
        raise BubblefearError(f"{folder} has no pages")
    scores = [one.scores for one in read]
    halves = [[one.scores[2] for one in read if half(one.saved.id) == h] for h in (0, 1)]
    return {
        "n": len(read),
        "failed": sum(one.page is None or not one.page.body for one in read),
        "precision": fmean(s[0] for s in scores),
        "recall": fmean(s[1] for s in scores),
        "f1": fmean(s[2] for s in scores),
        "median_f1": median(s[2] for s in scores),
        "f1_halves": [fmean(values) for values in halves if values],
        "author": _authors(read),
        "date": _dates(read),
        "worst": [_row(one) for one in sorted(read, key=lambda one: one.scores[2])[:worst]],
    }


def half(name: str) -> int:
    """Half of a set that a page belongs to, 0 or 1, by a hash of its name."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2


def _read(saved: SavedPage, now: str) -> _Read:
    try:
        page = extract_page(saved.html, saved.url, now)
    except IngestError:
        page = None
    return _Read(saved, page, compare(saved.body, page.body if page else ""))


def _row(one: _Read) -> PageFigures:
    status = one.page.status if one.page else "failed"
    precision, recall, f1 = one.scores
    return {
        "id": one.saved.id,
        "status": status,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }


def _authors(read: Sequence[_Read]) -> FieldFigures | None:
    known = [
        (names(one.saved.author), names(one.page.author if one.page else None))
        for one in read
        if one.saved.author is not None
    ]
    return _field(known)


def _dates(read: Sequence[_Read]) -> FieldFigures | None:
    known = [
        (frozenset({one.saved.day} - {""}), _day(one.page))
        for one in read
        if one.saved.day is not None
    ]
    return _field(known)


def _field(known: Sequence[tuple[frozenset[str], frozenset[str]]]) -> FieldFigures | None:
    if not known:
        return None
    return {
        "n": sum(bool(true) for true, _ in known),
        "right": sum(bool(true) and true == found for true, found in known),
        "found": sum(bool(true) and bool(found) for true, found in known),
        "without_truth": sum(not true and bool(found) for true, found in known),
    }


def _day(page: Page | None) -> frozenset[str]:
    if page is None or page.published_at is None:
        return frozenset()
    moment = datetime.fromisoformat(page.published_at)
    local = moment + _CHINA if page.language.startswith("zh") else moment
    return frozenset({local.strftime("%Y-%m-%d")})
