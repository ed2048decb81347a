"""What the application's tests share: a database, a clock, entries of our own writing."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import database, open_database
from ingest.records import Entry

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

NOW = "2025-11-20T12:00:00Z"


def entry(title: str, *, seen: str = NOW, source: str = "Harbour Post", **other: Any) -> Entry:
    """An entry whose key is made from source and title."""
    key = hashlib.sha256(f"{source}\x1f{title}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    fields: dict[str, Any] = {
        "key": key,
        "source": source,
        "feed_url": None,
        "guid": None,
        "url": f"https://example.org/{key}",
        "canonical_url": f"https://example.org/{key}",
        "title": title,
        "summary": None,
        "body": None,
        "author": None,
        "published_at": None,
        "first_seen_at": seen,
        "date_note": None,
        "language": "en",
    }
    return Entry(**(fields | other))


class Clock:
    """A clock that stands still until told to move."""

    def __init__(self, moment: str = NOW) -> None:
        self.moment = moment

    def __call__(self) -> str:
        return self.moment

    def forward(self, **step: float) -> str:
        """Move on by a timedelta's arguments."""
        later = datetime.fromisoformat(self.moment).astimezone(UTC) + timedelta(**step)
        self.moment = later.strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.moment


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    """Makes entries."""
    return entry


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at NOW."""
    return Clock()


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    """Where the test's database lies."""
    return tmp_path / "news.db"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows."""
    path = tmp_path_factory.mktemp("empty") / "news.db"
    open_database(path).close()
    return path


@pytest.fixture
def conn(db_path: Path, empty: Path) -> Iterator[sqlite3.Connection]:
    """A new database, copied from one that was made once."""
    shutil.copy(empty, db_path)
    found = open_database(db_path)
    yield found
    found.close()


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """One database for all examples of a property: each rolls its writes back."""
    found = open_database(tmp_path_factory.mktemp("reused") / "news.db")
    yield found
    found.close()


@pytest.fixture(scope="session")
def _first_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edition") / "news.db"
    with database(path) as found:
        found.executescript((Path(__file__).parent / "newsroom.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture
def edition(_first_edition: Path, tmp_path: Path) -> Path:
    """A copy of the made-up newsroom's database: index version v1, 2025-11-03 to 2025-11-21."""
    return Path(shutil.copy(_first_edition, tmp_path / "edition.db"))
