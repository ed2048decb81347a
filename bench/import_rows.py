"""Rows a second of ``bubblefear import``, the whole process, against SQLite's raw insert rate.

The real file where it is at hand, else a made-up one; both sides get the same rows, in turn.
"""

from __future__ import annotations

import csv
import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from bench.made import news_file, remove
from bench.measuring import figure, in_turn, program, seconds
from bench.rows import Row
from bench.texts import NEWS

MADE: Final = 100_000
SMOKE: Final = {"rows": 300, "rounds": 1}
ROWS: Final = (
    Row(
        "`import`, the whole process",
        "rows_per_s",
        "rows/s",
        at_least=10_000,
        peer="raw_rows_per_s",
        peer_label="SQLite's raw insert of the same rows",
    ),
    Row("the same file again", "again_s", "s", peer="first_s", peer_label="the first time"),
    Row("rows that the second time added", "added_again", "", at_most=0),
    Row("rows lost", "lost", "", at_most=0),
)


def run(folder: Path, rows: int | None = None, rounds: int = 3) -> dict[str, Any]:
    """Import into new databases; then once more into the last, which must add nothing.

    Args:
        folder: Where the databases are.
        rows: Of a made-up file; None = the real file where it is at hand.
        rounds: How often.
    """
    file = NEWS if rows is None and NEWS.is_file() else news_file(rows or MADE, folder)
    read = _rows(file)
    db, raw = folder / "import.db", folder / "raw.db"
    taken = in_turn(
        rounds,
        {
            "raw_s": lambda: seconds(_raw_insert, _new(raw), read),
            "first_s": lambda: program("import", file, "--db", _new(db), "--json"),
        },
    )
    added = _count(db)
    again = program("import", file, "--db", db, "--json")
    return {
        "file": file.name,
        "rows": len(read),
        **taken,
        "again_s": figure(again),
        "added": added,
        "added_again": _count(db) - added,
        "lost": len(read) - added,
        "rows_per_s": _rate(len(read), taken["first_s"]),
        "raw_rows_per_s": _rate(len(read), taken["raw_s"]),
    }


def _rows(path: Path) -> list[tuple[str, ...]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf8", newline="") as handle:
        return [tuple(row) for row in csv.reader(handle)][1:]


def _new(path: Path) -> Path:
    remove(path)
    return path


def _raw_insert(path: Path, rows: list[tuple[str, ...]]) -> None:
    names = [f"c{n}" for n in range(len(rows[0]))]
    marks = ", ".join("?" * len(names))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"CREATE TABLE t ({names[0]} PRIMARY KEY, {', '.join(names[1:])})")
        db.executemany(f"INSERT INTO t VALUES ({marks})", rows)


def _count(db: Path) -> int:
    with closing(sqlite3.connect(db)) as connection:
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


def _rate(rows: int, taken: dict[str, float]) -> dict[str, float]:
    """Rows a second, from seconds: the least of one is the most of the other."""
    turned = {"median": "median", "least": "most", "most": "least"}
    rates = {name: figure(rows / taken[other]) for name, other in turned.items()}
    return rates | {"rounds": taken["rounds"]}
