"""The newest run of tests with all that its results rest on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.store.declarations import Declaration

if TYPE_CHECKING:
    import sqlite3

_NUMBERS = ("estimate", "p", "q", "size", "mde", "n")
_BARE = (
    "SELECT hypothesis, family, status, lo, hi, verdict, NULL,"
    f" {', '.join(_NUMBERS)} FROM test_results"
)
_RESULTS = _BARE.replace("NULL", "detail")
_RUNS = (
    "SELECT t.run_id, r.finished_at, r.settings, r.versions, r.data_sha256"
    " FROM (SELECT DISTINCT run_id FROM test_results) t LEFT JOIN runs r ON r.id = t.run_id"
)
_NEWEST_FIRST = "ORDER BY r.started_at DESC, t.run_id DESC"


@dataclass(frozen=True)
class FullTestRun:
    """A run of tests.

    Attributes:
        id: Of the run.
        finished_at: When it ended, UTC; None = it did not.
        settings: In force.
        versions: Of everything that computed.
        data_sha256: Of index and prices as they were tested.
        rows: Results as `test --json` prints them, with their `detail`.
    """

    id: str
    finished_at: str | None
    settings: dict[str, Any]
    versions: dict[str, Any]
    data_sha256: str | None
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class ShortRun:
    """A run of tests in short.

    Attributes:
        id: Of the run.
        finished_at: When it ended, UTC; None = it did not.
        data_sha256: Of index and prices as they were tested.
    """

    id: str
    finished_at: str | None
    data_sha256: str | None


def latest(conn: sqlite3.Connection) -> FullTestRun | None:
    """The newest run that wrote test results, or None."""
    return _full(conn, conn.execute(f"{_RUNS} {_NEWEST_FIRST} LIMIT 1").fetchone())


def of_run(conn: sqlite3.Connection, run_id: str) -> FullTestRun | None:
    """A run that wrote test results; None where there is none of that identity."""
    return _full(conn, conn.execute(f"{_RUNS} WHERE t.run_id = ?", (run_id,)).fetchone())


def listed(conn: sqlite3.Connection, limit: int) -> list[ShortRun]:
    """The runs that wrote test results, newest first."""
    rows = conn.execute(f"{_RUNS} {_NEWEST_FIRST} LIMIT ?", (limit,))
    return [ShortRun(row[0], row[1], row[4]) for row in rows]


def verdicts(conn: sqlite3.Connection, run_id: str) -> list[dict[str, Any]]:
    """A run's results without their detail, which is most of what is stored of them."""
    rows = conn.execute(
        f"{_BARE} WHERE run_id = ? ORDER BY position",
        (run_id,),
    )
    return [_row(tuple(row)) for row in rows]


def at(conn: sqlite3.Connection, run_id: str, position: int) -> dict[str, Any] | None:
    """One result of a run with its detail; None where there is none."""
    row = conn.execute(
        f"{_RESULTS} WHERE run_id = ? AND position = ?",
        (run_id, position),
    ).fetchone()
    return None if row is None else _row(tuple(row))


def _full(conn: sqlite3.Connection, run: tuple[Any, ...] | None) -> FullTestRun | None:
    if run is None:
        return None
    rows = conn.execute(
        f"{_RESULTS} WHERE run_id = ? ORDER BY position",
        (run[0],),
    )
    return FullTestRun(
        id=run[0],
        finished_at=run[1],
        settings=_read(run[2]),
        versions=_read(run[3]),
        data_sha256=run[4],
        rows=[_row(tuple(row)) for row in rows],
    )


def vintage_before(conn: sqlite3.Connection, version: str, moment: str) -> tuple[str, str] | None:
    """The build of an index version that stood at a moment, and its kind."""
    row = conn.execute(
        "SELECT vintage, kind FROM vintages WHERE version = ? AND vintage <= ?"
        " ORDER BY vintage DESC LIMIT 1",
        (version, moment),
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def declaration_at(conn: sqlite3.Connection, moment: str) -> Declaration | None:
    """The file that was declared at a moment, as its results tell it."""
    row = conn.execute(
        "SELECT sha256, text, name, declared_at, returns_read_at FROM declarations"
        " WHERE declared_at = ? ORDER BY rowid DESC LIMIT 1",
        (moment,),
    ).fetchone()
    return None if row is None else Declaration(*row)


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    hypothesis, family, status, lo, hi, verdict, detail, *numbers = row
    return {
        "hypothesis": hypothesis,
        "family": family,
        "status": status,
        "interval": None if lo is None or hi is None else [lo, hi],
        "verdict": verdict,
        "detail": _read(detail),
        **dict(zip(_NUMBERS, numbers, strict=True)),
    }


def _read(text: str | None) -> dict[str, Any]:
    """A JSON object; an empty one where there is none."""
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}
