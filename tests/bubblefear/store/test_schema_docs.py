"""docs/schema.md is the schema."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from bubblefear.store import schema_docs

if TYPE_CHECKING:
    from pathlib import Path


def test_the_page_is_current(repository: Path) -> None:
    page = (repository / "docs" / "schema.md").read_text(encoding="utf-8")
    assert page == schema_docs.render(), (
        "run: python -m bubblefear.store.schema_docs > docs/schema.md"
    )


def test_every_table_and_column_is_described(conn: sqlite3.Connection) -> None:
    documented = {t.name: [c[0] for c in t.columns] for t in schema_docs.tables()}
    made = [
        row[0]
        for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not row[0].startswith(("sqlite_", "_sqlite", "articles_fts"))
    ]
    assert sorted(documented) == sorted(made)
    for name in made:
        columns = [row["name"] for row in conn.execute(f"PRAGMA table_info({name})")]
        assert documented[name] == columns
    assert all(text for t in schema_docs.tables() for *_, text in t.columns)
