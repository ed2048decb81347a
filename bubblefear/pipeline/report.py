"""The report as a stage of the daily job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bubblefear.store import database_file, feeds

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run


def write(
    conn: sqlite3.Connection, settings: Settings, run: Run, *, out: Path | None = None
) -> Path:
    """Write the report of the present index and tests; returns its path."""
    from bubblefear.report.html import write_report

    path = write_report(database_file(conn), out or settings.report, sample=feeds.is_sample(conn))
    run.say(f"report {path}")
    return path
