"""Living through the days: a process for each job, or one for all, and what each left behind."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, cast

from bench.longrun.plan import AGAIN, EVENING, KILLED, MISSED, MORNING, REPEATED
from bench.texts import ROOT
from bubblefear import config
from bubblefear.store import database, feeds, points, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.longrun.plan import Day
    from bench.longrun.running import Volume
    from bench.longrun.server import World
    from bubblefear.config import Settings

# The files that may lie beside each other when no job runs.
_STAYS: Final = frozenset(("bubblefear.db", "bubblefear.db.lock"))
_LONGEST: Final = 1800
_TOML: Final = """scorer = "{scorer}"

[index]
base_sessions = {base}
burn_in = {burn_in}
min_fear_sessions = {fearful}
min_exposure = {exposure}
min_count = {least}

[ingest]
allow_private = true
max_pages = {pages}

[prices]
start = "2025-01-02"
{quick}

[report]
out = "{report}"
"""
_QUICK: Final = """symbols = ["BTC-USD", "QQQ", "ORCL"]

[test]
families = ["correlation"]
"""


class LongRunError(RuntimeError):
    """A day's process did not do its work."""


@dataclass(frozen=True)
class Place:
    """Folders of a run: database, work folder of the processes, temporary files, records."""

    folder: Path

    def make(self) -> None:
        """Make the folders."""
        for name in ("data", "work", "tmp", "cache", "records"):
            (self.folder / name).mkdir(parents=True)

    @property
    def db(self) -> Path:
        """The database."""
        return self.folder / "data" / "bubblefear.db"

    @property
    def config(self) -> Path:
        """The settings."""
        return self.folder / "bubblefear.toml"

    def record(self, vintage: str) -> Path:
        """Where a vintage's points are kept as they stood on the day."""
        return self.folder / "records" / f"{vintage.replace(':', '')}.json"

    def left(self) -> list[str]:
        """Files that should not be there between two jobs."""
        data = [path for path in (self.folder / "data").iterdir() if path.name not in _STAYS]
        others = [path for name in ("work", "tmp") for path in (self.folder / name).rglob("*")]
        return sorted(str(path.relative_to(self.folder)) for path in (*data, *others))

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return config.load(self.config, environment={})


