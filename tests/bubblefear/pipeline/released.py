"""A database with rows in every table, and ways in which a file comes to harm: for three tests."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bubblefear.store import backups, database, transaction

SCHEMAS = Path(__file__).parents[1] / "store" / "schemas"
# Runs the command and kills itself before its n-th step on files, of those the audit hook sees.
KILLED = """
import os, signal, sys
from bubblefear.cli import main
seen = [0]
def hook(event, arguments):
    if event in ("os.rename", "os.link", "os.remove", "os.truncate", "sqlite3.connect"):
        seen[0] += 1
        if seen[0] == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
code = main(sys.argv[2:])
print("steps", seen[0])
sys.exit(code)
"""


def written(path: Path, version: int | None = None) -> Path:
    """A file of a released schema as it is in use; None = the newest, brought to the present."""
    path.parent.mkdir(exist_ok=True)
    newest = max(int(p.stem.rpartition("_")[2]) for p in SCHEMAS.glob("schema_*.sql"))
    text = (SCHEMAS / f"schema_{version or newest}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.executescript(text)
    if version is None:
        with database(path):
            pass
    return path


def rows(path: Path) -> dict[str, int]:
    """Rows of each table of a sound file."""
    with backups.as_it_is(path) as conn:
        return backups.count_rows(conn)


def killed(step: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that kills itself before the n-th step."""
    command = [sys.executable, "-c", KILLED, str(step), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def fatten(path: Path, megabytes: int = 12) -> None:
    """Make a file so large that it is copied in several steps."""
    with database(path) as conn:
        conn.execute(
            "INSERT INTO kept_results VALUES ('fat', 'f', ?, 'x')", ("x" * megabytes * 1_000_000,)
        )


def corrupt(path: Path, name: str, leaf: int = -1) -> None:
    """Overwrite a page of a table or index, as a bad disk does: the leaf of that place."""
    backups.settle(path)
    with closing(sqlite3.connect(path)) as conn:
        size = int(conn.execute("PRAGMA page_size").fetchone()[0])
        (root,) = conn.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()
    content = bytearray(path.read_bytes())
    at = (_children(content, root, size)[leaf] - 1) * size
    content[at : at + 64] = b"\xff" * 64
    path.write_bytes(content)


def _children(content: bytearray, root: int, size: int) -> list[int]:
    """Leaves of a tree of two levels, in order; the root itself where it is the only page."""
    at = (root - 1) * size
    if content[at] not in (2, 5):
        return [root]

    def number(place: int, width: int = 4) -> int:
        return int.from_bytes(content[place : place + width], "big")

    cells = [number(at + 12 + 2 * n, 2) for n in range(number(at + 3, 2))]
    return [*(number(at + cell) for cell in cells), number(at + 8)]


def archived(path: Path, content: bytes = b"rows of an old month") -> Path:
    """Note a file of the archive, as a move does."""
    folder = path.with_name(f"{path.name}.archive") / "month=2025-09"
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "entries.1.parquet"
    place.write_bytes(content)
    with database(path) as conn, transaction(conn):
        conn.execute(
            "INSERT OR REPLACE INTO archives VALUES ('2025-09', 1, 'entries', "
            "'month=2025-09/entries.1.parquet', 1, ?, ?, 1, 1, 'x', 'x', '{}', 'x')",
            (len(content), hashlib.sha256(content).hexdigest()),
        )
    return place
