"""Quality gate of page extraction: pinned sets of saved pages, pinned floors.

``baseline.json`` holds for each set what was measured and the figures below which it may not
fall: means of F1, and counts of authors and dates.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bubblefear.evaluation.extraction import evaluate_extraction

NOW = "2026-12-01T00:00:00Z"
BASELINE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("baseline.json").read_text(encoding="utf8")
)["extraction"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(BASELINE))
def test_figures_are_at_or_above_their_floors(shared_data: Path, name: str) -> None:
    figures = evaluate_extraction(shared_data / "web" / "articles" / name, NOW)
    pinned = BASELINE[name]
    floors = pinned["floors"]
    assert figures["n"] == pinned["n"]
    assert figures["failed"] == 0
    assert figures["f1"] >= floors["f1"]
    assert figures["median_f1"] >= floors["median_f1"]
    for field in (figures["author"], figures["date"]):
        assert field is None or field["right"] >= 0.8 * field["n"]
    if figures["author"] and figures["date"]:
        assert figures["author"]["right"] >= floors["author"]
        assert figures["date"]["right"] >= floors["date"]
