"""A connection on which anybody's SELECT can run: it cannot write, and not fill the memory.

The file is opened read-only, and Datasette lets only SELECT through. What stands here holds where
either fails: SQLite itself refuses, while it compiles a statement, whatever is not reading.
"""

from __future__ import annotations

import sqlite3
from typing import Final

# Twice the longest answer of a feed that is read, in bytes: randomblob(1e9) is refused.
MAX_CELL: Final = 40 * 1024 * 1024
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_CELL,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    # A pattern of many % costs its length times the text's, in one step that no time limit cuts.
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
}
_ALLOWED: Final = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)
# What tells about the schema of a table; and versions, which an argument would set.
_DESCRIBING: Final = frozenset(
    "foreign_key_list index_info index_list index_xinfo table_info table_list table_xinfo".split()
)
# FTS5 sees by data_version that its tables have changed, Datasette by schema_version.
_TELLING: Final = frozenset(
    "collation_list compile_options data_version database_list function_list page_count page_size "
    "pragma_list schema_version user_version".split()
)
_FORBIDDEN_FUNCTIONS: Final = frozenset({"load_extension", "fts3_tokenizer"})


def keep_to_reading(conn: sqlite3.Connection) -> None:
    """Let a connection only read, with values and statements of bounded length."""
    for limit, value in _LIMITS.items():
        conn.setlimit(limit, value)
    conn.set_authorizer(_judge)


def _judge(
    action: int, first: str | None, second: str | None, _schema: str | None, _trigger: str | None
) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        allowed = name in _DESCRIBING or (name in _TELLING and second is None)
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() not in _FORBIDDEN_FUNCTIONS
    elif action == sqlite3.SQLITE_UPDATE:
        # What SQLite asks while it sets up json_each; a statement that says so it refuses itself.
        allowed = first == "sqlite_master"
    else:
        allowed = action in _ALLOWED
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
