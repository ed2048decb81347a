"""How import, scoring, build, questions and pages grow with the number of entries.

Whole processes, but for the build, whose imports are left out, and the pages, whose server runs.
For every kind ``a + b n^c`` is fitted; an exponent over 1.15 is flagged by its bar.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench.growth_fit import fit
from bench.made import copy, news_file, remove, scored_news
from bench.measuring import figure, fresh, program
from bench.page_times import measure
from bench.rows import Row

SIZES: Final = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
SCORED: Final = 10_000
PAGED: Final = 300_000
PAGES: Final = ("home", "day", "article", "search")
ROUNDS: Final = 3
ONCE: Final = 100_000
FLAGGED: Final = 1.15
SMOKE: Final = {"sizes": (2_000,), "scored": 0, "paged": 0, "rounds": 1}
LABELS: Final = {
    "import": "`import`",
    "score": "`score`, stories and all",
    "build": "build of the index",
    "as_of": "`index --as-of`, made anew",
    "index_json": "`index --json`",
    "explain": "`explain last --json`",
    **{page: f"page: {page}" for page in PAGES},
}
ROWS: Final = tuple(
    Row(f"exponent of {label}", f"{kind}.fit.exponent", "", at_most=FLAGGED)
    for kind, label in LABELS.items()
)


def run(
    folder: Path,
    sizes: Sequence[int] = SIZES,
    scored: int = SCORED,
    paged: int = PAGED,
    rounds: int = ROUNDS,
) -> dict[str, Any]:
    """Seconds by size of every kind, and what was fitted where there are three sizes.

    Args:
        folder: Where everything is written.
        sizes: Entries, ascending.
        scored: The most that are scored.
        paged: The most of which pages are asked for.
        rounds: How often builds and questions are measured where they are short.
    """
    taken: dict[str, dict[str, float]] = {kind: {} for kind in LABELS}
    for size in sizes:
        print(f"growth: {size:,} entries", file=sys.stderr, flush=True)
        found = _files(folder, size, scored) | _questions(
            folder, size, paged, rounds if size < ONCE else 1
        )
        for kind, seconds in found.items():
            taken[kind][str(size)] = seconds
    return {kind: {"s": by_size} | _fitted(by_size) for kind, by_size in taken.items() if by_size}


def _fitted(by_size: dict[str, float]) -> dict[str, Any]:
    if len(by_size) < 3:
        return {}
    return {"fit": dict(fit([int(size) for size in by_size], list(by_size.values())))}


def _files(folder: Path, size: int, scored: int) -> dict[str, float]:
    """Import and scoring of a file."""
    file, db = news_file(size, folder), folder / f"imported-{size}.db"
    found = {"import": figure(program("import", file, "--db", db, "--json"))}
    if size <= scored:
        found["score"] = figure(program("score", "--db", db))
    for path in (file, db):
        remove(path)
    return found


def _questions(folder: Path, size: int, paged: int, rounds: int) -> dict[str, float]:
    """Build and questions, and pages of the database that they leave."""
    path = copy(scored_news(size, folder), folder / f"asked-{size}.db")
    builds = [fresh("bench.index_tasks:whole", path)["s"] for _ in range(rounds)]
    last, _ = fresh("bench.as_of:instants", path)
    questions = {
        "as_of": ("index", "--json", "--as-of", last),
        "index_json": ("index", "--json"),
        "explain": ("explain", "last", "--json"),
    }
    found = {"build": figure(statistics.median(builds))}
    for kind, words in questions.items():
        found[kind] = figure(_median(rounds, *words, "--db", path))
    if size <= paged:
        pages = fresh("bench.growth:pages", path)
        found |= {page: pages[page]["s"]["median"] for page in PAGES if page in pages}
    remove(path)
    return found


def _median(rounds: int, *words: str | Path) -> float:
    return statistics.median(program(*words) for _ in range(rounds))


def pages(path: Path) -> dict[str, dict[str, Any]]:
    """Times of the review's pages on a database."""
    return measure(path, rounds=6, articles=12)
