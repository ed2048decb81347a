"""A file of each released schema: frozen as text, brought forward, and worked with afterwards."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlite_utils import Database

from bubblefear.cli import COMMANDS, main
from bubblefear.store import SCHEMA_VERSION, backups, database, seals
from bubblefear.store.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parent / "schemas"
FROZEN = sorted(int(path.stem.rpartition("_")[2]) for path in SCHEMAS.glob("schema_*.sql"))
NOW = "2025-11-21T22:00:00Z"


def written(path: Path, version: int) -> Path:
    """A file of that schema, as somebody has it."""
    text = (SCHEMAS / f"schema_{version}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.executescript(text)
    return path


def statements(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {str(name): str(sql) for name, sql in rows}


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with backups.as_it_is(path) as conn:
        names = backups.tables(conn)
        return {
            n: sorted(map(tuple, conn.execute(f'SELECT * FROM "{n}"')), key=repr) for n in names
        }


def test_every_released_schema_is_frozen() -> None:
    """A schema is released with the next one: then its file is written, and stays."""
    assert list(range(1, SCHEMA_VERSION)) == [v for v in FROZEN if v < SCHEMA_VERSION]


@pytest.mark.parametrize("version", FROZEN)
def test_no_migration_was_edited_since(tmp_path: Path, version: int) -> None:
    """The migrations of today still make the file that is in use."""
    written(tmp_path / "old.db", version)
    names = [migration.name for migration in migrations._migrations]
    stop = {"stop_before": names[version]} if version < len(names) else {}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        migrations.apply(Database(new, execute_plugins=False), **stop)
        with backups.as_it_is(tmp_path / "old.db") as old:
            assert statements(old) == statements(new)
            assert [row[0] for row in old.execute("SELECT name FROM _sqlite_migrations")] == (
                names[:version]
            )
            assert backups.schema_of(old) == version


@pytest.mark.parametrize("version", FROZEN)
def test_its_rows_come_with_it(tmp_path: Path, version: int, conn: sqlite3.Connection) -> None:
    path = written(tmp_path / "old.db", version)
    before = contents(path)
    assert all(before.values()), "a table without a row proves nothing"
    with database(path, create=False) as opened:
        assert backups.schema_of(opened) == SCHEMA_VERSION
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        assert backups.integrity(opened) == []
        assert seals.verify(opened) == []
        assert seals.count(opened) == (2 if version > 1 else 0)
        assert statements(opened) == statements(conn)
        hits = opened.execute(
            "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", ("泡 沫",)
        )
        assert hits.fetchone()[0] == 60
    after = contents(path)
    assert {name: after[name] for name in before} == before
    assert not any(after[name] for name in after.keys() - before.keys())


@pytest.mark.parametrize("version", [pytest.param(v, marks=pytest.mark.slow) for v in FROZEN])
def test_commands_and_pages_work_on_it(
    tmp_path: Path,
    version: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUBBLEFEAR_INDEX_BOOTSTRAP_DRAWS", "20")
    monkeypatch.setenv("BUBBLEFEAR_INDEX_MIN_COUNT", "3")
    path = written(tmp_path / "old.db", version)

    def run(*words: str) -> tuple[int, Any]:
        code = main([*words, "--db", str(path)])
        out = capsys.readouterr().out
        return code, json.loads(out)

    code, rows = run("index", "--json")
    assert code == 0
    assert sum(row["value"] is not None for row in rows) > 20
    code, account = run("explain", "2025-11-20", "--json")
    assert (code, account["date"]) == (0, "2025-11-20")
    assert account["value"] == next(row["value"] for row in rows if row["date"] == "2025-11-20")
    code, checks = run("doctor", "--json")
    states = {check["name"]: check["state"] for check in checks}
    fine = (
        "database",
        "schema",
        "vintages",
        "search",
        "counts",
        "sums",
        "orphans",
        "index",
        "news",
    )
    assert {name: states[name] for name in fine} == dict.fromkeys(fine, "ok")
    assert states["runs"] == "look"
    assert set(_pages(path).values()) == {200}


def _pages(path: Path) -> dict[str, int]:
    import asyncio

    from bubblefear.review.app import build

    served = build(path, token="t", clock=lambda: NOW)
    asked = ["/", "/day/2025-11-20", "/article/00000000000002c5", "/search?q=泡沫", "/health",
             "/bubblefear/entries/1", "/bubblefear/article_scores"]  # fmt: skip
    try:
        return {at: asyncio.run(served.client.get(at)).status_code for at in asked}
    finally:
        served.executor.shutdown()
        for known in served.databases.values():
            known.close()


KILLED = """
import os, signal, sqlite3, sys
from bubblefear.store import SCHEMA_VERSION
from bubblefear.store.migrations import migrate

left = [int(sys.argv[2])]

def count(statement):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.set_trace_callback(count)
migrate(conn, SCHEMA_VERSION)
print("done", -left[0] + int(sys.argv[2]))
"""


def migrated(path: Path, statement: int) -> subprocess.CompletedProcess[str]:
    """Bring a file forward in a process that kills itself before its n-th statement."""
    words = [sys.executable, "-c", KILLED, str(path), str(statement)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_migration_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    version = 4
    whole = migrated(written(tmp_path / "whole.db", version), 10**9)
    number = int(whole.stdout.split()[1])
    assert number > 20
    before = contents(written(tmp_path / "before.db", version))
    for place in (2, number // 3, number // 2, number - 1, number):
        path = written(tmp_path / f"killed{place}.db", version)
        assert migrated(path, place).returncode == -signal.SIGKILL
        with backups.as_it_is(path) as old:
            assert backups.schema_of(old) == version
            assert backups.integrity(old) == []
        assert contents(path) == before
        with database(path, create=False) as opened:
            assert backups.schema_of(opened) == SCHEMA_VERSION


# What each command needs beside the database to get as far as opening it; commands without one.
WORDS = {
    "feeds": ("feeds", "list"),
    "import": ("import", "news.csv"),
    "prices": ("prices", "update"),
    "explain": ("explain", "last"),
    "claims": ("claims", "audit", str(Path(__file__).parents[3] / "claims" / "seed.toml")),
    "audit": ("audit", "sample"),
    "restore": ("restore", "newer.db", "--db", "another.db"),
    "archive": ("archive", "list"),
    "publish": ("publish", "out.db"),
}
WITHOUT = {"evaluate"}


@pytest.fixture
def newer(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of the next schema, and what the commands read beside it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "newer.db"
    path.write_bytes(empty.read_bytes())
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    Path("news.csv").write_text("id,published_at,title,source\n", encoding="utf-8")
    before = path.read_bytes()
    yield path
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in WITHOUT])
def test_a_newer_file_is_refused_in_one_line(
    command: str, newer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = WORDS.get(command, (command,))
    code = main([*words, *(() if "--db" in words else ("--db", str(newer)))])
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert re.fullmatch(
        rf"bubblefear: \S*newer\.db has schema {SCHEMA_VERSION + 1}, this bubblefear knows up to "
        rf"{SCHEMA_VERSION}: upgrade bubblefear\n",
        err,
    )


@pytest.mark.parametrize(
    "words", [("doctor", "--repair"), ("index", "--json"), ("daily", "--json")]
)
def test_so_it_is_whatever_is_asked_of_it(
    words: tuple[str, ...], newer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--db", str(newer)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "upgrade bubblefear" in err) == ("", 1, True)
