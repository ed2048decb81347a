"""Datasette's metadata: titles, facets, canned queries, and a description of every column.

Descriptions are not written twice: they are the comments in the database's own CREATE
statements, which SQLite keeps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bubblefear.review.canned import CANNED
from bubblefear.review.state import DATABASE
from bubblefear.review.tables import HIDDEN, HIDDEN_BEGINNINGS, MANNERS, PUBLISHED_MANNERS
from bubblefear.store.feeds import is_sample

if TYPE_CHECKING:
    import sqlite3

_TABLE = re.compile(r"^CREATE TABLE[^\n]*?--\s*(.+)$", re.MULTILINE)
_VIEW = re.compile(r"\A[^\n]*\n\s*--\s*(.+)$", re.MULTILINE)
_COLUMN = re.compile(r'^\s+"?(\w+)"? (?:TEXT|INTEGER|REAL|BLOB)\b[^\n]*?--\s*(.+)$', re.MULTILINE)
# Columns that hold an instant, beside those that end in _at.
_INSTANTS: Final = frozenset(
    {"at", "as_of", "vintage", "closed_until", "failing_since", "since", "until"}
)

# What has no comment of its own in the schema.
_OTHERS: Final = {
    "articles_fts": "full-text index of titles, summaries and bodies, a space around each CJK "
    "character; search it through /search"
}
_OTHER_COLUMNS: Final = {
    "articles_fts": {
        "title": "entries.title, spaced",
        "summary": "entries.summary, spaced",
        "body": "articles.body, spaced",
    },
    "article_scores": {"contribution": "0-1: relevance x fear; 0 for a denial"},
}
# Whose columns a view shows, the first that has one of the name.
_SHOWN_BY: Final = {"article_scores": ("scores", "entries", "articles")}


def metadata(conn: sqlite3.Connection) -> dict[str, Any]:
    """Metadata for the tables and views that the open database has."""
    statements = {
        str(name): str(sql)
        for name, sql in conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND sql IS NOT NULL"
        )
    }
    columns = {name: _columns(name, sql) for name, sql in statements.items()}
    for view, tables in _SHOWN_BY.items():
        if view in columns:
            shown = [str(row[1]) for row in conn.execute(f"PRAGMA table_info({view})")]
            columns[view] = _of_view(shown, [columns[t] for t in tables], columns[view])
    # Datasette shows the source on every page of its own.
    origin = {"source": "SAMPLE: made-up news and a generated market"} if is_sample(conn) else {}
    return {
        "title": "bubblefear",
        "description": "How much of the news fears that the AI boom is a bubble, and every "
        "article, sentence and poll behind the number. Read-only. Times are UTC, dates of the "
        "index are New York sessions, a missing value is empty and never 0.",
        "databases": {
            DATABASE: {
                "queries": CANNED,
                "tables": {
                    name: _describe(name, sql, columns[name]) for name, sql in statements.items()
                },
            }
        },
        **origin,
    }


def _describe(name: str, sql: str, columns: dict[str, str]) -> dict[str, Any]:
    if name.startswith(HIDDEN_BEGINNINGS):
        return {"hidden": True}
    found = _VIEW.search(sql) if sql.startswith("CREATE VIEW") else _TABLE.search(sql)
    described = _OTHERS.get(name) or (found.group(1) if found else "")
    hidden = {"hidden": True} if name in HIDDEN else {}
    manner = dict(MANNERS.get(name) or PUBLISHED_MANNERS.get(name, {}))
    if "facets" in manner:
        manner["facets"] = [{"counted": facet} for facet in manner["facets"]]
    return {"description": described, "columns": columns, **manner, **hidden}


def _columns(name: str, sql: str) -> dict[str, str]:
    found = {column: _timed(column, text) for column, text in _COLUMN.findall(sql)}
    return {**found, **_OTHER_COLUMNS.get(name, {})}


def _timed(column: str, described: str) -> str:
    if not (column.endswith("_at") or column in _INSTANTS) or "UTC" in described:
        return described
    return f"{described} (UTC)"


def _of_view(shown: list[str], tables: list[dict[str, str]], own: dict[str, str]) -> dict[str, str]:
    known = [own, *tables]
    return {
        column: next(described[column] for described in known if column in described)
        for column in shown
    }
