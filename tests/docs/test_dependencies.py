"""docs/dependencies.md and pyproject.toml name the same distributions, and the code uses them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ingest", "nlp", "models", "bubblefear")


class Row(NamedTuple):
    """One line of the page's tables."""

    distribution: str
    module: str
    loaded: str
    licence: str
    reason: str


def documented() -> dict[str, list[Row]]:
    """Rows of each table, by the heading above it."""
    tables: dict[str, list[Row]] = {}
    heading = ""
    for line in (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == len(Row._fields) and cells[0] != "distribution" and "---" not in cells[0]:
            tables.setdefault(heading, []).append(Row(*cells))
    return tables


def carried() -> list[tuple[str, str]]:
    """Module and the distribution that it comes with, of the table with four columns."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    section = text.split("## Part of another's interface")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\w.]+) \| ([\w.-]+) \| [^|]+ \| [^|]+ \|$", section, flags=re.M)
    return [(module, parent) for module, parent in rows]


def declared() -> dict[str, set[str]]:
    """Names in pyproject.toml: `core` and each extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    return {
        group: {re.match(r"[\w.-]+", text).group() for text in texts}  # type: ignore[union-attr] # every requirement starts with its name
        for group, texts in groups.items()
    }


def group_of(heading: str) -> str:
    found = re.match(r"Extra `(\w+)`", heading)
    return found.group(1) if found else heading.lower()


ROWS = [row for rows in documented().values() for row in rows]


def imports(folders: tuple[str, ...]) -> set[str]:
    """Top-level names that the code imports, anywhere in a file."""
    names: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    return names


def test_page_and_project_name_the_same() -> None:
    page = {
        group_of(heading): {row.distribution for row in rows}
        for heading, rows in documented().items()
    }
    assert page == declared()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.distribution)
def test_row_says_licence_reason_and_loading(row: Row) -> None:
    assert row.licence
    assert len(row.reason) > 4
    assert row.loaded in {"start", "lazy", "indirect"}


def test_what_is_not_indirect_is_imported() -> None:
    used = imports((*PACKAGES, "bench", "tests"))
    idle = {row.distribution for row in ROWS if row.loaded != "indirect"} - {
        row.distribution for row in ROWS if row.module in used
    }
    assert not idle


def test_nothing_is_imported_that_is_not_declared() -> None:
    known = {row.module for row in ROWS} | set(sys.stdlib_module_names) | set(PACKAGES)
    assert imports(PACKAGES) - known == {module for module, _ in carried()}


@pytest.mark.parametrize(("module", "parent"), carried())
def test_what_is_carried_is_required_by_what_carries_it(module: str, parent: str) -> None:
    needs = {re.split(r"[^\w.-]", text)[0].lower() for text in requires(parent) or []}
    assert module in needs


def test_start_of_the_command_line_loads_nothing_marked_lazy() -> None:
    lazy = sorted({row.module for row in ROWS if row.loaded != "start"})
    code = f"import sys, bubblefear.cli; print(*[m for m in {lazy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []
