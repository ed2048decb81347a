"""The page of figures is what the results make of it, and holds no others."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.catalogue import TITLES, module
from bench.rows import judged

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def listing() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "list_benchmarks", ROOT / "docs" / "list_benchmarks.py"
    )
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_page_and_results_are_the_same(listing: ModuleType) -> None:
    page = listing.PAGE.read_text(encoding="utf-8")
    results = json.loads(listing.RESULTS.read_text(encoding="utf-8"))
    assert listing.filled(page, results) == page, "run `make docs`"


def test_every_benchmark_has_its_place(listing: ModuleType) -> None:
    page = listing.PAGE.read_text(encoding="utf-8")
    marks = re.findall(r"<!-- measured: (\w+) -->", page)
    assert sorted(marks) == sorted([*TITLES, "machines"])
    assert page.count("<!-- end -->") == len(marks)


def test_rows_are_those_that_the_figures_make() -> None:
    results = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))
    assert set(results) <= set(TITLES)
    for name, one in results.items():
        assert one["rows"] == judged(module(name).ROWS, one["figures"]), f"run {name} again"


def test_another_figure_makes_another_page(listing: ModuleType) -> None:
    results = json.loads(listing.RESULTS.read_text(encoding="utf-8"))
    name = next(iter(results))
    results[name]["measured"] = "2001-01-01T00:00:00Z"
    page = listing.PAGE.read_text(encoding="utf-8")
    assert "2001-01-01" in listing.filled(page, results)
    del results[name]
    assert f"`python -m bench {name}`" in listing.filled(page, results)


def test_two_machines_are_told_apart(listing: ModuleType) -> None:
    results = json.loads(listing.RESULTS.read_text(encoding="utf-8"))
    first, second = list(results)[:2]
    two = {first: results[first], second: results[second]}
    two[second]["machine"] = two[second]["machine"] | {"cores": 96}
    told = listing.machines(two)
    assert f"96 cores of {two[second]['machine']['processor']}" in told
    assert told.count("\n- ") == 2
    assert told.rstrip().endswith(f"{second}.")
