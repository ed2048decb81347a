"""The texts that benchmarks run on: real headlines where they are at hand, else the sample's."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEWS = ROOT.parent / "shared/data/e2e/news_dev_2025-08_2025-12.csv.gz"
SAMPLE = ROOT / "data/sample/news.csv"


def headlines(count: int, seed: int = 11) -> tuple[list[tuple[str, str]], str]:
    """Return ``count`` (title, language) pairs drawn at random, and the name of their source."""
    if NEWS.is_file():
        with gzip.open(NEWS, "rt", encoding="utf8", newline="") as handle:
            rows = [(r["title"], r["lang"]) for r in csv.DictReader(handle)]
        return random.Random(seed).sample(rows, count), NEWS.name
    with SAMPLE.open(encoding="utf8", newline="") as handle:
        rows = [(r["title"], r["lang"]) for r in csv.DictReader(handle)]
    return (rows * (count // len(rows) + 1))[:count], SAMPLE.name
