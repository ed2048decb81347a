"""Seconds and memory of a build of the index: the whole, a day more, the band, the questions.

On the real file where ``BUBBLEFEAR_BENCH_DB`` names a database in which it is scored (a copy is
used), and on made-up rows. The floors are what pandas takes to read the same rows and add them up
by source and session, and what DuckDB takes for the sums alone, from Parquet.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.made import copy, scored_database, scored_news
from bench.measuring import fresh, in_turn, program, spread
from bench.rows import Row

MADE: Final = 1_000_000
SMOKE: Final = {"rows": 2_000, "rounds": 1, "days": 1, "draws": 20, "asked": 1, "real": False}
_PANDAS: Final = "pandas: the same rows read and added up"


def _rows(kind: str, label: str, build: float, day: float | None) -> tuple[Row, ...]:
    """The rows of one database; bars are of seconds."""
    return (
        Row(
            f"whole build, {label}",
            f"{kind}.build_s",
            "s",
            at_most=build,
            peer=f"{kind}.pandas_s",
            peer_label=_PANDAS,
        ),
        Row(
            f"its peak memory, {label}",
            f"{kind}.build_mb",
            "MB",
            at_most=1_000,
            peer=f"{kind}.pandas_mb",
            peer_label=_PANDAS,
        ),
        Row(
            f"the same beside DuckDB, {label}",
            f"{kind}.build_s",
            "s",
            peer=f"{kind}.duckdb_s",
            peer_label="DuckDB: the sums alone, from Parquet",
        ),
        Row(f"band of 1,000 draws, {label}", f"{kind}.band.s", "s", at_most=20),
        Row(
            f"build after a day's 300 entries, {label}",
            f"{kind}.day.build_s",
            "s",
            at_most=day,
            peer=f"{kind}.build_s",
            peer_label="the whole build",
        ),
        Row(f"of which finding and reading them, {label}", f"{kind}.day.reading_s", "s"),
        Row(f"`index --json`, {label}", f"{kind}.index_json_s", "s", at_most=0.25),
        Row(f"`index` after a day's entries, {label}", f"{kind}.index_after_news_s", "s"),
    )


ROWS: Final = (
    *_rows("real", "the real file", 3, 0.5),
    *_rows("made", "1,000,000 entries", 25, None),
)


def run(
    folder: Path,
    rows: int = MADE,
    rounds: int = 3,
    days: int = 5,
    draws: int = 1_000,
    asked: int = 10,
    real: bool = True,
) -> dict[str, Any]:
    """Measure the real file and the made-up one.

    Args:
        folder: Where the copies lie.
        rows: Of the made-up file.
        rounds: How often build and floors are measured, in turn.
        days: Days that are added one by one.
        draws: Of the band that is measured alone.
        asked: How often the index is asked for.
        real: Whether the database that the environment names is measured too.
    """
    sizes = {"rounds": rounds, "days": days, "draws": draws, "asked": asked}
    named = scored_database() if real else None
    found = {"real": _measured(named, folder, **sizes)} if named else {}
    return found | {"made": _measured(scored_news(rows, folder), folder, **sizes)}


def _measured(
    original: Path, folder: Path, rounds: int, days: int, draws: int, asked: int
) -> dict[str, Any]:
    """Every figure of one database."""
    path, columns = copy(original, folder / "copy.db"), folder / "rows.parquet"
    fresh("bench.index_tasks:parquet", path, to=str(columns))
    found = _builds(path, columns, rounds)
    found["band"] = fresh("bench.index_tasks:band", path, draws=draws)
    found["day"] = fresh("bench.index_days:days", path, count=days)
    found |= in_turn(asked, {"index_json_s": partial(program, "index", "--json", "--db", path)})
    after = []
    for place in range(rounds):
        fresh("bench.index_days:add", path, place=days + place)
        after.append(program("index", "--db", path))
    return found | {"index_after_news_s": spread(after)}


def _builds(path: Path, columns: Path, rounds: int) -> dict[str, Any]:
    """Build and floors in turn.

    Raises:
        RuntimeError: the floors found other numbers of sums: they did other work.
    """
    tasks = {"build": ("whole", path), "pandas": ("pandas_floor", path)}
    tasks["duckdb"] = ("duckdb_floor", columns)
    taken: dict[str, list[dict[str, Any]]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (task, on) in tasks.items():
            taken[name].append(fresh(f"bench.index_tasks:{task}", on))
    cells = {one["cells"] for name in ("pandas", "duckdb") for one in taken[name]}
    if len(cells) > 1:
        raise RuntimeError(f"the floors added up differently: {sorted(cells)} sums")
    found: dict[str, Any] = {"rows": taken["build"][0]["rows"], "sums": cells.pop()}
    for name, results in taken.items():
        found[f"{name}_s"] = spread([one["s"] for one in results])
        found[f"{name}_mb"] = spread([one["mb"] for one in results])
    return found
