"""The model card says what was measured: its table is the pinned baseline, its hashes the files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BASELINE: dict[str, dict[str, Any]] = json.loads(
    (HERE / "baseline.json").read_text(encoding="utf8")
)["sentiment"]
ROW = re.compile(r"^\| `(\w+)` \| ([\d,]+) \| (\.\d{3}) \|", re.M)


def test_the_cards_figures_are_the_measured_ones(repository: Path) -> None:
    card = (repository / "models" / "sentiment" / "CARD.md").read_text(encoding="utf8")
    stated = {name: (int(n.replace(",", "")), float(f1)) for name, n, f1 in ROW.findall(card)}
    assert stated.keys() == BASELINE.keys()
    for name, (n, f1) in stated.items():
        assert n == BASELINE[name]["n"]
        # Three digits of the card beside four of the baseline: both rounded from the same figure.
        assert abs(f1 - BASELINE[name]["measured"]) <= 0.00056, name


def test_floors_stand_just_below_what_was_measured() -> None:
    for name, pinned in BASELINE.items():
        assert 0 < pinned["measured"] - pinned["floor"] <= 0.01, name
