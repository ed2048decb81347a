"""kill -9 at random moments of a round of polls: the entries are those of one left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import poll_kills
from bench.poll_world import Made, etag, make

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_killed_rounds_end_as_one_left_alone(tmp_path: Path) -> None:
    found = poll_kills.run(tmp_path, feeds=14, kills=4, row=2, slowest=1.0)
    assert found["kills"] == 4
    assert found["databases"] == 2
    assert found["other_entries"] == found["unsound"] == 0
    assert found["entries"] > 400


def test_the_press_of_the_benchmark_is_as_it_says() -> None:
    press = [make(number, 50) for number in range(500)]
    kinds = [feed.kind for feed in press]
    assert (kinds.count("slow"), kinds.count("html")) == (25, 10)
    assert sum(kinds.count(kind) for kind in ("500", "reset", "404")) == 25
    assert min(f.wait for f in press if f.kind == "slow") == 3.0
    assert max(f.wait for f in press) == 8.0
    moved = Made(1, "fine", 0.0, 50, new=5)
    assert moved.guids()[5:] == make(1, 50).guids()[:45]
    assert etag(moved.body()) != etag(make(1, 50).body())
