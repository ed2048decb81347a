"""What the press of the long run tells: dated items of some desks, real ones where there are.

A desk is what one feed shows: a publisher with much news, or many small ones of a corpus.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bench.longrun.newsroom import made_up
from bench.texts import NEWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OWN_DESKS: Final = 24
SHARED_DESKS: Final = 3
Row = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news.

    Attributes:
        number: Its place in order of time; names it in every address.
        published_at: UTC text.
        desk: Whose feed shows it.
        title: As first published.
        summary: Or "".
        language: ``en``, ``zh-Hans`` or ``zh-Hant``.
    """

    number: int
    published_at: str
    desk: str
    title: str
    summary: str
    language: str


def between(first: str, last: str, a_day: int, *, real: bool) -> list[Item]:
    """About so many items a day, in order of time.

    Args:
        first: First day, ``YYYY-MM-DD``.
        last: Last day, included.
        a_day: Items in a day, on average.
        real: Headlines of the shared file; else of the made-up newsroom.
    """
    rows = _real(first, last, a_day) if real else list(made_up(first, last, a_day))
    return [Item(number, *row) for number, row in enumerate(sorted(rows))]


def at_hand() -> bool:
    """Whether the shared file is there."""
    return NEWS.is_file()


def _real(first: str, last: str, a_day: int) -> list[Row]:
    kept = list(_read(first, last))
    days = len({row["published_at"][:10] for row in kept})
    share = a_day * days / max(1, len(kept))
    thinned = [row for row in kept if zlib.crc32(row["id"].encode()) / 2**32 < share]
    own = _largest(thinned)
    return [_row(row, own) for row in thinned]


def _read(first: str, last: str) -> Iterator[dict[str, str]]:
    with gzip.open(NEWS, "rt", encoding="utf8", newline="") as lines:
        for row in csv.DictReader(lines):
            if first <= row["published_at"][:10] <= last:
                yield row


def _largest(rows: Sequence[dict[str, str]]) -> frozenset[str]:
    counts = Counter(row["source"] for row in rows)
    return frozenset(name for name, _ in counts.most_common(OWN_DESKS))


def _row(row: dict[str, str], own: frozenset[str]) -> Row:
    desk = row["source"]
    if desk not in own:
        desk = f"{row['corpus']} {zlib.crc32(desk.encode()) % SHARED_DESKS}"
    return row["published_at"], desk, row["title"], row["summary"], row["lang"]
