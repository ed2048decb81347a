"""Rules of the house that no linter has, held over the syntax trees of the four packages.

Each rule names the modules that may do it, and each is shown a text that breaks it: a rule that
finds nothing in that text, or an exception that nobody needs, fails.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
LOOKED_AT = (ast.Call, ast.Import, ast.ImportFrom, ast.Attribute, ast.keyword, ast.Dict)


def nodes(text: str) -> list[ast.AST]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, LOOKED_AT)]


MODULES = {
    str(path.relative_to(ROOT)): nodes(path.read_text(encoding="utf-8"))
    for package in ("ingest", "nlp", "models", "bubblefear")
    for path in sorted((ROOT / package).rglob("*.py"))
}


@dataclass(frozen=True)
class Rule:
    """What is looked for, where it may be, and a text in which it is found."""

    name: str
    found: Callable[[ast.AST], bool]
    broken: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def calls(*names: str) -> Callable[[ast.AST], bool]:
    """A call of one of these, by the last one or two parts of its name."""

    def found(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and ends(node.func) & set(names) != set()

    return found


def ends(function: ast.expr) -> set[str]:
    if isinstance(function, ast.Name):
        return {function.id}
    if not isinstance(function, ast.Attribute):
        return set()
    return {function.attr} | {f"{name}.{function.attr}" for name in ends(function.value)}


def imports(*names: str) -> Callable[[ast.AST], bool]:
    def found(node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            return any(alias.name.partition(".")[0] in names for alias in node.names)
        return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in names

    return found


def calls_without(name: str, keyword: str, value: object) -> Callable[[ast.AST], bool]:
    """A call that does not say ``keyword=value`` itself."""

    def found(node: ast.AST) -> bool:
        return calls(*name.split())(node) and not any(
            given.arg == keyword
            and isinstance(given.value, ast.Constant)
            and given.value.value is value
            for given in getattr(node, "keywords", [])
        )

    return found


def names_environment(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and not ends(node).isdisjoint(
        {"os.environ", "os.getenv"}
    )


def says_true(keyword: str) -> Callable[[ast.AST], bool]:
    """Anything but the constant False for a keyword, or for a key of that name."""

    def false(node: ast.expr) -> bool:
        return isinstance(node, ast.Constant) and node.value is False

    def found(node: ast.AST) -> bool:
        if isinstance(node, ast.keyword):
            return node.arg == keyword and not false(node.value)
        return isinstance(node, ast.Dict) and any(
            isinstance(key, ast.Constant) and key.value == keyword and not false(value)
            for key, value in zip(node.keys, node.values, strict=True)
        )

    return found


RULES = [
    Rule(
        "the clock is handed in",
        calls("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
        "from datetime import datetime\nat = datetime.now()",
        ("ingest/clock.py", "bubblefear/cli/options.py", "bubblefear/review/server.py"),
    ),
    Rule(
        "the store alone opens databases",
        calls("sqlite3.connect", "duckdb.connect"),
        "import sqlite3\nsqlite3.connect('x')",
        ("bubblefear/store/",),
    ),
    Rule(
        "no other program is started",
        imports("subprocess", "pty"),
        "import subprocess",
        # This Python on a text of ours; pip, for the weights that training starts from.
        ("bubblefear/review/charts/vega.py", "models/sentiment/base.py"),
    ),
    Rule(
        "no client takes proxies or certificates from the environment",
        calls_without("httpx.Client httpx.AsyncClient create_ssl_context", "trust_env", False),
        "import httpx\nhttpx.Client(timeout=3)",
    ),
    Rule(
        "nothing is fetched past our own client",
        calls("httpx.get", "httpx.post", "httpx.stream", "httpx.request", "urlopen", "urlretrieve"),
        "import httpx\nhttpx.get('http://a.example')",
    ),
    Rule(
        "arrays are read without pickles",
        calls_without("np.load numpy.load", "allow_pickle", False),
        "import numpy as np\nnp.load('x')",
    ),
    Rule(
        "no code of a checkpoint is trusted",
        says_true("trust_remote_code"),
        "options = {'trust_remote_code': yes}",
    ),
    Rule(
        "the environment is read where it is documented",
        names_environment,
        "import os\nos.environ['X']",
        (
            "bubblefear/config.py",
            "bubblefear/pipeline/alert_webhook.py",
            "bubblefear/cli/explain.py",  # NO_COLOR
            # How many threads libraries start, and that they report nothing.
            "bubblefear/pipeline/engines/",
            "bubblefear/scorers.py",
            "models/transmission/workers.py",
            "nlp/__init__.py",
        ),
    ),
]


def breaches(looked_at: list[ast.AST], rule: Rule) -> list[int]:
    return [getattr(node, "lineno", 0) for node in looked_at if rule.found(node)]


def by_module(rule: Rule) -> Iterator[tuple[str, list[int]]]:
    for name, looked_at in MODULES.items():
        lines = breaches(looked_at, rule)
        if lines:
            yield name, lines


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_module_breaks_it(rule: Rule) -> None:
    found = [f"{n}:{line}" for n, lines in by_module(rule) for line in lines
             if not n.startswith(rule.allowed or ("-",))]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_it_would_be_found(rule: Rule) -> None:
    assert breaches(nodes(rule.broken), rule)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.allowed], ids=str)
def test_every_exception_is_needed(rule: Rule) -> None:
    names = [name for name, _ in by_module(rule)]
    assert [a for a in rule.allowed if not any(name.startswith(a) for name in names)] == []


def test_no_template_lets_html_through() -> None:
    pattern = re.compile(r"(?<!\|urlencode)\|\s*safe\b|autoescape\s+false")
    paths = sorted((ROOT / "bubblefear").rglob("*.html"))
    assert len(paths) > 20
    assert [path.name for path in paths if pattern.search(path.read_text("utf-8"))] == []
    assert pattern.search("{{ title | safe }}")
