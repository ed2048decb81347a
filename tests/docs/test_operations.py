"""The recipes in docs/operations.md work: unit files, crontab lines, SQL and one-line scripts."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bubblefear.store import open_database

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.M | re.S)


SQL = re.findall(r"sqlite3 \S+ \"(SELECT [^\"]+)\"", PAGE)
SCRIPTS = re.findall(r"python3? -c \"(import sqlite3;[^\"]+)\"", PAGE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with an empty database and a place for backups."""
    (tmp_path / "backup").mkdir()
    open_database(tmp_path / "data" / "bubblefear.db").close()
    return tmp_path


@pytest.mark.parametrize("unit", blocks("ini"), ids=["service", "timer"])
def test_units_are_well_formed(unit: str) -> None:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keeps systemd's capitals
    parser.read_string(unit)
    assert parser["Unit"]["Description"]
    assert ("Service" in parser) != ("Timer" in parser)


def test_systemd_takes_partial_success_for_success() -> None:
    from bubblefear.errors import PARTIAL

    assert f"SuccessExitStatus={PARTIAL}" in blocks("ini")[0]


@pytest.mark.parametrize("line", [b.splitlines()[-1].strip() for b in blocks("cron")])
def test_crontab_lines_have_five_fields_and_a_command(line: str) -> None:
    *fields, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[\d,*/-]+", field) for field in fields)
    assert command.startswith("cd /srv/bubblefear && .venv/bin/bubblefear ")


@pytest.mark.parametrize("query", SQL)
def test_queries_fit_the_schema(query: str, folder: Path) -> None:
    with closing(open_database(folder / "data" / "bubblefear.db")) as conn:
        assert conn.execute(query).fetchall() == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_run_on_a_database(script: str, folder: Path) -> None:
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True)
    copy = folder / "backup" / "bubblefear.db"
    if "backup(" in script:
        with closing(open_database(copy, create=False)) as conn:
            assert conn.execute("SELECT count(*) FROM problems").fetchone()[0] == 0


def test_there_is_something_to_test() -> None:
    assert len(SQL) >= 1
    assert len(SCRIPTS) >= 2
    assert len(blocks("ini")) == 2
    assert len(blocks("cron")) == 3
