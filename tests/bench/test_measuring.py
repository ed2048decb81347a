"""Commands and calls are measured in processes of their own, and a failed one is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import machine
from bench.measuring import command, figure, fresh, in_turn, spread


def holding(path: Path, megabytes: int) -> dict[str, float]:
    """For `fresh`: what this process holds at most."""
    from bench.measuring import peak_megabytes

    held = b"x" * (megabytes << 20)
    return {"mb": peak_megabytes(), "held": len(held)}


def test_a_command_is_timed_and_its_memory_is_its_own() -> None:
    held = b"x" * (150 << 20)  # would count in a process that was forked off this one
    small = command([sys.executable, "-c", "print('said')"])
    large = command([sys.executable, "-c", "b'x' * (300 << 20); import time; time.sleep(0.2)"])
    assert small.out == b"said\n"
    assert large.seconds > 0.2
    assert large.peak_mb > 300
    assert len(held) == 150 << 20


def test_a_command_that_fails_says_why() -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('the reason')"]
    with pytest.raises(RuntimeError, match="ended with 1: the reason"):
        command(words)
    assert command(words, codes=(0, 1)).seconds > 0


def test_a_call_in_a_new_process_starts_from_little_memory(tmp_path: Path) -> None:
    here = b"x" * (200 << 20)
    found = fresh("tests.bench.test_measuring:holding", tmp_path, megabytes=50)
    assert 50 < found["mb"] < 200 < len(here) >> 19


def test_a_call_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no_such ended with 1"):
        fresh("bench.made:no_such", tmp_path)


def test_works_take_turns() -> None:
    order: list[str] = []

    def work(name: str, values: list[float]) -> float:
        order.append(name)
        return values[order.count(name) - 1]

    found = in_turn(
        3, {"a": lambda: work("a", [3.0, 1.0, 2.0]), "b": lambda: work("b", [5.0, 5.0, 5.0])}
    )
    assert order == ["a", "b"] * 3
    assert found["a"] == {"median": 2.0, "least": 1.0, "most": 3.0, "rounds": 3}
    assert found["b"]["median"] == 5.0


def test_figures_are_short() -> None:
    assert figure(0.123456) == 0.1235
    assert figure(208_314.4) == 208_314
    assert spread([0.123456])["median"] == 0.1235


def test_the_machine_is_named() -> None:
    told = machine.machine()
    assert told["cores"] >= 1
    assert told["memory_gib"] >= 1
    assert told["processor"]
    assert all(told[name] for name in ("system", "python", "sqlite", *machine.LIBRARIES))
    assert machine.project()["version"]
    assert machine.load_average() >= 0


def test_other_work_is_seen() -> None:
    busy = machine.busy_cores(over=0.05)
    assert busy is None or 0 <= busy <= told_cores()


def told_cores() -> int:
    return int(machine.machine()["cores"])
