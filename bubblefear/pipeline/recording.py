"""A row of ``runs`` around everything that changes the database."""

from __future__ import annotations

import platform
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from bubblefear import __version__
from bubblefear.errors import ClockBehind
from bubblefear.store import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bubblefear.config import Settings


# By how much a clock may be set back between two runs.
SET_BACK: Final = timedelta(minutes=15)
# The packages whose version can change a number.
COMPUTING: Final = (
    "onnxruntime",
    "tokenizers",
    "spacy",
    "opencc",
    "feedparser",
    "trafilatura",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "arch",
    "exchange_calendars",
    "yfinance",
)


@dataclass
class Run:
    """An open run: what it says of itself at its end, and the problems it met."""

    conn: sqlite3.Connection
    id: str
    started_at: str
    notes: list[str] = field(default_factory=list)
    partial: bool = False
    data_sha256: str | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and add it to the run's timings."""
        start = time.perf_counter()
        yield
        runs.note_stage(self.conn, self.id, name, time.perf_counter() - start)

    def say(self, note: str) -> None:
        """Add to the note that is stored at the end."""
        self.notes.append(note)

    @property
    def outcome(self) -> str:
        """``partial`` where a part failed and the rest was done, else ``done``."""
        return "partial" if self.partial else "done"


@contextmanager
def recorded(
    conn: sqlite3.Connection, command: str, settings: Settings, now: Callable[[], str]
) -> Iterator[Run]:
    """Write a run, let the block do its work, and close the run with its outcome.

    An error or Ctrl-C closes it as failed and goes on its way; a kill leaves it unfinished.

    Raises:
        ClockBehind: the clock is before the last run.
    """
    started = beginning(conn, now)
    run_id = runs.start(
        conn, command, settings=settings.as_dict(), versions=versions(settings), now=started
    )
    try:
        with closing_run(Run(conn, run_id, started), now) as run:
            yield run
    except KeyboardInterrupt:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        runs.finish(conn, run_id, outcome="failed", now=now(), note="interrupted")
        raise


def beginning(conn: sqlite3.Connection, now: Callable[[], str]) -> str:
    """The instant at which a run begins: never before the last one.

    A clock that was set back by some minutes, as time servers do, is waited out in the dates. By
    more, news of today would be dated to a day whose vintage has been published without it.

    Raises:
        ClockBehind: as said.
    """
    instant, last = now(), runs.latest_instant(conn)
    if last is None or instant >= last:
        return instant
    if datetime.fromisoformat(last) - datetime.fromisoformat(instant) > SET_BACK:
        raise ClockBehind(
            f"the clock says {instant}, and the last run on this database was at {last}: set the "
            "clock; if it was wrong at that run, restore a backup from before it"
        )
    return last


@contextmanager
def closing_run(run: Run, now: Callable[[], str]) -> Iterator[Run]:
    """The second half of ``recorded``, also for a run that is taken up again.

    Ctrl-C leaves it unfinished here, so that the daily job can be taken up again.
    """
    try:
        yield run
    except Exception as error:
        if run.conn.in_transaction:
            run.conn.execute("ROLLBACK")
        runs.finish(run.conn, run.id, outcome="failed", now=now(), note=str(error))
        raise
    runs.finish(
        run.conn,
        run.id,
        outcome=run.outcome,
        now=now(),
        note="; ".join(run.notes) or None,
        data_sha256=run.data_sha256,
    )


def versions(settings: Settings) -> dict[str, str]:
    """Versions of everything that computes, and the scorer's name."""
    found = {
        "bubblefear": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "scorer": settings.scorer_id,
    }
    for name in COMPUTING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
