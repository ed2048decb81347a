"""Query commands start at once: nothing heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bubblefear.config import Settings
from bubblefear.store import counters, database, points, transaction

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    "pandas", "numpy", "torch", "spacy", "sqlite_utils", "onnxruntime", "pydantic", "httpx",
    "feedparser", "trafilatura", "statsmodels", "altair", "rich", "transformers", "datasette",
    "duckdb", "pyarrow",
)  # fmt: skip

CODE = """
import json, sys
from bubblefear.cli import main
code = main(json.loads(sys.argv[1]))
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def modules_of(*words: str) -> tuple[int, set[str], str]:
    """Exit code, modules imported and standard output of a command in its own process."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code, set(modules), done.stdout


@pytest.fixture
def built(db_path: Path) -> str:
    """A database whose index is up to date."""
    found = points.Point("total", "2025-11-19", 101.5, 100.0, None, 90.0, 110.0, 12)
    build = points.Build("fear.v1", "real-time", "2025-11-20T00:00:00Z", "hash", "{}")
    with database(db_path) as conn, transaction(conn):
        points.write(conn, build, points.Found([found]), now="2025-11-20T00:00:00Z")
        built = counters.LastBuild(
            counters.inputs(conn), Settings().specification, "2025-12-31T00:00:00Z"
        )
        counters.mark_built(conn, "fear.v1", built)
    return str(db_path)


def test_index_imports_nothing_heavy(built: str) -> None:
    code, modules, out = modules_of("index", "--json", "--db", built)
    assert code == 0
    assert not modules.intersection(HEAVY)
    assert json.loads(out) == [
        {
            "date": "2025-11-19",
            "series": "total",
            "value": 101.5,
            "ma7": 100.0,
            "ma30": None,
            "lo": 90.0,
            "hi": 110.0,
            "n": 12,
            "version": "fear.v1",
            "vintage": "2025-11-20T00:00:00Z",
            "provisional": False,
        }
    ]


@pytest.mark.parametrize("words", [("feeds", "list"), ("feeds", "list", "--json")])
def test_feeds_list_imports_nothing_heavy(built: str, words: tuple[str, ...]) -> None:
    code, modules, _ = modules_of(*words, "--db", built)
    assert code == 0
    assert not modules.intersection(HEAVY)


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("index", "--help")])
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    code, modules, out = modules_of(*words)
    assert (code, bool(out)) == (0, True)
    assert not modules.intersection(HEAVY)


def test_only_the_command_asked_for_is_imported(built: str) -> None:
    _, modules, _ = modules_of("index", "--json", "--db", built)
    commands = {name for name in modules if name.startswith("bubblefear.cli.")}
    assert commands == {"bubblefear.cli.index", "bubblefear.cli.lean", "bubblefear.cli.options"}
