"""The made-up newsroom as a database file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bubblefear.store import database

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    return path


@pytest.fixture
def newsroom(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(printed, tmp_path / "news.db"))
