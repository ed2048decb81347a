"""``bubblefear index --as-of``: the index as it stood, against a build of everything.

As of an instant with a vintage it is read; as of one before the first build it is made anew, band
and all, from what was known then. Those are whole processes; of the build the imports are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.made import built_news
from bench.measuring import figure, fresh, in_turn, program
from bench.rows import Row

MADE: Final = 300_000
SMOKE: Final = {"rows": 2_000, "rounds": 1}
_BUILD: Final = "a whole build with its band"
ROWS: Final = (
    Row(
        "as of an instant before the first build",
        "before_s",
        "s",
        peer="build_s",
        peer_label=_BUILD,
    ),
    Row("as of an instant with a vintage", "vintage_s", "s", peer="build_s", peer_label=_BUILD),
)


def run(folder: Path, rows: int = MADE, rounds: int = 3) -> dict[str, Any]:
    """Measure on made-up news, both questions and the build in turn.

    Args:
        folder: Where the database lies.
        rows: Of the news.
        rounds: How often.
    """
    path = built_news(rows, folder)
    before, vintage = fresh("bench.as_of:instants", path)
    asked = partial(program, "index", "--json", "--db", path, "--as-of")
    works: dict[str, Callable[[], float]] = {
        "before_s": partial(asked, before),
        "vintage_s": partial(asked, vintage),
        "build_s": lambda: figure(fresh("bench.index_tasks:whole", path)["s"]),
    }
    return {"rows": rows, **in_turn(rounds, works)}


def instants(path: Path) -> tuple[str, str]:
    """When the last entry was first seen, before the build; and when that was over."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as conn:
        last = conn.execute("SELECT max(first_seen_at) FROM entries").fetchone()[0]
        built = conn.execute("SELECT max(vintage) FROM vintages").fetchone()[0]
    return str(last), str(built)
