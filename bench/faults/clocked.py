"""``python -m bench.faults.clocked COMMAND FIRST THEN CALLS``: a command by a clock that jumps.

The clock says FIRST so many times and THEN from there on, a second later at each call; the
database and settings are those of the working folder. Errors end as they do in the command line.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.faults.worlds import DB
from bubblefear import config
from bubblefear.errors import DONE, PARTIAL, BubblefearError
from bubblefear.pipeline.build_index import build_recorded
from bubblefear.pipeline.daily import daily
from bubblefear.pipeline.import_file import import_file
from bubblefear.pipeline.ingest_feeds import ingest_feeds
from bubblefear.pipeline.recording import recorded
from bubblefear.store import database


@dataclass
class Clock:
    """Jumps once."""

    first: str
    then: str
    calls: int
    asked: int = 0

    def __call__(self) -> str:
        """UTC text."""
        self.asked += 1
        before = self.asked <= self.calls
        since = self.asked if before else self.asked - self.calls
        moment = datetime.fromisoformat(self.first if before else self.then)
        return (moment + timedelta(seconds=since)).strftime("%Y-%m-%dT%H:%M:%SZ")


def run(command: str, clock: Clock) -> int:
    """Run one command in the working folder; returns its exit code."""
    path, settings = Path(DB), config.load(None)
    if command == "daily":
        outcome = daily(
            path,
            settings,
            now=clock,
            bar=lambda _: nullcontext(None),
            fetch_prices=lambda *_: [],
        )
        return PARTIAL if outcome.partial else DONE
    with database(path) as conn:
        if command == "index":
            build_recorded(conn, settings, now=clock)
            return DONE
        with recorded(conn, command, settings, clock) as work:
            if command == "ingest":
                ingest_feeds(conn, settings, work, now=clock)
            else:
                import_file(conn, settings, work, Path("many.csv"), now=clock)
            return PARTIAL if work.partial else DONE


if __name__ == "__main__":
    name, first, then, calls = sys.argv[1:]
    try:
        sys.exit(run(name, Clock(first, then, int(calls))))
    except BubblefearError as error:
        print(f"bubblefear: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
