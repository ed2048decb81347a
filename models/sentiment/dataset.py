"""Read the labelled sentences, make Traditional copies, split development data off.

Columns of the input files: ``id, text, label, lang, source, unit``.  Evaluation files are never
read here.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

LABELS = ("negative", "neutral", "positive")
# Sets whose annotators had no neutral class: their loss is taken over two classes only,
# else the model learns that a Chinese headline is never neutral.
BINARY_SOURCES = frozenset({"xueqiu_wind(binary)"})


@dataclass(frozen=True)
class Example:
    """One labelled text; ``binary`` when neutral was not offered to its annotators."""

    id: str
    text: str
    label: int
    lang: str
    source: str
    binary: bool = False


def load(folder: Path) -> list[Example]:
    """Read the two training files in ``folder``."""
    rows: list[Example] = []
    for name in ("en_train.csv", "zh_train.csv"):
        with (folder / name).open(encoding="utf8", newline="") as handle:
            rows.extend(_example(row) for row in csv.DictReader(handle))
    return rows


def _example(row: dict[str, str]) -> Example:
    return Example(
        id=row["id"],
        text=row["text"],
        label=LABELS.index(row["label"]),
        lang=row["lang"],
        source=row["source"],
        binary=row["source"] in BINARY_SOURCES,
    )


def split(rows: list[Example], dev_share: float = 0.04) -> tuple[list[Example], list[Example]]:
    """Split (train, development) by a hash of the text, so that copies stay on one side."""
    train: list[Example] = []
    dev: list[Example] = []
    for row in rows:
        bucket = int.from_bytes(hashlib.sha256(row.text.encode()).digest()[:4], "big") / 2**32
        (dev if bucket < dev_share else train).append(row)
    return train, dev


def traditional(rows: list[Example]) -> list[Example]:
    """Return Traditional-script copies (OpenCC ``s2twp``) of the Chinese rows."""
    import opencc

    convert = opencc.OpenCC("s2twp").convert
    chinese = [r for r in rows if r.lang.startswith("zh")]
    return [replace(r, text=convert(r.text), lang="zh-Hant", id=r.id + "-hant") for r in chinese]


def class_weights(rows: list[Example]) -> dict[tuple[str, int], float]:
    """Weight per (source, label): inverse square root of frequency, mean 1 within a source."""
    counts = Counter((r.source, r.label) for r in rows)
    weights: dict[tuple[str, int], float] = {}
    for source in {r.source for r in rows}:
        labels = {lab: n for (s, lab), n in counts.items() if s == source}
        total = sum(labels.values())
        raw = {lab: (total / n) ** 0.5 for lab, n in labels.items()}
        mean = sum(raw[lab] * n for lab, n in labels.items()) / total
        weights.update({(source, lab): w / mean for lab, w in raw.items()})
    return weights
