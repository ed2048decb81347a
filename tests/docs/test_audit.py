"""`make audit` never takes "could not look it up" for "there is none"."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
SKIPPED: dict[str, Any] = {"name": "b", "skip_reason": "not found"}
FOUND: dict[str, Any] = {
    "name": "c",
    "version": "2",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


@pytest.mark.parametrize(
    ("every", "code", "said"),
    [
        ([CLEAN, CLEAN], 0, "2 pins, no advisory"),
        ([CLEAN, SKIPPED], 3, "1 of 2 not looked up: b"),
        ([SKIPPED, SKIPPED], 3, "cannot be reached from here, nothing was looked up"),
        ([], 3, "nothing was looked up"),
        ([CLEAN, SKIPPED, FOUND], 1, "2 advisories for our pins\nc 2: PYSEC-1, mended in 2.1\nc 2"),
    ],
)
def test_each_outcome_has_its_code(
    repository: Path, every: list[dict[str, Any]], code: int, said: str
) -> None:
    verdict = runpy.run_path(str(repository / ".ci" / "audit.py"))["verdict"]
    found, line = verdict({"dependencies": every})
    assert (found, said in line) == (code, True)
