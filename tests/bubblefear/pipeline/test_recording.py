"""A run's row says how its command ended, and a daily job is taken up only as it began."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline.daily import _open_run
from bubblefear.pipeline.recording import recorded

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.config import Settings


def test_ctrl_c_closes_a_commands_run(
    conn: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    def stopped_in_a_transaction() -> None:
        with recorded(conn, "score", settings, clock):
            conn.execute("BEGIN")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_in_a_transaction()
    row = conn.execute("SELECT outcome, note, finished_at FROM runs").fetchone()
    assert tuple(row) == ("failed", "interrupted", clock())
    assert not conn.in_transaction


def test_a_killed_job_is_taken_up_under_its_own_settings_only(
    conn: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    first, _ = _open_run(conn, settings, clock, sample=False)
    again, resumed = _open_run(conn, settings, clock, sample=False)
    assert (again.id, resumed) == (first.id, True)
    other, resumed = _open_run(conn, replace(settings, max_pages=1), clock, sample=False)
    assert (other.id == first.id, resumed) == (False, False)
    row = conn.execute("SELECT outcome, note FROM runs WHERE id = ?", (first.id,)).fetchone()
    assert (row["outcome"], "settings" in row["note"]) == ("failed", True)
    _, resumed = _open_run(conn, replace(settings, max_pages=1), clock, sample=True)
    assert not resumed
