"""What must hold after a fault: the file is sound, and what the command said of itself is true."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from bubblefear.errors import INTERRUPTED
from bubblefear.store import seals

if TYPE_CHECKING:
    from pathlib import Path

    from bench.faults.processes import Ended

# How a command may end whatever happens to it.
_CODES: Final = frozenset((0, 1, 3))
_STAMP: Final = re.compile(r"\d{8}T\d{6}Z")
# Python's own tracker says so of workers' semaphores, and removes them, where the process that
# started the workers was killed: nobody of ours is left to say it otherwise.
_LEAKED: Final = "resource_tracker: There appear to be"
_SIDE: Final = ("", "-wal", "-shm", "-journal")


def copied(path: Path, to: Path) -> Path:
    """The database with its log, so that looking at it does not recover it in its place."""
    to.mkdir(parents=True, exist_ok=True)
    for side in _SIDE:
        part = path.with_name(path.name + side)
        if part.is_file():
            shutil.copy(part, to)
    return to / path.name


def soundness(path: Path) -> list[str]:
    """What is wrong with a database as a file: pages, references, seals, texts of the search."""
    if not path.is_file() or not path.stat().st_size:
        return []
    try:
        with closing(sqlite3.connect(path)) as conn:
            return list(_faults(conn))
    except sqlite3.DatabaseError as error:
        return [f"the database cannot be read: {error}"]


def _faults(conn: sqlite3.Connection) -> list[str]:
    said = [row[0] for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    said += [f"foreign key: {tuple(row)}" for row in conn.execute("PRAGMA foreign_key_check")]
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}
    if "articles_fts" in tables:
        conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    if "seals" in tables:
        said += [f"seal: {broken}" for broken in seals.verify(conn)]
        said += _vintages(conn)
    return said


def _vintages(conn: sqlite3.Connection) -> list[str]:
    """What was known never shrinks from one vintage to the next."""
    rows = conn.execute(
        "SELECT version, vintage, as_of, lag(as_of) OVER (PARTITION BY version ORDER BY vintage) "
        "FROM vintages"
    )
    return [
        f"vintage {vintage} of {version} knows what was there at {as_of}, the one before at {then}"
        for version, vintage, as_of, then in rows
        if then is not None and as_of < then
    ]


def honesty(ended: Ended, *, killed: bool = False, expected: int | None = None) -> list[str]:
    """What is dishonest about an exit: its code, what stands on standard error, what it left.

    Args:
        ended: How the command ended.
        killed: A signal was sent to it.
        expected: The one code that is right.
    """
    if killed and _before_ours(ended):
        return []
    said = []
    allowed = _CODES | {2} if expected == 2 else _CODES
    if killed:
        # Of SIGINT itself only a process dies that is not Python yet.
        allowed |= {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, INTERRUPTED}
    if ended.code not in allowed:
        said.append(f"exit code {ended.code}")
    if expected is not None and ended.code != expected:
        said.append(f"exit code {ended.code} in place of {expected}: {ended.said[-300:]!r}")
    if "Traceback" in ended.said:
        said.append(f"a traceback: {ended.said[-300:]!r}")
    lines = [line for line in ended.said.splitlines() if not (killed and _LEAKED in line)]
    strange = [line for line in lines if not line.startswith(("bubblefear: ", "  "))]
    if strange:
        said.append(f"a line that is none of ours: {strange[0]!r}")
    if ended.code in (1, INTERRUPTED) and not ended.said.strip():
        said.append(f"exit code {ended.code} and no word why")
    if ended.left:
        said.append("processes of it were left behind")
    return said


def _before_ours(ended: Ended) -> bool:
    """Whether SIGINT met Python at its own start: it then ends in its own manner."""
    early = "Fatal Python error: init" in ended.said or "KeyboardInterrupt" in ended.said
    return early and ended.code in (1, -signal.SIGINT) and "/bubblefear/" not in ended.said


def recorded(path: Path) -> int:
    """How many runs are recorded."""
    if not path.is_file() or not path.stat().st_size:
        return 0
    with closing(sqlite3.connect(path)) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return 0
        return int(conn.execute("SELECT count(*) FROM runs").fetchone()[0])


def runs(path: Path, command: str, code: int, before: int = 0) -> list[str]:
    """Whether the command's run ended as its exit code says.

    A command that finds everything done, or that never records itself, adds no run to those
    ``before``.
    """
    if recorded(path) <= before:
        return []
    if code not in (0, 3):
        return []
    with closing(sqlite3.connect(path)) as conn:
        row = conn.execute(
            "SELECT command, outcome FROM runs ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
    wanted = "done" if code == 0 else "partial"
    if row is None or not command.startswith(row[0]) or row[1] == wanted:
        return []
    return [f"exit code {code}, and the run of {row[0]} is recorded as {row[1]}"]


def files(folder: Path) -> frozenset[str]:
    """Every file of a world, but those that SQLite and locks may leave; names without instants."""
    return frozenset(
        _STAMP.sub("INSTANT", str(path.relative_to(folder)))
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    )
