"""What a figure was measured on: the machine, its load, and the state of the project."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from bench.measuring import ROOT

LIBRARIES: Final = ("duckdb", "numpy", "onnxruntime", "pandas")
QUIET: Final = 0.5


def machine() -> dict[str, Any]:
    """Processor, cores, memory (GiB), system and versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": _system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: _version(name) for name in LIBRARIES},
    }


def project() -> dict[str, str | None]:
    """Version, and the commit where this is a checkout (``-dirty`` = with changes since)."""
    words = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    quiet = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(words, cwd=ROOT, env=quiet, capture_output=True, text=True)
    except FileNotFoundError:
        return {"version": _version("bubblefear"), "commit": None}
    return {"version": _version("bubblefear"), "commit": done.stdout.strip() or None}


def load_average() -> float:
    """Processes that wanted a core, over the last minute."""
    return round(os.getloadavg()[0], 2)


def busy_cores(over: float = 1.0) -> float | None:
    """Cores at work while this process sleeps: others' work, as a load average is not.

    That still tells of the benchmark that has just ended. None where there is no ``/proc``.
    """
    before = _ticks()
    if before is None:
        return None
    time.sleep(over)
    after = _ticks() or before
    busy, every = (b - a for a, b in zip(before, after, strict=True))
    return round((os.cpu_count() or 1) * busy / max(every, 1), 2)


def _ticks() -> tuple[int, int] | None:
    """Busy and all clock ticks of all cores since the start."""
    stat = Path("/proc/stat")
    if not stat.is_file():
        return None
    times = [int(word) for word in stat.read_text().split("\n", 1)[0].split()[1:9]]
    return sum(times) - times[3] - times[4], sum(times)  # idle, waiting for disk


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return f"{value.strip()} ({platform.machine()})"
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        release = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()
    return f"{release}, {platform.system()} {platform.release()}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
