"""Every `bubblefear ...` in the documents is a command that exists, with options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bubblefear.cli import COMMANDS, app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "Makefile",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "data").rglob("*.md")),
]
# In a fenced block or between backticks; prose says the word without either.
CALL = re.compile(r"(?:^|[\s/`(])bubblefear ((?:--)?[a-z][^`\n]*)")
END = re.compile(r"\s(?:#|\|{1,2}\s|&&|2?>|;)|\)$")


def code_of(path: Path) -> list[str]:
    """Lines of fenced blocks and contents of code spans; of a Makefile, its recipes."""
    text = path.read_text(encoding="utf-8")
    if path.name == "Makefile":
        return [line.strip() for line in text.splitlines() if line.startswith("\t")]
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.M | re.S)
    lines = [line for block in fenced for line in block.splitlines()]
    prose = re.sub(r"^```[^\n]*\n.*?^```", "", text, flags=re.M | re.S)
    return lines + re.findall(r"`([^`]+)`", prose.replace("\n", " "))


def calls(path: Path) -> list[str]:
    """What follows `bubblefear` in each call, up to a pipe, a redirection or a comment."""
    found = []
    for line in code_of(path):
        for match in CALL.finditer(line):
            rest = match.group(1)
            end = END.search(rest)
            found.append((rest[: end.start()] if end else rest).strip())
    return found


CASES = [
    pytest.param(call, id=f"{path.relative_to(ROOT)}: {call}")
    for path in PAGES
    if path.is_file()
    for call in dict.fromkeys(calls(path))
]


def resolve(command: Any, words: list[str]) -> tuple[list[Any], list[str]]:
    """The commands that the leading words name (several where they are `a|b`), and the rest."""
    reached = [command]
    while words and all(hasattr(each, "list_commands") for each in reached):
        if words[0].startswith(("-", "[")):
            break
        names = words[0].split("|")
        found = [each.get_command(None, name) for each in reached for name in names]
        assert all(found), f"no such command: {words[0]}"
        reached, words = found, words[1:]
    return reached, words


@pytest.mark.parametrize("call", CASES)
def test_call_exists(call: str) -> None:
    reached, rest = resolve(get_command(app), shlex.split(call))
    for command in reached:
        options = {name for param in command.params for name in param.opts}
        options |= {name for param in command.params for name in param.secondary_opts}
        asked = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert asked - {"--help"} <= options


def test_documents_mention_every_command() -> None:
    mentioned = {call.split()[0] for path in PAGES if path.is_file() for call in calls(path)}
    assert set(COMMANDS) <= mentioned
