"""Worlds: folders with a database in one of several states, and all that a command may need."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bench.poll_world import headline, summary
from bench.texts import ROOT
from bubblefear.cli.options import now
from bubblefear.pipeline.import_file import BATCH

if TYPE_CHECKING:
    from pathlib import Path

    from bench.faults.press import Press

SAMPLE: Final = ROOT / "data" / "sample"
# More than one transaction of an import, so that a kill may fall between two.
MANY: Final = BATCH + BATCH // 5
DB: Final = "news.db"

SETTINGS: Final = """\
scorer = "lexicon.v1"
[ingest]
allow_private = true
pages = false
[prices]
symbols = ["DAYS"]  # its bars are stored up to today, so that nobody is asked for more
[report]
out = "out/report"
[index]
base_start = "2025-01-02"
base_end = "2025-01-31"
burn_in = 10
min_count = 1
min_exposure = 0.1
min_fear_sessions = 2
bootstrap_draws = 50
[test]
min_sessions = 30
families = ["predictive"]
"""
_OPML: Final = (
    '<opml version="2.0"><body>'
    + "".join(f'<outline text="Far {n}" xmlUrl="https://far-{n}.example/rss"/>' for n in range(40))
    + "</body></opml>"
)

# State -> the one before it and the command lines that lead from there to it.
STEPS: Final[dict[str, tuple[str, tuple[tuple[str, ...], ...]]]] = {
    "new": ("", ()),
    "fed": (
        "new",
        (("init", "--no-feeds"), ("feeds", "import", "feeds.opml"), ("prices", "import", "market")),
    ),
    "polled": ("fed", (("ingest",), ("import", "news.csv"))),
    "scored": ("polled", (("score",),)),
    "indexed": ("scored", (("index",), ("test", "--quick"))),
}
# Several commands in one process: only the worlds' making, where nothing is tried.
_SEVERAL: Final = """\
import json, sys
from bubblefear.cli import main
for words in json.load(sys.stdin):
    if main(words) not in (0, 3):
        sys.exit(f"no world without {words}")
"""


@dataclass
class Worlds:
    """Makes each state once and copies it for every run.

    Attributes:
        folder: Where they lie.
        press: Whose feeds they poll.
        rows: Of the large file that is imported.
        ready: State -> when it was ready; all instants in it are earlier.
    """

    folder: Path
    press: Press
    rows: int = MANY
    ready: dict[str, str] = field(default_factory=dict)

    def copy(self, state: str, to: Path) -> Path:
        """A new world in this state; ``to`` may be there already and be empty."""
        self.make(state)
        shutil.copytree(self._place(state), to, dirs_exist_ok=True)
        return to

    def make(self, state: str) -> str:
        """Make the state where it is missing; returns when it was ready."""
        if state not in self.ready:
            before, lines = STEPS[state]
            if before:
                self.make(before)
                shutil.copytree(self._place(before), self._place(state))
            else:
                self._furnish()
            self.press.newer = False
            self._work(state, lines)
            self.ready[state] = now()
        return self.ready[state]

    def _place(self, state: str) -> Path:
        return self.folder / f"world-{state}"

    def _furnish(self) -> None:
        place = self._place("new")
        (place / "out").mkdir(parents=True)
        shutil.copy(SAMPLE / "news.csv", place)
        shutil.copy(SAMPLE / "claims.toml", place)
        shutil.copytree(SAMPLE / "market", place / "market")
        (place / "bubblefear.toml").write_text(SETTINGS, encoding="utf-8")
        (place / "feeds.opml").write_text(self.press.opml(), encoding="utf-8")
        (place / "more.opml").write_text(_OPML, encoding="utf-8")
        _write_many(place / "many.csv", self.rows)
        _write_bars(place / "market" / "DAYS.csv")

    def _work(self, state: str, lines: tuple[tuple[str, ...], ...]) -> None:
        if not lines:
            return
        words = [[*line, "--db", DB] for line in lines]
        done = subprocess.run(
            [sys.executable, "-c", _SEVERAL],
            cwd=self._place(state),
            input=json.dumps(words).encode(),
            capture_output=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode()[-500:])
        if state == "indexed":
            copy_database(self._place(state) / DB, self._place(state) / "copy.db")


def copy_database(path: Path, to: Path) -> None:
    """A whole copy as one file."""
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)


def _write_many(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        out.writerow(["id", "published_at", "source", "lang", "title", "summary", "url"])
        for number in range(rows):
            guid = f"{number % 7}-{number}"
            moment = f"2025-03-{1 + number % 28:02d}T{number % 24:02d}:00:00Z"
            url = f"https://desk.example/{guid}"
            lang = "en" if number % 7 % 3 else "zh-Hans"
            row = [guid, moment, f"Desk {number % 7}", lang, headline(guid), summary(guid), url]
            out.writerow(row)


def _write_bars(path: Path) -> None:
    today = date.fromisoformat(now()[:10])
    days = [(today - timedelta(days=back)).isoformat() for back in range(30, -1, -1)]
    bars = [f"{day},{100 + place % 7}" for place, day in enumerate(days)]
    path.write_text("\n".join(["date,close", *bars, ""]), encoding="utf-8")
