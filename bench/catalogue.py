"""Which benchmarks there are, in the order in which they run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from bench.rows import judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bench.rows import Row

# Name -> what it measures; the first are run where none is named.
USUAL: Final = {
    "poll_round": "Polling",
    "import_rows": "Importing",
    "scorer": "Scoring: the embedded model",
    "lexicon": "Scoring: the lexicon",
    "engines": "Scoring: a backfill by several processes",
    "index_build": "Building the index",
    "as_of": "The index as it stood",
    "startup": "Start-up and short questions",
    "transmission_speed": "The tests",
    "page_times": "The review's pages",
    "growth": "Growth",
    "scale": "A million articles",
}
# Run by name, or with --all: they take long, or test more than they time.
NIGHTLY: Final = {
    "scale_5m": "Five million articles",
    "index_invariances": "What must not move the index",
    "stories": "Stories",
    "poll_kills": "Polls that are killed",
    "fuzz": "Broken input",
    "transmission_sizes": "How often a test finds something where nothing is",
}
TITLES: Final = USUAL | NIGHTLY


class Benchmark(Protocol):
    """What a module of a benchmark has."""

    ROWS: tuple[Row, ...]
    SMOKE: Mapping[str, Any]

    def run(self, folder: Path, **sizes: Any) -> dict[str, Any]:  # noqa: ANN401 - numbers, names
        """Measure."""
        ...


def module(name: str) -> Benchmark:
    """The module of a benchmark."""
    found: Any = import_module(f"bench.{name}")
    benchmark: Benchmark = found
    return benchmark


def measured(folder: Path, name: str, *, smoke: bool = False) -> dict[str, Any]:
    """Run a benchmark: its figures, and the rows of the table that they make.

    Args:
        folder: Empty, and the benchmark's own.
        name: Which.
        smoke: At the sizes of the test suite.
    """
    one = module(name)
    figures = one.run(folder, **one.SMOKE) if smoke else one.run(folder)
    return {"figures": figures, "rows": judged(one.ROWS, figures)}
