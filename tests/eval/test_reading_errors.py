"""The shipped counts of reading errors are those of the shipped scorer on the coded set."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.index.reading_errors import SHIPPED

if TYPE_CHECKING:
    from types import ModuleType

LABELS = Path("labels") / "bubble_audit" / "bubble_audit_dev.csv"


def script() -> ModuleType:
    """The script that wrote them."""
    spec = spec_from_file_location(
        "refresh_reading_errors", Path(__file__).with_name("refresh_reading_errors.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_counts_are_what_the_script_counts(shared_data: Path) -> None:
    path = shared_data / LABELS
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest == shipped["provenance"]["labels_sha256"], "another file"
    counts = {name: table.tolist() for name, table in script().count(path).items()}
    assert sorted(counts) == sorted(shipped["counts"])
    for name, table in counts.items():
        for row, stored in zip(table, shipped["counts"][name], strict=True):
            # One headline at a grade's border may fall the other way on another processor.
            assert row == pytest.approx(stored, abs=1.5)
