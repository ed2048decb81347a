"""The newest run of tests with all that its results rest on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.store.declarations import Declaration

if TYPE_CHECKING:
    import sqlite3

_NUMBERS = ("estimate", "p", "q", "size", "mde", "n")


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


def latest(conn: sqlite3.Connection) -> FullTestRun | None:
    """The newest run that wrote test results, or None."""
    run = conn.execute(
        "SELECT t.run_id, r.finished_at, r.settings, r.versions, r.data_sha256"
        " FROM test_results t LEFT JOIN runs r ON r.id = t.run_id"
        " ORDER BY r.started_at DESC, t.run_id DESC LIMIT 1"
    ).fetchone()
    if run is None:
        return None
    rows = conn.execute(
        "SELECT hypothesis, family, status, lo, hi, verdict, detail,"
        f" {', '.join(_NUMBERS)} FROM test_results WHERE run_id = ? ORDER BY position",
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
