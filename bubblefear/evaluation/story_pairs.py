"""Labelled pairs of headlines, with the news file that they are of."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.errors import BubblefearError

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("a", "b", "same", "kind", "doubt")
UNSPLIT = "all"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two headlines and a reader's answer whether they tell the same story."""

    a: str
    b: str
    same: bool
    kind: str
    doubt: bool
    split: str


@dataclass(frozen=True, slots=True)
class News:
    """A headline of the news file."""

    id: str
    published_at: str
    source: str
    language: str
    title: str
    summary: str | None


def read_pairs(path: Path) -> list[Pair]:
    """Read a file of pairs; without a column ``split`` all are of one split, ``all``.

    Raises:
        BubblefearError: A column is missing.
    """
    with path.open(encoding="utf8", newline="") as handle:
        reader = csv.DictReader(handle)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise BubblefearError(f"{path} must have the columns {', '.join(COLUMNS)}")
        return [
            Pair(
                r["a"],
                r["b"],
                r["same"] == "1",
                r["kind"],
                r["doubt"] == "1",
                r.get("split", UNSPLIT),
            )
            for r in reader
        ]


def read_news(path: Path) -> list[News]:
    """Read a news file (CSV, also gzipped), in the order of publication.

    Raises:
        BubblefearError: It cannot be read.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    csv.field_size_limit(10**8)
    try:
        with opener(path, "rt", encoding="utf8", newline="") as handle:
            rows = [
                News(
                    r["id"],
                    r["published_at"],
                    r["source"],
                    r["lang"],
                    r["title"],
                    r["summary"] or None,
                )
                for r in csv.DictReader(handle)
            ]
    except (OSError, KeyError) as error:
        raise BubblefearError(f"{path} is not a news file: {error}") from error
    return sorted(rows, key=lambda row: row.published_at)
