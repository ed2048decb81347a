"""A pool of processes on this machine, each with the scorer on one core.

Not `concurrent.futures`: there a worker that is killed takes the pool and the others' work with
it, and the workers of a parent that is killed wait for ever.
"""

from __future__ import annotations

import signal
from collections import deque
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import EngineError
from bubblefear.pipeline.engines.done import Done
from bubblefear.pipeline.engines.worker import Worker, one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from types import TracebackType

    from bubblefear.config import Settings

# A text that ends every process that reads it would else be tried for ever.
_TRIES: Final = 3


@dataclass
class _Seat:
    """A process and the part that it has in hand."""

    process: SpawnProcess
    line: Connection[Any, Any]
    part: Path | None = None


class LocalPool:
    """Scores parts in processes that are started once; a ``with`` block ends them."""

    name = "local"

    def __init__(self, settings: Settings, workers: int) -> None:
        """Start nothing yet.

        Args:
            settings: Name the scorer.
            workers: Processes at most.
        """
        self._settings, self.workers = settings, workers
        self._seats: list[_Seat] = []
        self._failures: dict[Path, int] = {}

    def __enter__(self) -> LocalPool:
        """Nothing: processes are started for the first parts."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the processes, whatever they are at."""
        for seat in self._seats:
            seat.process.terminate()
        for seat in self._seats:
            seat.process.join()
            seat.line.close()
        self._seats = []

    def score(self, parts: Sequence[Path], folder: Path) -> Iterator[Done]:
        """Have every part scored, and yield each as its scores are on the disk.

        Args:
            parts: Files of texts.
            folder: Where the files of scores go, under the same names.

        Raises:
            EngineError: a part ended three processes one after another, or cannot be read.
            NlpError: a scorer failed.
        """
        waiting = deque(parts)
        while len(self._seats) < min(self.workers, len(parts)):
            self._seats.append(self._seat())
        for seat in self._seats:
            self._hand(seat, waiting, folder)
        while any(seat.part for seat in self._seats):
            # A process that ends, however, closes its end of the line.
            ready = wait([seat.line for seat in self._seats if seat.part])
            for place, seat in enumerate(self._seats):
                if seat.line in ready:
                    done = self._answer(seat, waiting)
                    if done is None:
                        seat = self._seats[place] = self._replaced(seat)
                    self._hand(seat, waiting, folder)
                    if done:
                        yield done

    def _seat(self) -> _Seat:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._settings), daemon=True)
        process.start()
        # Else the line would stay open here when the process ends.
        theirs.close()
        return _Seat(process, ours)

    def _replaced(self, seat: _Seat) -> _Seat:
        seat.process.join()
        seat.line.close()
        return self._seat()

    def _hand(self, seat: _Seat, waiting: deque[Path], folder: Path) -> None:
        seat.part = waiting.popleft() if waiting else None
        if seat.part:
            try:
                seat.line.send((str(seat.part), str(folder / seat.part.name)))
            except OSError:
                return  # it ended meanwhile: the line says so when it is asked

    def _answer(self, seat: _Seat, waiting: deque[Path]) -> Done | None:
        """What the process says of its part; None where it ended without a word."""
        try:
            found = seat.line.recv()
        except (EOFError, OSError):
            part = seat.part
            assert part is not None
            self._failures[part] = self._failures.get(part, 0) + 1
            if self._failures[part] == _TRIES:
                raise EngineError(
                    f"{_TRIES} processes were killed over the same {part.name}: is there enough "
                    "memory for so many workers?"
                ) from None
            waiting.appendleft(part)
            return None
        if isinstance(found, Done):
            return found
        if isinstance(found, ValueError):
            name = seat.part.name if seat.part else "its part"
            said = " ".join(str(found).split())[:200]
            raise EngineError(f"a process cannot read or score {name}: {said}")
        raise found


def _work(line: Connection[Any, Any], settings: Settings) -> None:
    """A process: score what comes over the line until it is closed."""
    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_thread()
    from bubblefear.errors import BubblefearError
    from nlp.errors import NlpError

    try:
        worker = Worker(settings)
        while True:
            line.send(_score(worker, *line.recv()))
    except EOFError:
        return  # the process that wants the scores was killed
    except (BubblefearError, NlpError, OSError, ValueError) as error:
        _tell(line, error)


def _score(worker: Worker, texts: str, scores: str) -> Done:
    from bubblefear.pipeline.engines.results import read_part, write_part

    started = perf_counter()
    table = read_part(Path(texts))
    write_part(worker.score(table), Path(scores))
    return Done(table.num_rows, perf_counter() - started)


def _tell(line: Connection[Any, Any], error: Exception) -> None:
    try:
        line.send(error)
    except OSError:
        return  # nobody is left to be told
