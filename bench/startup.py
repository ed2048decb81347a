"""Wall time of what only asks: ``--help``, ``index --json``, ``explain``, the whole process.

Against a bare interpreter, as everybody starts it and without site and environment (``-I -S``),
which is the floor of anything written in Python.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.made import own_database
from bench.measuring import command, in_turn, program
from bench.rows import Row

MADE: Final = 100_000
SMOKE: Final = {"rows": 2_000, "rounds": 1}
BARE: Final = "`python -c pass`"
ROWS: Final = (
    Row("`index --json`", "index_json_s", "s", at_most=0.25, peer="bare_s", peer_label=BARE),
    Row("`explain last --json`", "explain_json_s", "s", peer="bare_s", peer_label=BARE),
    Row("`--help`", "help_s", "s", peer="bare_s", peer_label=BARE),
    Row(BARE, "bare_s", "s", peer="isolated_s", peer_label="`python -I -S -c pass`"),
)


def run(folder: Path, rows: int = MADE, rounds: int = 9) -> dict[str, Any]:
    """Measure on the database that the environment names, else on made-up news.

    Args:
        folder: Where its copy lies.
        rows: Of made-up news.
        rounds: How often.
    """
    path = own_database(folder, rows)
    works: dict[str, Callable[[], float]] = {
        "index_json_s": partial(program, "index", "--json", "--db", path),
        "explain_json_s": partial(program, "explain", "last", "--json", "--db", path),
        "help_s": partial(program, "--help"),
        "bare_s": lambda: command([sys.executable, "-c", "pass"]).seconds,
        "isolated_s": lambda: command([sys.executable, "-I", "-S", "-c", "pass"]).seconds,
    }
    for work in works.values():
        work()  # brings the index up to date and the files into memory
    return {"megabytes": round(path.stat().st_size / 1e6), **in_turn(rounds, works)}
