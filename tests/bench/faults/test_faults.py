"""Twenty runs of the harness: every fault, most of the commands that are quick."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.faults.cases import FAULTS, Case
from bench.faults.processes import interruptible
from bench.faults.running import STILL, Harness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.faults.contents import Rows

# Fault -> command, world, variant, moment.
RUNS: dict[str, list[tuple[str, str, str, float]]] = {
    "kill": [
        ("import", "fed", "write", 0.4),
        ("ingest", "polled", "write", 0.6),
        ("feeds import", "new", "write", 0.5),
        ("init", "new", "time", 0.9),
    ],
    "signal": [
        ("import", "fed", "int at a write", 0.5),
        ("ingest", "fed", "term", 0.8),
        ("prices import", "new", "int", 0.1),
    ],
    "disk": [("import", "fed", "full", 0.5), ("feeds import", "new", "full", 0.3)],
    "busy": [("import", "fed", "short", 0.3), ("ingest", "polled", "short", 0.5)],
    "wal": [
        ("import", "fed", "cut", 0.6),
        ("feeds import", "fed", "zero", 0.7),
        ("ingest", "polled", "flip", 0.9),
    ],
    "rights": [("import", "fed", "file", 0.0), ("feeds add", "fed", "folder", 0.0)],
    "clock": [("ingest", "polled", "back", 0.0), ("import", "fed", "back during", 0.2)],
    "network": [("ingest", "polled", "drop", 0.0), ("ingest", "fed", "gzip", 0.0)],
}


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    with interruptible(), Harness(tmp_path_factory.mktemp("faults"), rows=800) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_the_next_run_leaves_what_an_undisturbed_one_does(
    harness: Harness, fault: str
) -> None:
    for number, (command, world, variant, moment) in enumerate(RUNS[fault]):
        result = harness.run(Case(number, command, world, fault, variant, moment, number))
        assert not result.wrong, str(result)


def test_there_are_twenty_of_every_fault() -> None:
    assert sum(map(len, RUNS.values())) == 20
    assert RUNS.keys() == FAULTS.keys()
    assert all(run[2] in FAULTS[fault] for fault, runs in RUNS.items() for run in runs)


@pytest.mark.slow
@pytest.mark.parametrize("old", [True, False])
def test_what_differs_from_an_old_undisturbed_run_is_judged_by_a_new_one(
    harness: Harness, old: bool
) -> None:
    case = Case(99, "feeds add", "new", "kill", "time", 0.9, 99)
    assert not harness.run(case).wrong
    (key,) = (key for key in harness.known if key[:2] == ("feeds add", "new"))
    calm = harness.known[key]
    gone: Rows = Counter([("https://gone.example",)])
    of_another_hour = {**calm.after, "feeds": gone}
    at = calm.at - 2 * STILL if old else time.monotonic()
    harness.known[key] = replace(calm, after=of_another_hour, at=at)
    assert bool(harness.run(case).wrong) is not old
