"""Alerts: what fired, and what a webhook has not taken yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3

SHOWN: Final = "shown"
PENDING: Final = "pending"


@dataclass(frozen=True)
class Fired:
    """A rule that fired; the fields are the columns of ``alerts``."""

    rule: str
    version: str
    series: str
    session: str
    vintage: str
    value: float
    figure: float
    message: dict[str, Any]
    fired_at: str


def has_fired(conn: sqlite3.Connection, rule: str, version: str, session: str) -> bool:
    """Whether a rule was told of on this session before."""
    row = conn.execute(
        "SELECT 1 FROM alerts WHERE rule = ? AND version = ? AND session = ?",
        (rule, version, session),
    ).fetchone()
    return row is not None


def record(conn: sqlite3.Connection, fired: Fired, *, delivery: str) -> None:
    """Store an alert, before anybody is told: ``delivery`` is ``shown`` or ``pending``."""
    conn.execute(
        "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            fired.rule,
            fired.version,
            fired.series,
            fired.session,
            fired.vintage,
            fired.value,
            fired.figure,
            json.dumps(fired.message, ensure_ascii=False),
            fired.fired_at,
            delivery,
        ),
    )


def pending(conn: sqlite3.Connection) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Rule, version, session and message of what waits for its webhook, oldest first."""
    rows = conn.execute(
        "SELECT rule, version, session, message FROM alerts WHERE delivery = ? "
        "ORDER BY fired_at, rule, session",
        (PENDING,),
    )
    return [(row[0], row[1], row[2], json.loads(row[3])) for row in rows]


def mark_sent(conn: sqlite3.Connection, rule: str, version: str, session: str, now: str) -> None:
    """Note that the webhook took an alert."""
    conn.execute(
        "UPDATE alerts SET delivery = 'sent', delivered_at = ? "
        "WHERE rule = ? AND version = ? AND session = ?",
        (now, rule, version, session),
    )
