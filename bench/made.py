"""Made-up news in the forms that benchmarks need, made once a run and kept beside their folders."""

from __future__ import annotations

import csv
import os
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.measuring import fresh
from bench.poll_world import headline, summary

if TYPE_CHECKING:
    from bench.news import Shape

VARIABLE: Final = "BUBBLEFEAR_BENCH_DB"
COLUMNS: Final = ("id", "published_at", "source", "lang", "title", "summary", "url")
START: Final = datetime(2025, 1, 6, tzinfo=UTC)
_POOL: Final = 3_000


def scored_database() -> Path | None:
    """The database that the environment names, if it is there."""
    given = os.environ.get(VARIABLE)
    return Path(given) if given and Path(given).is_file() else None


def scored_news(rows: int, beside: Path) -> Path:
    """A database of so many scored entries that has no index yet; not to be written to.

    Args:
        rows: How many.
        beside: The benchmark's own folder; the database lies in the one above.
    """
    path = beside.parent / f"news-{rows}.db"
    if not path.is_file():
        fresh("bench.made:write_scored", path.with_suffix(".new"), rows=rows)
        path.with_suffix(".new").rename(path)
    return path


def write_scored(path: Path, rows: int) -> None:
    """Write them."""
    from bench.news import generate, write
    from bubblefear.config import DEFAULT_SCORER

    write(path, generate(_shape(rows)), DEFAULT_SCORER)


def _shape(rows: int) -> Shape:
    """In little news more of it is fearful: an index needs sessions with some fear."""
    from bench.news import Shape

    sources, sessions = min(1_500, max(3, rows // 250)), min(250, max(45, rows // 400))
    usual = Shape()
    fearful = max(usual.fearful, min(0.3, 150 / rows))
    relevant = max(usual.relevant, 2 * fearful)
    return replace(
        usual, rows=rows, sources=sources, sessions=sessions, relevant=relevant, fearful=fearful
    )


def built_news(rows: int, folder: Path) -> Path:
    """A database of one's own, of scored entries and their index."""
    built = folder.parent / f"built-{rows}.db"
    if not built.is_file():
        new = copy(scored_news(rows, folder), built.with_suffix(".new"))
        fresh("bench.index_tasks:whole", new)
        new.rename(built)
    return copy(built, folder / f"own-{rows}.db")


def own_database(folder: Path, rows: int) -> Path:
    """A copy of the database that the environment names, else made-up news with their index."""
    named = scored_database()
    return copy(named, folder / "own.db") if named else built_news(rows, folder)


def copy(original: Path, path: Path) -> Path:
    """A copy without what an open connection has not yet written back."""
    remove(path)
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(path)) as new:
        source.backup(new)
    shutil.copymode(original, path)
    return path


def remove(path: Path) -> None:
    """Remove a database with its log, if it is there."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()


def news_file(rows: int, folder: Path) -> Path:
    """A CSV of items with titles of their own, every second one with a summary; 200 sources."""
    path = folder / f"news-{rows}.csv"
    dice = random.Random(29)
    pool = [(headline(f"{n}-1"), summary(f"{n}-1"), n % 3 == 0) for n in range(min(rows, _POOL))]
    with path.open("w", encoding="utf8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(COLUMNS)
        for n in range(rows):
            title, more, chinese = dice.choice(pool)
            moment = START + timedelta(seconds=6 * n)
            source, language = f"Desk {n % 200}", "zh-Hans" if chinese else "en"
            told = (f"{title} {n}", more if n % 2 else "", f"https://desk.example/news/{n}")
            out.writerow((f"made-{n}", f"{moment:%Y-%m-%dT%H:%M:%SZ}", source, language, *told))
    return path
