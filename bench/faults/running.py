"""One run: a world, a command, a fault, the command again, and what was wrong."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.faults import checks
from bench.faults.clocks import tried
from bench.faults.commands import COMMANDS
from bench.faults.contents import Contents, contents, differences, invented, known
from bench.faults.injuries import INJURIES, Calm, Scene, liars
from bench.faults.press import FEEDS, printing
from bench.faults.processes import bubblefear, start
from bench.faults.worlds import DB, MANY, Worlds

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from bench.faults.cases import Case
    from bench.faults.press import Press
    from bench.faults.processes import Ended

# Seconds after which an undisturbed run may differ by its hour alone: a story is joined by how far
# apart in time its articles were seen. It is then made again and the same files are judged by it.
STILL: Final = 60.0
_SIGNALS: Final = frozenset(("kill", "signal", "wal"))


@dataclass(frozen=True)
class Result:
    """What came of a case.

    Attributes:
        case: Which.
        codes: Exit codes after the fault, of the command and of the command again.
        wrong: What did not hold; empty = clean.
        seconds: How long the two took.
        note: What the faulted command said last.
    """

    case: Case
    codes: tuple[int, ...]
    wrong: tuple[str, ...]
    seconds: float
    note: str = ""

    def __str__(self) -> str:
        """One line."""
        codes = " then ".join(str(code) for code in self.codes)
        verdict = "clean" if not self.wrong else f"WRONG: {'; '.join(self.wrong)}"
        return f"{self.case}  exit {codes}  {self.seconds:.1f} s  {verdict}"


@dataclass(frozen=True)
class _Undisturbed:
    """The command run by itself in a world: its contents, before and after, and how it went."""

    before: Contents
    after: Contents
    files: frozenset[str]
    code: int
    calm: Calm
    at: float


@dataclass
class Harness:
    """Runs cases in one folder; a ``with`` block closes its press.

    Attributes:
        folder: Everything lies there; the folder of a case that went wrong stays.
        rows: Of the large file that is imported.
        known: Command, world and session -> the command left alone there.
    """

    folder: Path
    rows: int = MANY
    _stack: ExitStack = field(default_factory=ExitStack)
    known: dict[tuple[str, str, str], _Undisturbed] = field(default_factory=dict)

    def __enter__(self) -> Harness:
        """Start the press."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.press: Press = self._stack.enter_context(printing())
        self.worlds = Worlds(self.folder, self.press, self.rows)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the press."""
        self._stack.close()

    def run(self, case: Case) -> Result:
        """One case; its folder stays where something was wrong."""
        place = self.folder / f"case-{case.number}"
        if case.fault == "clock":
            ended, wrong = tried(case, self.worlds, place)
        else:
            ended, wrong = self._injured(case, place)
        note = ended[0].said.strip().splitlines()[-1:] or [""]
        if not wrong:
            for path in self.folder.glob(f"{place.name}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        seconds = sum(one.seconds for one in ended)
        return Result(case, tuple(e.code for e in ended), tuple(wrong), seconds, note[0])

    def _injured(self, case: Case, place: Path) -> tuple[list[Ended], list[str]]:
        calm = self._undisturbed(case)
        self.worlds.copy(case.world, place)
        self.press.newer = True
        scene = Scene(case, place, self._words(case, place), self.press, calm.calm)
        ended = INJURIES[case.fault](scene)
        copy = checks.copied(place / DB, self.folder / f"{place.name}-copy")
        both = [ended, start(place, bubblefear(*scene.words)).end()]
        wrong = self._judged(case, both, (copy, place), calm)
        if wrong and time.monotonic() - calm.at > STILL:
            calm = self._left_alone(case, self.worlds.ready[case.world])
            wrong = self._judged(case, both, (copy, place), calm)
        return both, wrong

    def _judged(
        self, case: Case, both: list[Ended], places: tuple[Path, Path], calm: _Undisturbed
    ) -> list[str]:
        """What is wrong after the fault, and after the command again, beside an undisturbed run."""
        (ended, again), (copy, place) = both, places
        since = self.worlds.ready[case.world]
        wrong = self._after_fault(case, ended, copy, calm, since)
        return wrong + self._after_all(case, again, (place, checks.recorded(copy)), calm, since)

    def _after_fault(
        self, case: Case, ended: Ended, copy: Path, calm: _Undisturbed, since: str
    ) -> list[str]:
        """The world as the fault left it."""
        wrong = checks.honesty(ended, killed=case.fault in _SIGNALS) + checks.soundness(copy)
        if wrong:
            return wrong
        found = contents(copy, since)
        wrong = invented(found, calm.before, calm.after)
        if case.fault == "network":
            wrong += _told_of(case, ended, self.press)
            return wrong + _others(case, found, calm, self.press)
        if ended.code == 0:
            wrong += [f"exit code 0, but {line}" for line in differences(found, calm.after)]
        return wrong + checks.runs(copy, case.command, ended.code)

    def _after_all(
        self,
        case: Case,
        again: Ended,
        world: tuple[Path, int],
        undisturbed: _Undisturbed,
        since: str,
    ) -> list[str]:
        """The world, and how many runs it knew, after the command was run again in peace."""
        place, before = world
        wrong = checks.honesty(again, expected=undisturbed.code)
        wrong += checks.soundness(place / DB)
        if any("cannot be read" in line for line in wrong):
            return wrong
        there, wanted = contents(place / DB, since), undisturbed.after
        if case.fault == "network":  # what came a run later is of a vintage and a story of its own
            there, wanted = known(there), known(wanted)
        wrong += differences(there, wanted) + checks.runs(
            place / DB, case.command, again.code, before
        )
        files, whole = checks.files(place), undisturbed.files
        wrong += [f"a file is missing: {name}" for name in sorted(whole - files)]
        return wrong + [f"a file was left: {name}" for name in sorted(files - whole)]

    def _words(self, case: Case, place: Path) -> tuple[str, ...]:
        words = (word.format(folder=place) for word in COMMANDS[case.command].words)
        return (*words, "--db", str(place / DB))

    def _undisturbed(self, case: Case) -> _Undisturbed:
        """The same command left alone; kept, since a session may end only so often in a night."""
        since = self.worlds.make(case.world)
        key = (case.command, case.world, _session())
        if key not in self.known:
            self.known[key] = self._left_alone(case, since)
        return self.known[key]

    def _left_alone(self, case: Case, since: str) -> _Undisturbed:
        place = self.folder / "undisturbed"
        self.worlds.copy(case.world, place)
        self.press.newer = True
        before, began = contents(place / DB, since), time.monotonic()
        size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        running = start(place, bubblefear(*self._words(case, place)))
        ended = running.end()
        wrong = checks.honesty(ended) + checks.soundness(place / DB)
        if wrong or ended.code not in (0, 3):
            raise RuntimeError(f"{case.command} left alone: {ended.code} {wrong} {ended.said}")
        growth = max(0, running.most_bytes - size)
        calm = Calm(ended.seconds, running.changes, growth)
        after = contents(place / DB, since)
        found = _Undisturbed(before, after, checks.files(place), ended.code, calm, began)
        shutil.rmtree(place)
        return found


def _told_of(case: Case, ended: Ended, press: Press) -> list[str]:
    """Whether every feed that lied was named with a reason, and no other."""
    if case.variant == "short length":
        return []  # reads as a feed that breaks off, of which the whole items are kept
    said = ended.said + ended.printed
    wrong = [] if ended.code == 3 else [f"feeds failed, and the exit code is {ended.code}"]
    for number in range(FEEDS):
        told, lied = press.url(number) in said, number in liars(case)
        if told != lied:
            wrong.append(f"feed {number} {'lied and is not named' if lied else 'is named'}")
    return wrong


def _others(case: Case, found: Contents, calm: _Undisturbed, press: Press) -> list[str]:
    """Whether every feed that did not lie was stored whole."""
    honest = [press.url(n) for n in range(FEEDS) if n not in liars(case)]
    wrong = []
    for url in honest:
        wanted, there = (
            sum(url in row for row in one["entries"].elements()) for one in (calm.after, found)
        )
        if wanted != there:
            wrong.append(f"{url}: {there} entries of {wanted}")
    return wrong


def _session() -> str:
    """The session that news of this moment belongs to: what is first seen now hangs on it."""
    import pandas as pd

    from models.sessions import session_of

    return str(session_of(pd.Series([pd.Timestamp.now(tz="UTC")])).iloc[0])
