"""``evaluate extraction``: page bodies against hand-made truth, by 4-gram shingles.

Two layouts are read: ``ground-truth.json`` + ``html/ID.html.gz`` and ``original/ID.html`` +
``cleaned/ID.txt``.  Shingles are multisets: of words where the truth is mostly Latin, of
characters where it is mostly Chinese.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median
from typing import TypedDict

from bubblefear.errors import BubblefearError
from ingest.errors import IngestError
from ingest.pages.extract import extract_page

SHINGLE = 4
_WORD = re.compile(r"\w+")
_HAN = re.compile(r"[㐀-鿿]")


class ExtractionFigures(TypedDict):
    """What ``evaluate extraction --json`` prints."""

    n: int
    failed: int
    precision: float
    recall: float
    f1: float
    median_f1: float


def pages(folder: Path) -> Iterator[tuple[bytes, str, str]]:
    """Yield (html, url, true body); raises ``BubblefearError`` for an unknown layout."""
    if (folder / "ground-truth.json").is_file():
        truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf8"))
        for name, item in sorted(truth.items()):
            html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield html, item.get("url", ""), item["articleBody"]
    elif (folder / "cleaned").is_dir():
        for path in sorted((folder / "cleaned").glob("*.txt")):
            html = (folder / "original" / f"{path.stem}.html").read_bytes()
            yield html, "", path.read_text(encoding="utf-8-sig")
    else:
        raise BubblefearError(f"{folder} has neither ground-truth.json nor cleaned/")


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


def evaluate_extraction(folder: Path, now: str) -> ExtractionFigures:
    """Extract every page of ``folder`` and average over pages; a failed page counts as empty."""
    results, failed = [], 0
    for html, url, truth in pages(folder):
        try:
            body = extract_page(html, url, now).body or ""
        except IngestError:
            body = ""
        failed += not body
        results.append(compare(truth, body))
    if not results:
        raise BubblefearError(f"{folder} has no pages")
    return {
        "n": len(results),
        "failed": failed,
        "precision": fmean(r[0] for r in results),
        "recall": fmean(r[1] for r in results),
        "f1": fmean(r[2] for r in results),
        "median_f1": median(r[2] for r in results),
    }
