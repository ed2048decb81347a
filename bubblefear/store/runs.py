"""Runs: what each command did, with which settings and versions, and how it ended."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


def start(
    conn: sqlite3.Connection,
    command: str,
    *,
    settings: Mapping[str, object],
    versions: Mapping[str, str],
    now: str,
) -> str:
    """Write an unfinished run; returns its id, the start time and four random bytes."""
    run_id = f"{now.replace('-', '').replace(':', '')}-{secrets.token_hex(4)}"
    conn.execute(
        "INSERT INTO runs(id, command, settings, versions, started_at) VALUES (?, ?, ?, ?, ?)",
        (run_id, command, as_json(settings), as_json(versions), now),
    )
    return run_id


def finish(
    conn: sqlite3.Connection,
    run_id: str,
    *,
    outcome: str,
    now: str,
    note: str | None = None,
    data_sha256: str | None = None,
) -> None:
    """Close a run with its outcome: ``done``, ``partial`` or ``failed``."""
    conn.execute(
        "UPDATE runs SET finished_at = ?, outcome = ?, note = ?, "
        "data_sha256 = coalesce(?, data_sha256) WHERE id = ?",
        (now, outcome, note, data_sha256, run_id),
    )


def note_stage(conn: sqlite3.Connection, run_id: str, stage: str, seconds: float) -> None:
    """Add a stage's duration to the run's timings; a stage taken up again adds up."""
    timings = stage_timings(conn, run_id)
    timings[stage] = round(timings.get(stage, 0.0) + seconds, 6)
    conn.execute("UPDATE runs SET timings = ? WHERE id = ?", (as_json(timings), run_id))


def set_note(conn: sqlite3.Connection, run_id: str, note: str) -> None:
    """Say who works on an open run; the note at its end takes the place of this one."""
    conn.execute("UPDATE runs SET note = ? WHERE id = ?", (note, run_id))


def stage_timings(conn: sqlite3.Connection, run_id: str) -> dict[str, float]:
    """Seconds of each stage so far."""
    row = conn.execute("SELECT timings FROM runs WHERE id = ?", (run_id,)).fetchone()
    timings: dict[str, float] = json.loads(row[0]) if row and row[0] else {}
    return timings


def unfinished(conn: sqlite3.Connection, command: str, day: str) -> sqlite3.Row | None:
    """The latest run of ``command`` that began on the UTC ``day`` and never finished."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM runs WHERE command = ? AND outcome IS NULL AND started_at LIKE ? "
        "ORDER BY started_at DESC, id DESC LIMIT 1",
        (command, f"{day}%"),
    ).fetchone()
    return row


def abandon_older(conn: sqlite3.Connection, command: str, day: str, now: str) -> int:
    """Close as failed the runs of earlier days that were killed; returns how many."""
    cursor = conn.execute(
        "UPDATE runs SET outcome = 'failed', finished_at = ?, note = 'killed, not taken up again' "
        "WHERE command = ? AND outcome IS NULL AND substr(started_at, 1, 10) < ?",
        (now, command, day),
    )
    return cursor.rowcount


def last(conn: sqlite3.Connection, command: str | None = None) -> sqlite3.Row | None:
    """The run that started last, of ``command`` or of any."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM runs WHERE command = coalesce(?, command) "
        "ORDER BY started_at DESC, rowid DESC LIMIT 1",
        (command,),
    ).fetchone()
    return row


def latest_instant(conn: sqlite3.Connection) -> str | None:
    """When the run that was written last began, or ended."""
    row = conn.execute(
        "SELECT max(started_at, coalesce(finished_at, '')) FROM runs ORDER BY rowid DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else None


def as_json(value: Mapping[str, object]) -> str:
    """Settings and versions as the table holds them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
