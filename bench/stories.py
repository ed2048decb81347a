"""Grouping stories: time of a new headline by the window's size, and what MinHash would miss."""

from __future__ import annotations

import random
import time
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bench.made import news_file
from bench.measuring import figure
from bench.rows import Row
from bench.texts import NEWS
from bubblefear.evaluation.story_pairs import read_news
from ingest.stories.grouper import StoryGrouper
from ingest.stories.headlines import read_headline
from ingest.stories.items import Item

if TYPE_CHECKING:
    from pathlib import Path

    from bubblefear.evaluation.story_pairs import News

WINDOWS = (1_000, 10_000, 100_000)
NEW = 500
MADE: Final = 101_000
SMOKE: Final = {"windows": (200, 400), "new": 20, "made": 500}
ROWS: Final = (
    *(
        Row(f"a new headline among {size:,}, words alone", f"ms_per_headline.{size}", "ms")
        for size in WINDOWS
    ),
    Row("share of joins that banded MinHash would find", "minhash_16x4_recall", ""),
)
BANDS, LINES = 16, 4
_PRIME = (1 << 61) - 1


def _items(rows: list[News]) -> list[Item]:
    """All at one instant, so that the window holds them all."""
    from bubblefear.headline_traits import traits_of

    return [
        Item(
            row.id,
            row.title,
            "2025-12-11T21:00:00Z",
            row.language,
            row.source,
            traits_of(row.title, row.summary, row.language),
        )
        for row in rows
    ]


def _milliseconds(rows: list[News], size: int, new: int) -> float:
    """Of one new headline in a window of ``size``, vectors apart."""
    items = _items(rows[: size + new])
    grouper = StoryGrouper()
    grouper.place([replace(item, story=item.id) for item in items[:size]], lambda _ids: {})
    started = time.perf_counter()
    for item in items[size:]:
        grouper.place([item], lambda _ids: {})
    return (time.perf_counter() - started) / new * 1000


def _bands(words: frozenset[str], salts: list[tuple[int, int]]) -> set[tuple[int, ...]]:
    codes = [zlib.crc32(word.encode()) for word in words]
    least = [min((a * code + b) % _PRIME for code in codes) for a, b in salts]
    return {(band, *least[band * LINES : (band + 1) * LINES]) for band in range(BANDS)}


def _minhash_recall(rows: list[News]) -> tuple[int, float]:
    """Joins of near wording by the exact search, and the share that 16 x 4 bands would find."""
    random.seed(0)
    salts = [(random.randrange(1, _PRIME), random.randrange(_PRIME)) for _ in range(BANDS * LINES)]
    by_id = {row.id: row for row in rows}
    items = [Item(r.id, r.title, r.published_at, r.language, r.source) for r in rows]
    found = joins = 0
    for placed in StoryGrouper().place(items):
        if placed.how == "near" and placed.other is not None:
            pair = [by_id[placed.id], by_id[placed.other]]
            sets = [_bands(read_headline(r.title, r.language).words, salts) for r in pair]
            joins += 1
            found += not sets[0].isdisjoint(sets[1])
    return joins, found / joins if joins else 0.0


def run(
    folder: Path, windows: tuple[int, ...] = WINDOWS, new: int = NEW, made: int | None = None
) -> dict[str, Any]:
    """Time by window, and the recall of banded MinHash against the exact search.

    Args:
        folder: Where made-up news is written.
        windows: Sizes of the window.
        new: Headlines that are placed in it.
        made: Rows of made-up news; None = the real file where it is at hand.
    """
    file = NEWS if made is None and NEWS.is_file() else news_file(made or MADE, folder)
    rows = read_news(file)
    joins, recall = _minhash_recall(rows)
    times = {str(size): figure(_milliseconds(rows, size, new)) for size in windows}
    return {
        "file": file.name,
        "ms_per_headline": times,
        "near_joins": joins,
        "minhash_16x4_recall": figure(recall),
    }
