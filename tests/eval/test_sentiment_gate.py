"""Quality gate of the shipped model: pinned sets, pinned floors.

``baseline.json`` holds for each evaluation set the SHA-256 of its file and the macro F1 below
which the model may not fall.  A floor is lowered by hand, in a commit that says why.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bubblefear.evaluation.sentiment import evaluate_sentiment
from bubblefear.scorers import embedded

BASELINE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("baseline.json").read_text(encoding="utf8")
)["sentiment"]
MODEL = Path("models/sentiment/finbert-multi.v1/model.int8.onnx")

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(BASELINE))
def test_macro_f1_is_at_or_above_its_floor(shared_data: Path, name: str) -> None:
    path = shared_data / "labels" / "public_eval" / f"{name}.csv"
    pinned = BASELINE[name]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == pinned["sha256"], "another file"
    figures = evaluate_sentiment(path, embedded())
    assert figures["abstained"] == 0
    assert figures["macro_f1"] >= pinned["floor"]


def test_the_shipped_model_is_small(repository: Path) -> None:
    assert (repository / MODEL).stat().st_size <= 60_000_000
