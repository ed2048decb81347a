"""A server over the made-up newsroom, asked in-process."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.review.app import build
from bubblefear.store import database, search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

TOKEN = "right-token"
NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
        rows = conn.execute(
            "SELECT number, title, summary, body FROM entries LEFT JOIN articles USING (id)"
        ).fetchall()
        search.insert(conn, [tuple(row) for row in rows])
    return path


@pytest.fixture
def newsroom(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(printed, tmp_path / "news.db"))


class Asker:
    """Requests to one Datasette, each in its own event loop run."""

    def __init__(self, path: Path, hosts: frozenset[str] = frozenset()) -> None:
        self.path = path
        self.datasette = build(path, token=TOKEN, clock=lambda: "2025-11-22T08:00:00Z", hosts=hosts)

    def get(self, path: str, **keywords: Any) -> httpx.Response:
        return asyncio.run(self.datasette.client.get(path, **keywords))

    def send(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        return asyncio.run(self.datasette.client.request(method, path, **keywords))

    def reviews(self) -> list[tuple[object, ...]]:
        with database(self.path, create=False) as conn:
            return [tuple(row) for row in conn.execute("SELECT * FROM reviews ORDER BY id")]

    def close(self) -> None:
        self.datasette.executor.shutdown()
        for known in self.datasette.databases.values():
            known.close()


@pytest.fixture
def open_asker() -> Iterator[Callable[..., Asker]]:
    opened: list[Asker] = []

    def make(path: Path, **keywords: Any) -> Asker:
        opened.append(Asker(path, **keywords))
        return opened[-1]

    yield make
    for asker in opened:
        asker.close()


@pytest.fixture
def asker(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    return open_asker(newsroom)
