"""The notebook runs from top to bottom, finds what its world was made of, and holds no outputs."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NAME = "docs/notebooks/transmission.ipynb"


@pytest.fixture(scope="module")
def cells(repository: Path) -> list[dict[str, Any]]:
    notebook = json.loads((repository / NAME).read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    found: list[dict[str, Any]] = notebook["cells"]
    return found


def code_of(cells: list[dict[str, Any]]) -> list[str]:
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(source: str, name: str, namespace: dict[str, Any]) -> object:
    """One cell, as a notebook runs it: what its last line gives is shown."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), name, "eval"), namespace)


def shown(value: object) -> str:
    """As a notebook shows it: its table or its chart, else its text."""
    if hasattr(value, "_repr_html_"):
        return str(value._repr_html_())
    return json.dumps(value.to_dict()) if hasattr(value, "to_dict") else repr(value)


def test_it_is_committed_without_outputs(cells: list[dict[str, Any]]) -> None:
    assert len(code_of(cells)) > 10
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_its_links_lead_somewhere(cells: list[dict[str, Any]], repository: Path) -> None:
    texts = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    links = re.findall(r"\]\(([^)#]+)\)", texts)
    assert links
    assert all((repository / "docs" / "notebooks" / link).is_file() for link in links)


@pytest.fixture(scope="module")
def ran(cells: list[dict[str, Any]], repository: Path) -> dict[str, Any]:
    """Everything that the notebook defines, after its last cell."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository / "docs" / "notebooks")
        for place, source in enumerate(code_of(cells), 1):
            assert shown(run(source, f"cell {place}", namespace))
    return namespace


@pytest.mark.slow
def test_the_estimators_find_what_was_planted(ran: dict[str, Any]) -> None:
    planted, path = ran["PLANTED"], ran["path"].to_frame()
    same, after = path.loc[0], path.loc[1]
    assert same["band_lo"] < planted["BTC-USD"] < same["band_hi"] < 0
    assert after["band_lo"] < planted["after"] < after["band_hi"] < 0
    assert path.loc[2:, "band_lo"].max() < 0 < path.loc[2:, "band_hi"].min()
    assert ran["innovations"].coefficients[1] == pytest.approx(0.7, abs=0.1)
    assert ran["forecast"].r2 > 0
    assert ran["ordered"].net["fear"] > 20 > ran["connected"].net["fear"]
    assert ran["bands"].total == pytest.approx(ran["connected"].total, abs=1)


@pytest.mark.slow
def test_the_refusal_names_the_rows(ran: dict[str, Any]) -> None:
    assert "2 rows: 100, 101" in ran["message"]


@pytest.mark.slow
def test_the_sample_market_has_its_beta(ran: dict[str, Any]) -> None:
    """1.5, and what fear adds to both in the sessions with news."""
    low, high = ran["betas"].intervals["beta"]
    assert low < 1.5 < high or 1.5 < ran["betas"].beta < 1.9


@pytest.mark.slow
def test_real_prices_are_read_where_they_are(ran: dict[str, Any], shared_data: Path) -> None:
    assert (shared_data / "e2e" / "market").is_dir()
    assert len(ran["real"]) > 700
    assert ran["among"].net["QQQ"] > 0
