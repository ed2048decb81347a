"""Audits of claims files: each with the file that it read and the answer to every claim."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class ClaimAudit:
    """One audit of a file.

    Attributes:
        run_id: Of the run.
        file: Name of the claims file.
        sha256: Of its text.
        audited_at: When the run ended, or began where it did not end, UTC; None = unknown.
        data_sha256: Of the prices and the index that it read; None = unknown.
        counts: Verdict -> how many claims.
        newest: Whether no later audit read a file of this name.
    """

    run_id: str
    file: str
    sha256: str
    audited_at: str | None
    data_sha256: str | None
    counts: dict[str, int]
    newest: bool


def write(
    conn: sqlite3.Connection,
    run_id: str,
    file: str,
    sha256: str,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Store a run's answers, inside a transaction of the caller.

    Args:
        conn: The open database.
        run_id: Of the run.
        file: Name of the claims file.
        sha256: Of its text.
        rows: Answers in the file's order, as ``claims audit --json`` prints them, with ``plots``.
    """
    conn.executemany(
        "INSERT INTO claim_results VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (run_id, file, sha256, position, row["id"], row["verdict"], _as_json(row))
            for position, row in enumerate(rows)
        ],
    )


def audits(conn: sqlite3.Connection) -> list[ClaimAudit]:
    """Every audit, the newest first."""
    rows = conn.execute(
        "SELECT c.run_id, c.file, c.sha256, coalesce(r.finished_at, r.started_at), r.data_sha256, "
        "c.verdict, count(*) FROM claim_results c LEFT JOIN runs r ON r.id = c.run_id "
        "GROUP BY c.run_id, c.verdict ORDER BY r.started_at DESC, c.run_id DESC, min(c.position)"
    )
    found: dict[str, ClaimAudit] = {}
    for run_id, file, sha256, at, data, verdict, number in rows:
        if run_id not in found:
            newest = all(known.file != file for known in found.values())
            found[run_id] = ClaimAudit(run_id, file, sha256, at, data, {}, newest)
        found[run_id].counts[verdict] = number
    return list(found.values())


def answers(conn: sqlite3.Connection, run_id: str) -> list[dict[str, Any]]:
    """A run's answers in the file's order, with their ``position``."""
    rows = conn.execute(
        "SELECT position, answer FROM claim_results WHERE run_id = ? ORDER BY position", (run_id,)
    )
    return [json.loads(answer) | {"position": position} for position, answer in rows]


def answer(conn: sqlite3.Connection, run_id: str, position: int) -> dict[str, Any] | None:
    """One answer; None where that run has none there."""
    row = conn.execute(
        "SELECT answer FROM claim_results WHERE run_id = ? AND position = ?", (run_id, position)
    ).fetchone()
    found: dict[str, Any] | None = json.loads(row[0]) if row else None
    return found


def _as_json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False)
