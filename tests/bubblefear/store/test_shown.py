"""Which index the pages show, and a folder that cannot be written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bubblefear.config import INDEX_VERSION
from bubblefear.errors import StoreError
from bubblefear.store import open_database, report_queries

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def vintage(conn: sqlite3.Connection, version: str, at: str, scorer: str) -> None:
    conn.execute(
        "INSERT INTO vintages VALUES (?, ?, 'real-time', ?, 'x', json_object('scorer', ?), 0)",
        (version, at, at, scorer),
    )


def test_a_build_with_other_settings_takes_no_ones_place(conn: sqlite3.Connection) -> None:
    vintage(conn, "fear.v1+abc", "2025-11-19T00:00:00Z", "lexicon.v1")
    vintage(conn, "fear.v1+def", "2025-11-20T00:00:00Z", "hf:other")
    shown = report_queries.latest_vintage(conn)
    assert shown is not None
    assert (shown.version, report_queries.main_scorer(conn)) == ("fear.v1+def", "hf:other")
    vintage(conn, INDEX_VERSION, "2025-11-18T00:00:00Z", "finbert-multi.v1")
    shown = report_queries.latest_vintage(conn)
    assert shown is not None
    assert (shown.version, shown.vintage) == (INDEX_VERSION, "2025-11-18T00:00:00Z")
    assert report_queries.main_scorer(conn) == "finbert-multi.v1"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into every folder")
def test_a_folder_that_is_read_only_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    open_database(folder / "news.db").close()
    folder.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="is read-only; copy"):
            open_database(folder / "news.db", create=False)
    finally:
        folder.chmod(0o700)
