"""The commands that read accounts start at once: nothing heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    "pandas", "numpy", "torch", "spacy", "sqlite_utils", "onnxruntime", "pydantic", "httpx",
    "exchange_calendars", "statsmodels", "altair", "rich", "models.index",
)  # fmt: skip

CODE = """
import json, sys
from bubblefear.cli import main
code = main(json.loads(sys.argv[1]))
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "last"),
        ("explain", "last", "--json"),
        ("explain", "2025-11-04", "--since", "2025-11-03"),
        ("explain", "last", "--as-of", "2025-11-30"),
        ("index", "peaks"),
        ("index", "revisions"),
        ("index", "revisions", "2025-11-04"),
    ],
    ids=" ".join,
)
def test_reading_an_account_imports_nothing_heavy(
    two_days: Any, db_path: Path, words: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps([*words, "--db", str(db_path)])],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert done.stdout
    assert not set(modules).intersection(HEAVY)
