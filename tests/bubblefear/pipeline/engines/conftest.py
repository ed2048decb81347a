"""A database with every kind of text, its scores by this process, and commands that are killed."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bubblefear.config import Settings
from bubblefear.pipeline.engines.abandoned import SUFFIX
from bubblefear.pipeline.engines.results import write_part
from bubblefear.pipeline.engines.worker import Worker
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.score import score
from bubblefear.store import articles, database, entries, open_database, transaction
from ingest.records import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = "2025-11-21T12:00:00Z"
LEXICON = Settings(scorer="lexicon.v1")
TABLES = {
    "scores": "SELECT * FROM scores",
    "evidence": "SELECT * FROM evidence",
    "mentions": "SELECT * FROM mentions",
    "score_history": "SELECT * FROM score_history",
}
SUBJECTS = ("chip maker", "cloud provider", "lender", "data centre builder", "pension fund")
WORDS = (
    "The {} warns that the AI bubble may burst within {} months",
    "Investors fear that the {} borrowed too much for AI, {} analysts say",
    "Harbour opens terminal {1} for the {0}",
    "人工智能泡沫令投资者恐慌，第{1}家公司警告",
    "人工智慧泡沫疑慮升溫，第{1}家公司下修財測",
)
LANGUAGES = ("en", "en", "en", "zh-Hans", "zh-Hant")


def item(number: int) -> Entry:
    """The title of every seventh is that of the one before: equal texts of two articles."""
    told = number - 1 if number % 7 == 6 else number
    kind = told % len(WORDS)
    title = WORDS[kind].format(SUBJECTS[told % 4], told)
    return Entry(
        key=f"{number:016x}",
        source=f"Source {number % 3}",
        feed_url=None,
        guid=None,
        url=f"https://example.org/{number}",
        canonical_url=f"https://example.org/{number}",
        title=title,
        summary=None if number % 3 else f"{title}, our desk reports.",
        body=None,
        author=None,
        published_at=None,
        first_seen_at="2025-11-20T12:00:00Z",
        date_note=None,
        language="other" if number % 50 == 49 else LANGUAGES[kind],
    )


def fill(path: Path, count: int) -> Path:
    """A database of so many articles; a tenth got a body three hours later."""
    with database(path) as conn:
        with transaction(conn):
            entries.insert(conn, [item(n) for n in range(count)], origin="feed", now=NOW)
        wanted = articles.without_body(conn, before=NOW, since="2025-01-01T00:00:00Z")
        with transaction(conn):
            for one in wanted[::10]:
                body = f"{one.title}. The AI bubble will burst, the bank fears.\nNothing else."
                instant = "2025-11-20T15:00:00Z"
                articles.set_body(conn, one, status="ok", body=body, now=instant)
        # Grouping is not what is tested here, and it loads the model.
        conn.execute("INSERT INTO stories SELECT id, id, ? FROM articles", (NOW,))
        conn.execute("UPDATE articles SET story_id = id")
    return path


def rows(path: Path) -> dict[str, list[str]]:
    """Every row of what scoring writes, but for the time at which it did, bit by bit."""
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        return {
            table: sorted(
                repr([(name, row[name]) for name in row.keys() if name != "scored_at"])  # noqa: SIM118 - a Row iterates over values
                for row in conn.execute(query)
            )
            for table, query in TABLES.items()
        }


@dataclass(frozen=True)
class World:
    """A database without scores, and the rows that scoring in one process gives it."""

    unscored: Path
    expected: dict[str, list[str]]

    def copy(self, folder: Path) -> Path:
        """A database of one's own."""
        return Path(shutil.copy(self.unscored, folder / "news.db"))


def make_world(folder: Path, count: int) -> World:
    unscored = fill(folder / "unscored.db", count)
    scored = Path(shutil.copy(unscored, folder / "scored.db"))
    with database(scored) as conn, recorded(conn, "score", LEXICON, lambda: NOW) as run:
        score(conn, LEXICON, run, now=lambda: NOW, batch=100)
    return World(unscored, rows(scored))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three hundred articles."""
    return make_world(tmp_path_factory.mktemp("small"), 300)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Six parts: enough to be killed in the middle."""
    return make_world(tmp_path_factory.mktemp("large"), 2_500)


@pytest.fixture(scope="session")
def medium(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three parts."""
    return make_world(tmp_path_factory.mktemp("medium"), 1_200)


@pytest.fixture
def conn_to() -> Iterator[Callable[[Path], sqlite3.Connection]]:
    """Opens databases that are closed after the test."""
    opened: list[sqlite3.Connection] = []

    def connect(path: Path) -> sqlite3.Connection:
        opened.append(open_database(path))
        return opened[-1]

    yield connect
    for conn in opened:
        conn.close()


def score_here(parts: list[Path] | tuple[Path, ...], folder: Path) -> None:
    """What an engine's workers do, in this process."""
    from bubblefear.pipeline.engines.results import read_part

    worker = Worker(LEXICON)
    for part in parts:
        write_part(worker.score(read_part(part)), folder / part.name)


def command(path: Path, words: tuple[str, ...], env: dict[str, str]) -> subprocess.Popen[bytes]:
    """``bubblefear score`` in a process group of its own, as a terminal would start it."""
    program = [sys.executable, "-m", "bubblefear", "score", "--scorer", "lexicon.v1", "--json"]
    return subprocess.Popen(
        [*program, "--db", str(path), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | env,
        start_new_session=True,
    )


@contextmanager
def running(
    path: Path, *words: str, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The command while it runs; it does not outlive the block."""
    with command(path, words, env or {}) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def parts_of(path: Path) -> list[Path]:
    """Parts that a run has on the disk."""
    return sorted(path.with_name(path.name + SUFFIX).glob("*/scored/*.parquet"))


def until(reached: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Processes below a process, of any depth."""
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    found = [int(word) for word in words]
    return found + [below for child in found for below in children(child)]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def words_of(pid: int) -> str:
    """A process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill(pid: int) -> None:
    """``kill -9``."""
    os.kill(pid, signal.SIGKILL)
