"""Wall time of ``bubblefear index --json``, the whole process, against a bare interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.texts import ROOT

ROUNDS = 9


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def run(folder: Path) -> dict[str, Any]:
    """Measure on the full database where there is one, else on the sample's."""
    del folder
    found = [p for p in (ROOT / "data/bubblefear.db", ROOT / "data/sample.db") if p.is_file()]
    if not found:
        return {"skipped": "no database: run bubblefear daily --sample first"}
    script = Path(sys.executable).with_name("bubblefear")
    query = [str(script), "index", "--json", "--db", str(found[0])]
    _seconds(query)
    ours = statistics.median(_seconds(query) for _ in range(ROUNDS))
    bare = statistics.median(_seconds([sys.executable, "-c", "pass"]) for _ in range(ROUNDS))
    return {
        "database": found[0].name,
        "megabytes": round(found[0].stat().st_size / 1e6),
        "index_json_s": round(ours, 3),
        "bare_python_s": round(bare, 3),
        "ratio": round(ours / bare, 1),
    }
