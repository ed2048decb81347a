"""The threat model names tests that there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_that_is_named_exists(repository: Path) -> None:
    found = NAMED.findall((repository / "docs" / "threats.md").read_text(encoding="utf-8"))
    assert len(found) > 30
    for file, name in found:
        text = (repository / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text if name else "def test_" in text, (file, name)


def test_every_threat_that_is_held_names_a_test(repository: Path) -> None:
    text = (repository / "docs" / "threats.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("## Threats, and how they are held")
    tables = rest.partition("## What is not held")[0]
    rows = [line for line in tables.splitlines() if line.startswith("| ")]
    bare = [row for row in rows if not NAMED.search(row)]
    assert [row.split("|")[-2].strip() for row in bare] == ["test", "test"]
