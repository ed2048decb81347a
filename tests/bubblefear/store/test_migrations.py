"""A file of every earlier schema: opened, it is as a new one, and has its rows still."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database

from bubblefear.errors import StoreError
from bubblefear.store import (
    SCHEMA_VERSION,
    audit,
    database,
    open_database,
    queue_queries,
    reviews,
    transaction,
)
from bubblefear.store.migrations import migrations

if TYPE_CHECKING:
    from pathlib import Path

AT = "2025-11-20T12:00:00Z"
# Schema -> rows of tables that came with it.
ROWS = {
    1: f"""
      INSERT INTO sources VALUES ('Harbour Post', 'en', 'import', NULL, '{AT}');
      INSERT INTO stories VALUES ('story-1', 'aaaa000000000001', '{AT}');
      INSERT INTO entries(number, id, source, title, first_seen_at, origin) VALUES
        (1, 'aaaa000000000001', 'Harbour Post', 'Lenders fear a glut', '{AT}', 'import'),
        (2, 'aaaa000000000002', 'Harbour Post', 'A glut, say lenders', '{AT}', 'import');
      INSERT INTO articles(id, story_id, language, body_status, text_sha256) VALUES
        ('aaaa000000000001', 'story-1', 'en', 'none', 'x'),
        ('aaaa000000000002', 'story-1', 'en', 'none', 'y');
      INSERT INTO articles_fts(rowid, title) VALUES (1, 'Lenders fear a glut');
      INSERT INTO reviews VALUES
        (1, 'aaaa000000000001', 'Ann', 2, 'fear', 'threat', 'credit', 'n', '{AT}'),
        (2, 'aaaa000000000001', 'Bo', 1, 'mixed', NULL, NULL, NULL, '{AT}'),
        (3, 'aaaa000000000002', 'Bo', NULL, NULL, NULL, NULL, 'not graded', '{AT}');""",
    2: f"""
      INSERT INTO audit_samples VALUES ('audit-1', '{AT}', 'lexicon.v1', 1, 1, NULL, NULL, '{{}}');
      INSERT INTO audit_items VALUES
        ('audit-1', 1, 'aaaa000000000001', 'other sources', 'en', 2, 1, 2.0);
      INSERT INTO review_topics VALUES (1, 1);""",
    3: f"INSERT INTO kept_results VALUES ('k', 'betas', '[]', '{AT}');",
    4: f"""
      INSERT INTO story_links VALUES ('aaaa000000000002', 'aaaa000000000001', 'near', 1, NULL);
      INSERT INTO entry_aliases VALUES ('b', 'aaaa000000000001', 'guid', '17', '{AT}');
      INSERT INTO entry_versions VALUES
        ('aaaa000000000001', '{AT}', 'Lenders fear two gluts', NULL, NULL, NULL, 'z');
      INSERT INTO backfill(url, link, source, published_at, first_seen_at, list, titled, state,
        entry_id) VALUES ('https://a.example/1', 'https://a.example/1', 'Harbour Post', '{AT}',
        '{AT}', 'l.csv', 1, 'waiting', 'aaaa000000000002');""",
    5: f"INSERT INTO review_undos VALUES (3, '{AT}');",
}


def written_at(path: Path, version: int) -> dict[str, list[tuple[object, ...]]]:
    """Make a file of an earlier schema with rows in it; returns every table's."""
    names = [migration.name for migration in migrations._migrations]
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        migrations.apply(Database(raw, execute_plugins=False), stop_before=names[version])
        raw.execute(f"PRAGMA user_version = {version}")
        for schema in range(1, version + 1):
            raw.executescript(ROWS[schema])
        return contents(raw)


def contents(conn: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table but the list of migrations."""
    names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [name for name in names if not name.startswith(("_", "sqlite_", "articles_fts_"))]
    return {name: [tuple(row) for row in conn.execute(f"SELECT * FROM {name}")] for name in kept}


def statements(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {str(name): str(sql) for name, sql in rows}


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_file_of_an_earlier_schema_becomes_as_a_new_one_and_keeps_its_rows(
    conn: sqlite3.Connection, tmp_path: Path, version: int
) -> None:
    before = written_at(tmp_path / "old.db", version)
    with database(tmp_path / "old.db", create=False) as old:
        assert old.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert old.execute("PRAGMA foreign_key_check").fetchall() == []
        assert statements(old) == statements(conn)
        after = contents(old)
    assert {name: after[name] for name in before} == before
    assert not any(after[name] for name in after.keys() - before.keys())


def test_reviews_from_before_they_could_be_taken_back_count_and_can_be(tmp_path: Path) -> None:
    written_at(tmp_path / "old.db", 4)
    with database(tmp_path / "old.db", create=False) as conn:
        said = [("aaaa000000000001", "Ann", 1, 2, "fear", "threat", "credit"),
                ("aaaa000000000001", "Bo", 1, 1, "mixed", "none", "none")]  # fmt: skip
        assert audit.all_codes(conn) == audit.codes(conn, "audit-1") == said
        assert queue_queries.progress(conn, "Ann", AT[:10]) == queue_queries.Progress(
            today=1, total=1, sample="audit-1", items=1, coded=1
        )
        with transaction(conn):
            assert reviews.undo(conn, 1, "later")
        assert audit.all_codes(conn) == said[1:]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            conn.execute("UPDATE reviews SET fear = 0")


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    before = written_at(tmp_path / "old.db", 4)
    with closing(sqlite3.connect(tmp_path / "old.db")) as raw:
        raw.execute("CREATE TABLE claim_results (somebody_elses TEXT)")
        raw.commit()
    with pytest.raises(StoreError, match="claim_results"):
        open_database(tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == 4
        assert contents(raw) == before | {"claim_results": []}
