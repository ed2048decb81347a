from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from models.sentiment import dataset
from models.sentiment.dataset import Example

if TYPE_CHECKING:
    from pathlib import Path


def example(i: int, label: int = 0, lang: str = "en", source: str = "s") -> Example:
    return Example(f"id-{i}", f"text number {i}", label, lang, source)


def test_equal_texts_never_stand_on_both_sides() -> None:
    rows = [example(i % 50) for i in range(500)]
    train, dev = dataset.split(rows, dev_share=0.3)
    assert len(train) + len(dev) == 500
    assert dev
    assert {r.text for r in train}.isdisjoint({r.text for r in dev})


def test_traditional_copies_are_of_the_chinese_rows_alone() -> None:
    rows = [example(1), Example("z", "人工智能泡沫风险", 0, "zh-Hans", "s")]
    (copy,) = dataset.traditional(rows)
    assert (copy.id, copy.lang) == ("z-hant", "zh-Hant")
    assert copy.text != rows[1].text
    assert "風險" in copy.text


def test_rarer_classes_weigh_more_and_the_mean_weight_is_one() -> None:
    rows = [example(i, label=2 if i < 90 else 0) for i in range(100)]
    weights = dataset.class_weights(rows)
    assert weights["s", 0] == pytest.approx(3 * weights["s", 2])
    assert sum(weights["s", r.label] for r in rows) / 100 == pytest.approx(1.0)


def test_reads_the_labelled_sentences(shared_data: Path) -> None:
    rows = dataset.load(shared_data / "labels" / "train")
    assert Counter(r.lang[:2] for r in rows) == {"en": 23885, "zh": 20356}
    assert {r.source for r in rows if r.binary} == {"xueqiu_wind(binary)"}
    assert not any(r.binary and r.label == 1 for r in rows)


def test_no_training_text_is_an_evaluation_text(shared_data: Path) -> None:
    import csv

    trained = {r.text for r in dataset.load(shared_data / "labels" / "train")}
    for path in sorted((shared_data / "labels" / "public_eval").glob("*.csv")):
        with path.open(encoding="utf8", newline="") as handle:
            leaked = [r["id"] for r in csv.DictReader(handle) if r["text"] in trained]
        assert leaked == [], path.name
