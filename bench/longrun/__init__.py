"""Sixty simulated days of the daily job, each day's vintage rebuilt at the end.

``python -m bench.longrun [DAYS]`` prints a line a day and a summary, and exits 1 where a check
fails. Time is injected; feeds, pages and prices come from a server on loopback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bench.rows import Row

if TYPE_CHECKING:
    from pathlib import Path

ROWS: Final = (
    Row("vintages of 60 days, rebuilt", "vintages", ""),
    Row("checks of the long run that failed", "failed", "", at_most=0),
    Row("processor time of a day", "processor_seconds_a_day", "s"),
    Row("database, each new entry", "database.bytes_an_entry", "bytes"),
    Row("memory of a day's process", "peak_mb.most", "MB"),
)
SMOKE: Final = {"days": 6, "a_day": 60}


def run(folder: Path, days: int = 60, a_day: int = 400) -> dict[str, Any]:
    """Live through so many days in ``folder``; the summary, with what is wrong under ``wrong``."""
    from bench.longrun.running import Volume, long_run

    found = long_run(folder / "run", days, Volume(a_day=a_day))
    return found | {"failed": len(found["wrong"])}
