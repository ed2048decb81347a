"""The fault ``clock``: the machine's clock moves between two runs of a command, or during one."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bench.faults.checks import honesty, soundness
from bench.faults.contents import Contents, contents, differences, known
from bench.faults.processes import start
from bench.faults.worlds import DB

if TYPE_CHECKING:
    from pathlib import Path

    from bench.faults.cases import Case
    from bench.faults.processes import Ended
    from bench.faults.worlds import Worlds

_FIRST: Final = timedelta(hours=1)
_AGAIN: Final = timedelta(hours=2)
# Variant -> what the clock says, from when the world was ready: at first, and from some call on.
JUMPS: Final[dict[str, tuple[timedelta, timedelta]]] = {
    "back": (-timedelta(days=2), -timedelta(days=2)),
    "back a little": (timedelta(minutes=55), timedelta(minutes=55)),
    "forth": (timedelta(days=3), timedelta(days=3)),
    "back during": (_AGAIN, -timedelta(days=1)),
    "forth during": (_AGAIN, timedelta(days=2)),
}
_ANY_TIME: Final = "0000"


def tried(case: Case, worlds: Worlds, folder: Path) -> tuple[list[Ended], list[str]]:
    """A first run by a right clock, one by a clock that moved, one by a right clock again.

    Returns:
        How the second and the third ended, and what was wrong.
    """
    calm = _calm(case, worlds, folder.with_name(f"{folder.name}-calm"))
    worlds.copy(case.world, folder)
    ready = datetime.fromisoformat(worlds.ready[case.world])
    wrong: list[str] = []
    worlds.press.newer = False
    _run(case, folder, ready + _FIRST)
    worlds.press.newer = True
    before, last = _told(folder), _last(folder)
    first, then = JUMPS[case.variant]
    moved = _run(case, folder, ready + first, ready + then, 2 + round(case.moment * 12))
    wrong += honesty(moved) + soundness(folder / DB) + _dates(folder, before, last)
    if moved.code == 1 and _told(folder) != before:
        wrong.append("refused, and yet something was stored")
    if case.variant == "back" and moved.code != 1:
        wrong.append(f"exit code {moved.code} with a clock that is days before the last run")
    right = ready + max(then, _AGAIN) + _FIRST
    again = _run(case, folder, right)
    wrong += honesty(again, expected=0) + soundness(folder / DB)
    wrong += differences(_told(folder), calm)
    return [moved, again], wrong


def _calm(case: Case, worlds: Worlds, folder: Path) -> Contents:
    worlds.copy(case.world, folder)
    ready = datetime.fromisoformat(worlds.ready[case.world])
    for newer, after in ((False, _FIRST), (True, _AGAIN)):
        worlds.press.newer = newer
        _run(case, folder, ready + after)
    return _told(folder)


def _run(
    case: Case, folder: Path, first: datetime, then: datetime | None = None, calls: int = 0
) -> Ended:
    words = [case.command, *(_text(moment) for moment in (first, then or first)), str(calls)]
    return start(folder, [sys.executable, "-m", "bench.faults.clocked", *words]).end()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(folder: Path) -> Contents:
    """What is known of the world, whenever it was learnt."""
    return known(contents(folder / DB, _ANY_TIME))


def _last(folder: Path) -> str:
    """The last vintage, or nothing."""
    with closing(sqlite3.connect(folder / DB)) as conn:
        row = conn.execute("SELECT coalesce(max(vintage), '') FROM vintages").fetchone()
        return str(row[0])


def _dates(folder: Path, before: Contents, last: str) -> list[str]:
    """What was polled after a vintage was not there before it."""
    stored = {row[0] for row in before.get("entries", {})}
    with closing(sqlite3.connect(folder / DB)) as conn:
        rows = conn.execute("SELECT id, first_seen_at FROM entries WHERE origin = 'feed'")
        early = [(key, seen) for key, seen in rows if key not in stored and seen <= last]
    if not early:
        return []
    return [f"{len(early)} entries first seen at {early[0][1]}, and the vintage of {last} has none"]