@dataclass
class Lived:
    """What a day left behind; None where no job ran.

    Attributes:
        day: Which.
        seconds: Of the process of the daily job, its start included.
        stages: Seconds of its stages.
        process: Its processor time (``cpu_s``, without its start), memory (``rss_mb``,
            ``peak_mb``, ``children_mb``), open ``files`` and ``threads``.
        entries: In the database at its end.
        bytes: Of the database.
        vintage: The last one.
        changed: Points that it changed.
        left: Files that should not be there.
        notes: What the run says of itself.
    """

    day: Day
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    process: dict[str, float] = field(default_factory=dict)
    entries: int = 0
    bytes: int = 0
    vintage: str | None = None
    changed: int = 0
    left: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(place: Place, world: World, count: int, volume: Volume) -> None:
    """A database that knows the feeds and nothing else, and settings that fit so few days."""
    place.make()
    base = max(2, count // 4)
    small = len(world.items) < 200 * world.days
    text = _TOML.format(
        scorer=volume.scorer, base=base, burn_in=max(2, base // 2), fearful=max(1, base // 3),
        exposure=0.5 if small else 5.0, least=1 if small else 5, pages=volume.pages,
        report=place.folder / "report", quick=_QUICK if volume.quick else "",
    )  # fmt: skip
    place.config.write_text(text, encoding="utf-8")
    with database(place.db) as conn, transaction(conn):
        for desk in world.desks:
            feeds.add(conn, url=desk.url, source=desk.name, now="2025-10-01T00:00:00Z")


def live(
    place: Place, world: World, days: Sequence[Day], *, one_process: bool = False
) -> Iterator[Lived]:
    """Live through the days, one after another.

    Args:
        place: Where.
        world: What is served.
        days: Which.
        one_process: One process for all days, to see what it piles up; what is killed is another.

    Raises:
        LongRunError: a job failed.
    """
    process = _Process(place, world) if one_process else None
    try:
        for day in days:
            lived = Lived(day)
            if day.what == REPEATED:
                world.again = day.at("00:00:00")
            world.refused = frozenset(["ORCL"]) if day.number % 10 == 9 else frozenset()
            if day.morning:
                world.now = day.at(MORNING)
                _job(place, world, process, "ingest", world.now)
            if day.what != MISSED:
                world.now = day.at(EVENING)
                _evening(place, world, process, lived)
            _look(place, lived)
            yield lived
    finally:
        if process is not None:
            process.end()


def _evening(place: Place, world: World, process: _Process | None, lived: Lived) -> None:
    started = time.monotonic()
    at = world.now
    if lived.day.what == KILLED:
        _kill_while_scoring(place, world, at)
        world.now = at = lived.day.at(AGAIN)
    found = _job(place, world, process, "daily", at)
    lived.seconds = time.monotonic() - started
    if found["resumed"] != (lived.day.what == KILLED):
        raise LongRunError(f"{lived.day.date}: resumed is {found['resumed']}")
    lived.notes = found["notes"]
    names = ("cpu_s", "rss_mb", "peak_mb", "children_mb", "files", "threads")
    lived.process = {name: found[name] for name in names}
    with closing(sqlite3.connect(place.db)) as conn:
        row = conn.execute("SELECT timings FROM runs WHERE id = ?", (found["run"],)).fetchone()
    lived.stages = json.loads(row[0])


def _look(place: Place, lived: Lived) -> None:
    """Note what lies in the database and beside it, and keep the vintage as it stands now."""
    version = place.settings.index_version
    lived.left = place.left()
    with database(place.db, create=False) as conn:
        lived.entries = conn.execute("SELECT count(*) FROM entries").fetchone()[0]
        lived.vintage = points.vintage_at(conn, version)
        if lived.vintage is not None and not place.record(lived.vintage).exists():
            found = points.read(conn, version, lived.vintage, None)
            rows = [[p.series, p.date, p.value, p.ma7, p.ma30, p.lo, p.hi, p.n] for p in found]
            place.record(lived.vintage).write_text(json.dumps(rows), encoding="utf-8")
            sql = "SELECT points FROM vintages WHERE version = ? AND vintage = ?"
            lived.changed = conn.execute(sql, (version, lived.vintage)).fetchone()[0]
    lived.bytes = place.db.stat().st_size


class _Process:
    """A worker that takes jobs one after another."""

    def __init__(self, place: Place, world: World) -> None:
        self._log = (place.folder / "worker.log").open("ab")
        words = (place.db, place.config, f"http://127.0.0.1:{world.port}", place.folder / "cache")
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "bench.longrun.worker", *map(str, words)],
            cwd=place.folder / "work",
            env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(place.folder / "tmp")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._jobs = cast("IO[bytes]", self.popen.stdin)
        self._answers = cast("IO[bytes]", self.popen.stdout)

    def send(self, job: str, at: str) -> None:
        """Ask for a job."""
        self._jobs.write(json.dumps({"job": job, "at": at}).encode() + b"\n")
        self._jobs.flush()

    def answer(self) -> dict[str, Any]:
        """What came of it.

        Raises:
            LongRunError: the process ended before.
        """
        line = self._answers.readline()
        if not line:
            raise LongRunError(f"the process of a day ended: see {self._log.name}")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """Let it end, after whatever it does."""
        self._jobs.close()
        try:
            self.popen.wait(timeout=_LONGEST)
        finally:
            self._answers.close()
            self._log.close()


def _job(place: Place, world: World, process: _Process | None, job: str, at: str) -> dict[str, Any]:
    worker = process or _Process(place, world)
    try:
        worker.send(job, at)
        return worker.answer()
    finally:
        if process is None:
            worker.end()


def _kill_while_scoring(place: Place, world: World, at: str) -> None:
    """Start the job and kill it as soon as its run says that the stories are made.

    Raises:
        LongRunError: it ended before, or never came so far.
    """
    worker = _Process(place, world)
    worker.send("daily", at)
    limit = time.monotonic() + _LONGEST
    while not _grouped(place.db, at):
        if worker.popen.poll() is not None or time.monotonic() > limit:
            raise LongRunError(f"the job of {at} was not to be killed while it scores")
        time.sleep(0.01)
    worker.popen.send_signal(signal.SIGKILL)
    worker.end()


def _grouped(db: Path, at: str) -> bool:
    sql = "SELECT timings FROM runs WHERE command = 'daily' AND started_at >= ?"
    with closing(sqlite3.connect(db, timeout=30)) as conn:
        row = conn.execute(sql, (at,)).fetchone()
    return bool(row and row[0] and "stories" in json.loads(row[0]))
