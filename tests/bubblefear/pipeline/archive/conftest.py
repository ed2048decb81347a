"""Two databases of the same generated news: one as it is, one with old months in Parquet."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bench import news
from bubblefear.config import Settings
from bubblefear.pipeline import archive, build_index
from bubblefear.store import open_database, search, transaction
from bubblefear.store.archive import ledger, moving, parquet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Contents = dict[str, list[tuple[Any, ...]]]

SETTINGS = Settings(
    index=(("base_sessions", 8), ("bootstrap_draws", 20), ("burn_in", 4), ("min_count", 2),
           ("min_exposure", 0.1), ("min_fear_sessions", 2)),
)  # fmt: skip
SHAPE = news.Shape(rows=4000, sources=12, sessions=90, start="2025-01-02", fearful=0.03)
BEFORE = "2025-04"
NOW = "2025-06-02T12:00:00Z"
TOPICS = ("Earthquake kills dozens", "Virus epidemic spreads")


@pytest.fixture(scope="package")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """News of January to May 2025 with its index; headlines of placebo topics among them."""
    path = tmp_path_factory.mktemp("archive") / "template.db"
    news.write(path, news.generate(SHAPE), SETTINGS.scorer_id)
    with closing(open_database(path)) as conn:
        with transaction(conn):
            for place, title in enumerate(TOPICS):
                conn.execute("UPDATE entries SET title = ? WHERE number % 8 = ?", (title, place))
            conn.execute("UPDATE scores SET negative = 0.2 + 0.7 * (rowid % 5) / 5.0")
            rows = conn.execute("SELECT number, title, summary, NULL FROM entries").fetchall()
            search.insert(conn, (tuple(row) for row in rows))
        build_index.build(conn, SETTINGS, now=lambda: NOW)
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="package")
def archived_template(template: Path) -> Path:
    """The same after a move of January to March."""
    path = template.with_name("archived.db")
    shutil.copy(template, path)
    with closing(open_database(path)) as conn:
        moved = archive.move(conn, path, before=BEFORE, now=lambda: NOW)
        assert moved.entries > SHAPE.rows / 3
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def plain(template: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the news, nothing archived."""
    with closing(open_database(copied(template, tmp_path / "plain.db"))) as conn:
        yield conn


@pytest.fixture
def old_path(archived_template: Path, tmp_path: Path) -> Path:
    """Where a copy with archived months lies."""
    return copied(archived_template, tmp_path / "old.db")


@pytest.fixture
def old(old_path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the news with archived months."""
    with closing(open_database(old_path)) as conn:
        yield conn


@pytest.fixture
def whole() -> Callable[[sqlite3.Connection], Contents]:
    """Gives every row of the news, wherever it lies."""
    return contents


@pytest.fixture(scope="session")
def copy_database() -> Callable[[Path, Path], Path]:
    """Copies a database with its archive."""
    return copied


@pytest.fixture
def settings() -> Settings:
    """An index of few sessions."""
    return SETTINGS


def copied(path: Path, to: Path) -> Path:
    """A database with its archive, under another name."""
    shutil.copy(path, to)
    if ledger.folder_of(path).is_dir():
        shutil.copytree(ledger.folder_of(path), ledger.folder_of(to))
    return to


def contents(conn: sqlite3.Connection) -> Contents:
    """Every row of the news, of SQLite and of the files together; each table sorted."""
    found: Contents = {}
    for table in (*moving.TABLES, "stories", "touched", "evidence", "counters"):
        found[table] = [tuple(row) for row in conn.execute(f"SELECT * FROM {table}")]
    for file in ledger.files(conn):
        place = ledger.folder(conn) / file.file
        found[file.name] += [row for batch in parquet.rows(place) for row in batch]
    return {table: sorted(rows, key=repr) for table, rows in found.items()}
