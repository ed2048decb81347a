"""docs/messages.md explains every problem code of the code, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bubblefear.report.site import FILES
from ingest.errors import FetchError

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ingest", "nlp", "models", "bubblefear")
PREFIXES = "entry|feed|feeds|import|index|ingest|page|prices|score|story|test"
CODE = re.compile(rf"(?:{PREFIXES})\.[a-z_]+")
# File names and settings that look like codes.
NOT_CODES = {"feeds.toml", "feeds.xml", "prices.csv", "test.html", *FILES}


def is_problem(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Problem"


def codes_in(path: Path) -> set[str]:
    """Constants that are codes, and whatever constant stands first in `Problem(...)`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_problem(node):
            named = [k.value for k in node.keywords if k.arg == "code"]
            first = (node.args[:1] or named)[:1]
            found |= {str(a.value) for a in first if isinstance(a, ast.Constant)}
        elif isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Constant):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            if any(isinstance(t, ast.Name) and t.id == "code" for t in targets):
                found.add(str(node.value.value))
    return found - NOT_CODES


def of_pages(kind: type[FetchError] = FetchError) -> set[str]:
    """What the codes of fetching become where a page was asked for and not a feed."""
    own = f"page.{kind.code.rpartition('.')[2]}"
    return {own}.union(*(of_pages(below) for below in kind.__subclasses__()))


def in_code() -> set[str]:
    found = {c for p in PACKAGES for path in (ROOT / p).rglob("*.py") for c in codes_in(path)}
    return found | of_pages()


def rows() -> list[list[str]]:
    """Cells of the rows of the page's tables of codes."""
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    text = text.split("## Abstentions")[0]
    lines = re.findall(r"^\| `([a-z_.]+)` \|(.*)\|$", text, flags=re.M)
    return [[code, *(cell.strip() for cell in rest.split("|"))] for code, rest in lines]


def test_page_and_code_hold_the_same_codes() -> None:
    listed = [row[0] for row in rows()]
    assert len(listed) == len(set(listed))
    assert set(listed) == in_code()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_row_says_what_it_means_and_what_to_do(row: list[str]) -> None:
    assert len(row) == 3
    assert all(len(cell) > 10 for cell in row[1:])


def test_exit_codes_are_those_of_the_application() -> None:
    from bubblefear import errors

    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    stated = {int(n) for n in re.findall(r"^\| (\d+) \|", page, flags=re.M)}
    ends = (errors.DONE, errors.FAILED, errors.WRONG_USAGE, errors.PARTIAL, errors.ALERT)
    assert stated == {*ends, errors.INTERRUPTED}


def below(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(below(child) for child in kind.__subclasses__()))


def test_every_error_that_ends_a_command_has_a_row() -> None:
    from bubblefear.errors import FAILED, BubblefearError
    from ingest.errors import IngestError
    from models.errors import ModelError
    from nlp.errors import NlpError

    own = {kind for kind in below(BubblefearError) if kind.__module__ == "bubblefear.errors"}
    expected = {(kind.__name__, getattr(kind, "exit_code", FAILED)) for kind in own}
    expected -= {("BubblefearError", FAILED)}
    expected |= {(kind.__name__, FAILED) for kind in (IngestError, NlpError, ModelError)}
    page = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    stated = re.findall(r"^\| `([A-Z]\w+)` \| (\d+) \| [^|]+ \| [^|]+ \|$", page, flags=re.M)
    assert {(name, int(code)) for name, code in stated} == expected
