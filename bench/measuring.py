"""How everything is measured: in a process of its own, in turn with its peer, as a median.

``python -m bench.measuring MODULE:FUNCTION PATH FILE OPTIONS`` is what ``fresh`` starts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, ParamSpec

ROOT: Final = Path(__file__).resolve().parent.parent
P = ParamSpec("P")
PROGRAM: Final = str(Path(sys.executable).with_name("bubblefear"))


@dataclass(frozen=True)
class Ran:
    """A command that ended: seconds of wall time, the most memory that it held, what it said."""

    seconds: float
    peak_mb: float
    out: bytes


def fresh(call: str, path: Path, **options: Any) -> Any:  # noqa: ANN401 - anything that JSON holds
    """What ``MODULE:FUNCTION`` returns for a path, in a new interpreter.

    Args:
        call: Module and function with a colon between them.
        path: Its argument.
        options: Its keyword arguments, which JSON can hold.

    Raises:
        RuntimeError: it failed; its last words are on standard error.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        words = [sys.executable, "-m", "bench.measuring", call, str(path), str(answer)]
        # To standard error: what is printed must not come between the lines of the table.
        done = subprocess.run([*words, json.dumps(options)], cwd=ROOT, stdout=2)
        if done.returncode:
            raise RuntimeError(f"{call} ended with {done.returncode}")
        return json.loads(answer.read_text(encoding="utf-8"))


def command(words: Sequence[str], *, codes: Collection[int] = (0,)) -> Ran:
    """Run a command to its end.

    The memory is the process's own, but never less than this one's at the start: Linux counts that
    in. So nothing heavy is imported where this is called.

    Raises:
        RuntimeError: it ended with another code than those.
    """
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        with process.stdout as pipe:
            out = pipe.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            log.seek(0)
            said = log.read()[-500:].decode(errors="replace")
            raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {said}")
    return Ran(seconds, _megabytes(usage.ru_maxrss), out)


def program(*words: str | Path) -> float:
    """Seconds of ``bubblefear`` with these words, the whole process."""
    return command([PROGRAM, *map(str, words)]).seconds


def seconds(work: Callable[P, object], *arguments: P.args, **options: P.kwargs) -> float:
    """Wall time of a call."""
    started = time.perf_counter()
    work(*arguments, **options)
    return time.perf_counter() - started


def in_turn(rounds: int, works: Mapping[str, Callable[[], float]]) -> dict[str, dict[str, float]]:
    """Let each measure itself once, and again, in turn: what slows the machine slows them all."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(work())
    return {name: spread(values) for name, values in taken.items()}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most of the rounds."""
    median = figure(statistics.median(values))
    least, most = figure(min(values)), figure(max(values))
    return {"median": median, "least": least, "most": most, "rounds": len(values)}


def figure(value: float) -> float:
    """Four significant digits; whole numbers from a thousand on."""
    return float(round(value)) if abs(value) >= 1000 else float(f"{value:.4g}")


def peak_megabytes() -> float:
    """The most memory that this process has held.

    Of the process alone: Linux counts a parent's memory into ``ru_maxrss`` of a child.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    import resource

    return _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _megabytes(maxrss: int) -> float:
    """Linux tells kilobytes, macOS bytes."""
    return round(maxrss * (1 if sys.platform == "darwin" else 1024) / 2**20, 1)


def _main(call: str, path: str, answer: str, options: str) -> None:
    module, _, name = call.partition(":")
    found = getattr(import_module(module), name)(Path(path), **json.loads(options))
    Path(answer).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
