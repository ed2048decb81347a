"""A press for the benchmarks of polling: its server, a database of its feeds, rounds of polls."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.measuring import ROOT, command
from bubblefear.store import database, feeds, transaction

_TOML = 'scorer = "lexicon.v1"\n[ingest]\nallow_private = true\n'
_ADDED = "2026-01-05T00:00:00Z"


@dataclass(frozen=True)
class Press:
    """A running server with its feeds."""

    port: int
    feeds: int
    items: int
    hosts: int

    def url(self, number: int) -> str:
        """Address of a feed."""
        return f"http://127.0.0.{1 + number % self.hosts}:{self.port}/feed/{number}"

    def served(self) -> dict[str, Any]:
        """The GUIDs of all items that were served so far, and the counts of answers."""
        return self._control("/served")

    def move_on(self, items: int) -> None:
        """Every fifth feed shows so many newer items."""
        self._control(f"/edition/{items}")

    def _control(self, path: str) -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@dataclass(frozen=True)
class Round:
    """One ``bubblefear ingest``: wall seconds of the process and of its stages, peak megabytes."""

    seconds: float
    stages: dict[str, float]
    peak_mb: float
    said: dict[str, Any]


@contextmanager
def press(feeds: int, items: int, hosts: int, slowest: float = 8.0) -> Iterator[Press]:
    """A server in its own process, ended with the block."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [str(one) for one in (port, feeds, items, hosts, slowest)]
    server = [sys.executable, "-m", "bench.poll_server", *options]
    process = subprocess.Popen(server, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != b"ready":
            raise RuntimeError("the server of the benchmark did not start")
        yield Press(port, feeds, items, hosts)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def prepare(folder: Path, name: str, of: Press) -> Path:
    """A database that knows the feeds and nothing else."""
    (folder / "bubblefear.toml").write_text(_TOML, encoding="utf-8")
    path = folder / name
    with database(path) as conn, transaction(conn):
        for number in range(of.feeds):
            feeds.add(conn, url=of.url(number), source=f"Desk {number}", now=_ADDED)
    return path


def words(path: Path) -> list[str]:
    """``bubblefear ingest`` on the database."""
    config = path.with_name("bubblefear.toml")
    ingest = [sys.executable, "-m", "bubblefear", "ingest", "--db", str(path)]
    return [*ingest, "--config", str(config), "--json"]


def poll(path: Path) -> Round:
    """One whole round, measured.

    Raises:
        RuntimeError: it ended with another code than done (0) or done in part (3).
    """
    ran = command(words(path), codes=(0, 3))
    with closing(sqlite3.connect(path)) as conn:
        row = conn.execute("SELECT timings FROM runs ORDER BY rowid DESC LIMIT 1").fetchone()
    return Round(ran.seconds, json.loads(row[0]), ran.peak_mb, json.loads(ran.out))


def stored(path: Path) -> list[tuple[str, ...]]:
    """GUID, identity, feed, title and summary of every entry, in the order of first sight."""
    with closing(sqlite3.connect(path)) as conn:
        rows = conn.execute(
            "SELECT guid, id, feed_url, title, summary FROM entries ORDER BY number"
        ).fetchall()
    return [tuple(row) for row in rows]


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    with closing(sqlite3.connect(path)) as conn:
        return bool(conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
