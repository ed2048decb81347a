"""Writes ``docs/schema.md``: ``python -m bubblefear.store.schema_docs > docs/schema.md``.

Every table and column with its description, read from the statements' own comments.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from bubblefear.store import statements
from bubblefear.store.schema import INDICES

_TABLE = re.compile(r"CREATE TABLE (\w+) \( -- (.+)")
_COLUMN = re.compile(r'^  "?([a-z_0-9]+)"? (.+?)(?:,)? -- (.+)$')

HEADER = """# Schema

Made from `bubblefear/store/statements.py` by `python -m bubblefear.store.schema_docs`. One SQLite
file in WAL mode; times are UTC text `YYYY-MM-DDTHH:MM:SSZ`; a missing value is NULL, never 0.
"""

SEARCH = """## articles_fts

Full-text search (FTS5) over `title`, `summary` and `body` with a space around every CJK
character, so that 泡沫 is found inside a longer run; `rowid` is `entries.number`.
"""


@dataclass(frozen=True)
class Table:
    """A table with its description and columns: name, type with constraints, description."""

    name: str
    description: str
    columns: list[tuple[str, str, str]]


def tables() -> list[Table]:
    """Every table that is documented by comments, each as its last migration made it."""
    every = (
        *statements.FIRST, *statements.SECOND, *statements.THIRD, *statements.FOURTH,
        *statements.FIFTH, *statements.SIXTH,
    )  # fmt: skip
    found = [_parse(text) for text in every if text.startswith("CREATE TABLE")]
    return list({table.name: table for table in found}.values())


def render() -> str:
    """The whole page."""
    parts = [HEADER, *(_section(table) for table in tables()), SEARCH, _indices()]
    return "\n".join(parts)


def _parse(text: str) -> Table:
    first, *lines = text.splitlines()
    head = _TABLE.match(first)
    if head is None:
        raise ValueError(f"a table without a description: {first}")
    found = [_COLUMN.match(line) for line in lines]
    columns = [(m[1], m[2], m[3]) for m in found if m]
    return Table(head[1], head[2], columns)


def _section(table: Table) -> str:
    rows = "\n".join(f"| `{name}` | {kind} | {text} |" for name, kind, text in table.columns)
    text = table.description[0].upper() + table.description[1:]
    return f"## {table.name}\n\n{text}.\n\n| column | type | |\n|---|---|---|\n{rows}\n"


def _indices() -> str:
    names = "\n".join(f"- `{text.removeprefix('CREATE INDEX ')}`" for text in INDICES)
    return f"## Indices\n\n{names}\n"


if __name__ == "__main__":
    sys.stdout.write(render())
