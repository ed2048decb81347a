"""Datasette's metadata: titles, facets, canned queries, and a description of every column.

Descriptions are not written twice: they are the comments in the database's own CREATE
statements, which SQLite keeps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bubblefear.review.canned import CANNED
from bubblefear.review.state import DATABASE
from bubblefear.store.feeds import is_sample

if TYPE_CHECKING:
    import sqlite3

_TABLE = re.compile(r"^CREATE (?:TABLE|VIEW)[^\n]*?--\s*(.+)$", re.MULTILINE)
_VIEW = re.compile(r"\A[^\n]*\n\s*--\s*(.+)$", re.MULTILINE)
_COLUMN = re.compile(r'^\s+"?(\w+)"? (?:TEXT|INTEGER|REAL|BLOB)\b[^\n]*?--\s*(.+)$', re.MULTILINE)

# What has no comment of its own in the schema.
_OTHERS = {
    "articles_fts": "full-text index of titles, summaries and bodies, a space around each CJK "
    "character; search it through /search"
}
_FACETS: dict[str, dict[str, Any]] = {
    "article_scores": {
        "facets": ["source", "language", "channel", "kind"],
        "fts_table": "articles_fts",
        "fts_pk": "number",
    },
    "entries": {
        "facets": ["source", "origin"],
        "sort_desc": "first_seen_at",
        "label_column": "title",
        "fts_table": "articles_fts",
        "fts_pk": "number",
    },
    "articles": {"facets": ["language", "body_status"]},
    "scores": {"facets": ["scorer", "channel", "kind"]},
    "evidence": {"facets": ["field", "channel", "kind"]},
    "mentions": {"facets": ["kind", "name"]},
    "index_points": {"facets": ["series"], "sort_desc": "date"},
    "problems": {"facets": ["code"], "sort_desc": "last_at"},
    "polls": {"facets": ["status"], "sort_desc": "id"},
    "reviews": {"facets": ["reviewer", "fear"], "sort_desc": "id"},
}


def metadata(conn: sqlite3.Connection) -> dict[str, Any]:
    """Metadata for the tables and views that the open database has."""
    rows = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND sql IS NOT NULL"
    )
    tables = {str(name): _describe(str(name), str(sql)) for name, sql in rows}
    # Datasette shows the source on every page of its own.
    origin = {"source": "SAMPLE: made-up news and a generated market"} if is_sample(conn) else {}
    return {
        "title": "bubblefear",
        "description": "How much of the news fears that the AI boom is a bubble, and every "
        "article, sentence and poll behind the number. Read-only.",
        "databases": {DATABASE: {"queries": CANNED, "tables": tables}},
        **origin,
    }


def _describe(name: str, sql: str) -> dict[str, Any]:
    if name.startswith(("articles_fts_", "_sqlite", "sqlite_")):
        return {"hidden": True}
    found = _TABLE.search(sql) or _VIEW.search(sql)
    described = _OTHERS.get(name) or (found.group(1) if found else "")
    columns = dict(_COLUMN.findall(sql))
    return {"description": described, "columns": columns, **_FACETS.get(name, {})}
