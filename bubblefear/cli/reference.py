"""Writes ``docs/cli.md``: ``python -m bubblefear.cli.reference > docs/cli.md``.

The help of every command at 80 columns.
"""

import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from bubblefear.cli import COMMANDS, app

WIDTH = {"TERMINAL_WIDTH": "80", "COLUMNS": "80", "NO_COLOR": "1"}

HEADER = """# Commands

Made from the help of every command by `python -m bubblefear.cli.reference`. Exit codes: 0 done,
1 failed, 2 wrong usage, 3 done in part, 4 an alert fired. Progress is on stderr where that is a
terminal, machine output alone on stdout. The database is `--db`, else `BUBBLEFEAR_DB`, else
`data/bubblefear.db`; settings are flags, then `bubblefear.toml`, then the environment
(`bubblefear/config.py` lists them).
"""


def render() -> str:
    """The whole page."""
    sections = [f"## {' '.join(path)}\n\n```text\n{help_of(path)}\n```\n" for path in paths()]
    return "\n".join([HEADER, *sections])


def paths() -> Iterator[tuple[str, ...]]:
    """Every command as it is typed, the groups before their commands."""
    yield ("bubblefear",)
    root: Any = get_command(app)
    for name in COMMANDS:
        yield ("bubblefear", name)
        command = root.get_command(None, name)
        if hasattr(command, "list_commands"):
            for inner in command.list_commands(None):
                yield ("bubblefear", name, inner)


def help_of(path: tuple[str, ...]) -> str:
    """What ``--help`` prints, without space at the ends of lines."""
    result = CliRunner(env=WIDTH).invoke(app, [*path[1:], "--help"], prog_name="bubblefear")
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines())


if __name__ == "__main__":
    sys.stdout.write(render())
