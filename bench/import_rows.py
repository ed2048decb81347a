"""Rows a second of ``bubblefear import`` against SQLite's raw insert rate on the same rows."""

from __future__ import annotations

import csv
import gzip
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.texts import NEWS


def _raw_insert(path: Path) -> tuple[float, int]:
    with gzip.open(NEWS, "rt", encoding="utf8", newline="") as handle:
        rows = [tuple(r) for r in csv.reader(handle)][1:]
    started = time.perf_counter()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (id PRIMARY KEY, b, c, d, e, f, g, h, i)")
        db.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?)", rows)
    return time.perf_counter() - started, len(rows)


def _command(db: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "bubblefear", "import", str(NEWS), "--db", str(db), "--json"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _count(db: Path) -> int:
    with sqlite3.connect(db) as connection:
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


def run(folder: Path) -> dict[str, Any]:
    """Import the real file twice; the second run must add nothing."""
    if not NEWS.is_file():
        return {"skipped": f"{NEWS.name} is not at hand"}
    raw_seconds, rows = _raw_insert(folder / "raw.db")
    db = folder / "import.db"
    first = _command(db)
    added = _count(db)
    second = _command(db)
    return {
        "rows": rows,
        "first_s": round(first, 2),
        "added_first": added,
        "second_s": round(second, 2),
        "added_second": _count(db) - added,
        "rows_per_s": round(rows / first),
        "raw_insert_rows_per_s": round(rows / raw_seconds),
        "ratio_to_raw": round(first / raw_seconds, 1),
    }
