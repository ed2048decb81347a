"""The SQLite file: schema and every query, one module for each subject."""

from __future__ import annotations

from bubblefear.store.database import (
    SCHEMA_VERSION,
    database,
    database_file,
    distrust,
    open_database,
    snapshot,
    transaction,
)

__all__ = [
    "SCHEMA_VERSION",
    "database",
    "database_file",
    "distrust",
    "open_database",
    "snapshot",
    "transaction",
]
