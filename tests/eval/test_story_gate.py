"""Quality gate of the stories: the labelled pairs, each judged by itself.

``baseline.json`` pins the files of pairs and the F1 below which no kind may fall. The
whole stream, which takes minutes, is measured by ``bubblefear evaluate stories --whole``.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bubblefear.evaluation.stories import by_group, judged
from bubblefear.evaluation.story_pairs import read_news, read_pairs
from bubblefear.scorers import story_embedder

BASELINE: dict[str, Any] = json.loads(
    Path(__file__).with_name("baseline.json").read_text(encoding="utf8")
)["stories"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(BASELINE))
def test_f1_is_at_or_above_its_floor(shared_data: Path, name: str) -> None:
    path, pinned = Path(__file__).with_name(name), BASELINE[name]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == pinned["sha256"], "another file"
    rows = read_news(shared_data / "e2e" / "news_dev_2025-08_2025-12.csv.gz")
    pairs = read_pairs(path)
    found = judged(rows, pairs, story_embedder())
    figures = by_group(pairs, found.__contains__)
    for group, floor in pinned["floors"].items():
        assert figures[group]["f1"] >= floor, group
