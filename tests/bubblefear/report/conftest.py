"""The made-up newsroom as a database file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bubblefear.store import database

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    return path


@pytest.fixture
def newsroom(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(printed, tmp_path / "news.db"))


@pytest.fixture(scope="session")
def payloads() -> dict[str, dict[str, Any]]:
    """One payload of each kind of plot, each with a value that is missing."""
    return {
        "path": {
            "kind": "path",
            "x": [0, 1, 2, 3],
            "x_label": "sessions after",
            "y_label": "percent",
            "estimate": [-0.4, None, -0.2, 0.1],
            "lo": [-0.5, None, -0.3, 0.0],
            "hi": [-0.3, None, -0.1, 0.2],
            "band_lo": [-0.6, None, -0.4, -0.1],
            "band_hi": [-0.2, None, 0.0, 0.3],
        },
        "rolling": {
            "kind": "rolling",
            "date": ["2025-11-03", "2025-11-04", "2025-11-05", "2025-11-06"],
            "y_label": "correlation",
            "value": [0.2, 0.5, float("nan"), 0.4],
            "lo": [0.1, 0.4, None, 0.3],
            "hi": [0.3, 0.6, None, 0.5],
            "reference": 0.53,
        },
        "network": {
            "kind": "network",
            "names": ["fear", "BTC-USD", "QQQ"],
            "table": [[70.0, 10.0, 20.0], [5.0, 65.0, 30.0], [None, 12.0, 80.0]],
            "total": 31.5,
        },
        "curve": {
            "kind": "curve",
            "label": ["a", "b", "c", "d"],
            "estimate": [0.97, 0.31, None, 0.9],
            "lo": [0.9, 0.1, 0.2, 0.8],
            "hi": [0.99, 0.5, 0.4, 0.97],
            "stated": 0.96,
            "choices": [
                {"window": 63, "of": "levels", "kind": "Pearson"},
                {"window": 63, "of": "returns", "kind": "Pearson"},
                {"window": 21, "of": "returns", "kind": "Pearson"},
                {"window": 21, "of": "levels", "kind": "Pearson"},
            ],
        },
        "bars": {
            "kind": "bars",
            "label": ["short", "long", "none"],
            "value": [3.0, -1.0, None],
            "lo": [2.0, -2.0, None],
            "hi": [4.0, 0.5, None],
            "y_label": "percent",
        },
    }
