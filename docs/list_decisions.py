"""Writes `docs/decisions.md`: `python docs/list_decisions.py > docs/decisions.md`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "adr"
HEAD = """# Decisions

One page for each decision that would otherwise be asked about again: context, decision,
consequences. `make docs` writes this list.

| | decision | status |
|---|---|---|
"""


def row(page: Path) -> str:
    """Number, linked title and status of a decision's page."""
    text = page.read_text(encoding="utf-8")
    number, title = re.match(r"# (\d+)\. (.+)", text).groups()  # type: ignore[union-attr] # a test holds every page to this form
    status = re.search(r"^Status: (.+)$", text, flags=re.M).group(1)  # type: ignore[union-attr] # likewise
    return f"| {number} | [{title}](adr/{page.name}) | {status} |\n"


def main() -> None:
    """Print the page."""
    sys.stdout.write(HEAD + "".join(row(page) for page in sorted(FOLDER.glob("*.md"))))


if __name__ == "__main__":
    main()
