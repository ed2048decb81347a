"""docs/cli.md is the help of the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.cli import COMMANDS, reference

if TYPE_CHECKING:
    from pathlib import Path


def test_the_page_is_current(repository: Path) -> None:
    page = (repository / "docs" / "cli.md").read_text(encoding="utf-8")
    assert page == reference.render(), "run: python -m bubblefear.cli.reference > docs/cli.md"


def test_every_command_has_help_with_an_example() -> None:
    for path in reference.paths():
        text = reference.help_of(path)
        assert text.startswith(f"Usage: {' '.join(path)}"), path
        assert max(map(len, text.splitlines())) <= 80, path
        is_group = "COMMAND [ARGS]" in text
        assert is_group or "Example" in text, path
    assert {path[1] for path in reference.paths() if len(path) > 1} == set(COMMANDS)
