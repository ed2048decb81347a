"""Language and script of real titles: pinned files, pinned floors, as for the model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bubblefear.evaluation.language import evaluate_language

BASELINE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("baseline.json").read_text(encoding="utf8")
)["language"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(BASELINE))
def test_shares_are_at_or_above_their_floors(shared_data: Path, name: str) -> None:
    path = shared_data / "e2e" / f"{name}.csv.gz"
    pinned = BASELINE[name]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == pinned["sha256"], "another file"
    figures = evaluate_language(path)
    assert figures["n"] == pinned["n"]
    assert (figures["language"] or 0) >= pinned["language"]
    assert (figures["script"] or 0) >= pinned["script"]
    assert figures["titles_per_s"] > 5000
