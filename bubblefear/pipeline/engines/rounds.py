"""Scoring by an engine: take up what an earlier run left, then plan, score, merge and again.

The scores, their evidence and their history are those that scoring in this process gives.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

from bubblefear.errors import EngineError, UsageError
from bubblefear.pipeline.engines.abandoned import clear_spent, scores_in, work_folder
from bubblefear.pipeline.engines.merge import ScoredTexts, merge
from bubblefear.pipeline.engines.model_hash import model_hash
from bubblefear.pipeline.engines.work import WorkFolder
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.score import Scored
from bubblefear.store import articles, database_file, problems, transaction
from bubblefear.store.archive.ledger import unread

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.engines.done import Done
    from bubblefear.pipeline.engines.work import Round
    from bubblefear.pipeline.recording import Run

ENGINES: Final = ("local", "ray")
# No ray://HOST:PORT.
_HOST_PORT: Final = re.compile(r"(?!ray:)\S+:\d{1,5}")


class Engine(Protocol):
    """What has parts scored: ``with`` starts and ends its workers."""

    name: str
    workers: int

    def score(self, parts: Sequence[Path], folder: Path) -> Iterator[Done]:
        """Have every part scored, and yield each as its scores are on the disk."""


Maker = Callable[[str], "AbstractContextManager[Engine]"]


@dataclass
class EngineScored(Scored):
    """What scoring by an engine gave.

    Attributes:
        engine: Its name.
        workers: Its processes.
        texts: Distinct texts that were scored by this run.
        taken_up: Distinct texts whose scores an earlier run had left.
        disk_bytes: Most bytes that the work folder held.
        start_seconds: Until the first worker was at work: model, processes, cluster.
        scoring_seconds: From then until the last score was on the disk, of all rounds.
        merging_seconds: Planning, merging and taking up, of all rounds.
    """

    engine: str = ""
    workers: int = 0
    texts: int = 0
    taken_up: int = 0
    disk_bytes: int = 0
    start_seconds: float = 0.0
    scoring_seconds: float = 0.0
    merging_seconds: float = 0.0

    def __str__(self) -> str:
        """One line for the terminal."""
        said = super().__str__()
        if self.taken_up:
            said += f"; scores of {self.taken_up:,} texts taken up"
        if self.scoring_seconds:
            rate = self.texts / self.scoring_seconds
            said += (
                f"; {self.texts:,} distinct texts by {self.workers} workers of {self.engine}, "
                f"{rate:,.0f} a second"
            )
        return said


def engine_named(
    name: str,
    settings: Settings,
    workers: int | None = None,
    address: str | None = None,
    gpus: float | None = None,
) -> Maker:
    """The engine of this name; it is made when there is work, with the hash of the model.

    Args:
        name: ``local`` or ``ray``.
        settings: Name the scorer.
        workers: Processes; None = one for each core, or as many as there are GPUs for.
        address: Of a Ray cluster that this machine has joined.
        gpus: How many of Ray's GPUs each worker gets for itself: a whole number, or a part of one.

    Raises:
        UsageError: no such engine, or options that do not go together.
    """
    _check(name, workers)
    _check_ray(name, address, gpus)
    if name == "local":
        from bubblefear.pipeline.engines.local import LocalPool

        return lambda model: LocalPool(settings, workers or os.cpu_count() or 1)

    def made(model: str) -> AbstractContextManager[Engine]:
        from bubblefear.pipeline.engines.ray_engine import RayCluster

        return RayCluster(settings, model, workers, address, gpus or 0)

    return made


def score_by(
    engine: Maker,
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
) -> EngineScored:
    """Score every article whose present text this scorer has not read, by an engine.

    Args:
        engine: See `engine_named`.
        conn: The database.
        settings: Name the scorer.
        run: The run that this belongs to.
        now: The clock.
        progress: Gets articles done and articles in all.

    Raises:
        EngineError: the engine cannot start, or its workers fail again and again.
        Locked: another run scores the articles of this database by an engine.
        NlpError: the scorer is unknown or cannot be loaded.
        StoreError: the disk is full.
    """
    started = perf_counter()
    done = EngineScored(settings.scorer_id, archived_unread=unread(conn, settings.scorer_id))
    # Without work no scorer is loaded and no process started.
    if articles.count_unscored(conn, done.scorer):
        model = model_hash(settings)
        with _folder(conn, model, run) as folder:
            _Rounds(conn, run, folder, done, now, progress, started).all(engine(model))
    else:
        # Ctrl-C between the last merge and the removal of its parts leaves them to this run.
        clear_spent(conn, settings)
    run.say(str(done))
    return done


def _check(engine: str, workers: int | None) -> None:
    if engine not in ENGINES:
        raise UsageError(f"--engine {engine}: there are {' and '.join(ENGINES)}")
    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers}: at least one is needed")


def _check_ray(engine: str, address: str | None, gpus: float | None) -> None:
    if (address is not None or gpus is not None) and engine != "ray":
        raise UsageError("--address and --gpus are those of a Ray cluster: add --engine ray")
    # Ray shares out parts of one GPU, and else whole ones.
    if gpus is not None and not (0 < gpus < 1 or (gpus >= 1 and gpus.is_integer())):
        raise UsageError(f"--gpus {gpus:g}: a part of one, or a whole number of them")
    if address is not None and address != "auto" and not _HOST_PORT.fullmatch(address):
        raise UsageError(
            f"--address {address}: HOST:PORT or auto is needed; let this machine join the cluster "
            "with `ray start --address=HOST:PORT`, since the texts are read here"
        )


@contextmanager
def _folder(conn: sqlite3.Connection, model: str, run: Run) -> Iterator[WorkFolder]:
    """The work folder, which stays only where something is left to be merged."""
    above = work_folder(database_file(conn))
    with locked(above, "another run scores by way of "):
        folder = WorkFolder(above / model)
        others = sorted(p.name for p in above.iterdir() if p.name != model and scores_in(p))
        if others:
            run.say(f"scores of another model lie unmerged in {above}: {', '.join(others)}")
        try:
            yield folder
        finally:
            folder.leave()


class _Rounds:
    """The rounds of one run."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        run: Run,
        folder: WorkFolder,
        done: EngineScored,
        now: Callable[[], str],
        progress: Callable[[int, int], None] | None,
        started: float,
    ) -> None:
        self.conn, self.run, self.folder = conn, run, folder
        self.done, self.now, self.progress, self.started = done, now, progress, started
        self.total = articles.count_unscored(conn, done.scorer)
        self.at_work = False

    def all(self, engine: AbstractContextManager[Engine]) -> None:
        """Take up what is there, then go round until nothing is left."""
        with self._merging():
            self.done.taken_up = self._merge(after=0)
            plan = self._plan(0)
        if not plan.texts:
            return
        with engine as workers:
            self.done.engine, self.done.workers = workers.name, workers.workers
            while plan.texts:
                self._score(workers, plan)
                with self._merging():
                    plan = self._next(plan)

    def _next(self, plan: Round) -> Round:
        """Merge a round and plan what comes after it, in the end what it left out."""
        if not self._merge(plan.after, plan.last):
            raise EngineError("the workers gave no scores for the texts that they were given")
        following = self._plan(plan.last)
        return following if following.texts else self._plan(0)

    def _plan(self, after: int) -> Round:
        token = secrets.token_hex(4)
        return self.folder.plan(self.conn, self.done.scorer, after, token=token)

    def _score(self, engine: Engine, plan: Round) -> None:
        before, scored = self.done.articles, 0
        began = perf_counter()
        for part in engine.score(plan.parts, self.folder.scored):
            if not self.at_work:
                # The first part is on the disk: its worker began that much earlier.
                began = perf_counter() - part.seconds
                self.done.start_seconds = began - self.started - self.done.merging_seconds
                self.at_work = True
            scored += part.texts
            self.done.texts += part.texts
            if self.progress:
                share = plan.articles * scored // plan.texts
                self.progress(before + share, self.total)
        self.done.scoring_seconds += perf_counter() - began
        self.done.disk_bytes = max(self.done.disk_bytes, self.folder.size())

    def _merge(self, after: int, until: int | None = None) -> int:
        """Merge every part that is there, and remove it; returns how many texts they had."""
        found = ScoredTexts(self.folder.results())
        if found.problems:
            with transaction(self.conn):
                problems.record(self.conn, found.problems, self.now(), self.run.started_at)
        merge(self.conn, found, self.done, now=self.now, after=after, until=until)
        self.folder.clear()
        return len(found)

    @contextmanager
    def _merging(self) -> Iterator[None]:
        started = perf_counter()
        yield
        self.done.merging_seconds += perf_counter() - started
