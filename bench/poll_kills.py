"""``kill -9`` at random moments of a round of polls, restarted each time, against one left alone.

Each kill is of a run of its own: a database that is new or half filled by the runs killed before,
a process, a moment. After ``KILLS`` of them the last run may end, and the entries must be those of
a database whose round nobody disturbed: identity, first text, order of first sight.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from bench.measuring import ROOT, figure
from bench.polling import is_sound, poll, prepare, press, stored, words
from bench.rows import Row

FEEDS, ITEMS, HOSTS, SLOWEST = 120, 50, 60, 3.2
KILLS, IN_A_ROW = 100, 5
SMOKE: Final = {"feeds": 10, "kills": 2, "row": 2, "slowest": 0.2}
ROWS: Final = (
    Row("rounds of polls killed at a random moment", "kills", ""),
    Row("databases that then lack or double an entry", "other_entries", "", at_most=0),
    Row("databases that SQLite finds broken", "unsound", "", at_most=0),
)


def run(
    folder: Path,
    feeds: int = FEEDS,
    kills: int = KILLS,
    row: int = IN_A_ROW,
    slowest: float = SLOWEST,
) -> dict[str, Any]:
    """Kill rounds in rows: each row begins with a new database and ends with a whole round."""
    dice = random.Random(20260105)
    with press(feeds, ITEMS, HOSTS, slowest) as server:
        fresh = prepare(folder, "fresh.db", server)
        calm = _copy(fresh, "calm.db")
        undisturbed = poll(calm)
        expected = stored(calm)
        killed, early, same, sound = 0, 0, 0, 0
        rows = -(-kills // row)
        for number in range(rows):
            path = _copy(fresh, f"killed-{number}.db")
            for _ in range(min(row, kills - killed)):
                killed += 1
                early += not _kill(path, dice.uniform(0.05, undisturbed.seconds))
            poll(path)
            same += stored(path) == expected
            sound += is_sound(path)
    return {
        "feeds": feeds,
        "entries": len(expected),
        "kills": killed,
        "ended_before_the_kill": early,
        "databases": rows,
        "other_entries": rows - same,
        "unsound": rows - sound,
        "undisturbed_s": figure(undisturbed.seconds),
    }


def _copy(fresh: Path, name: str) -> Path:
    return Path(shutil.copy(fresh, fresh.with_name(name)))


def _kill(path: Path, seconds: float) -> bool:
    """Start a round and kill it after so long; false if it had ended by then."""
    nothing = subprocess.DEVNULL
    with subprocess.Popen(words(path), cwd=ROOT, stdout=nothing, stderr=nothing) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False
