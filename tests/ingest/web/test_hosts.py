from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.hosts import Hosts


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize("at_once", [1, 3])
def test_so_many_at_a_time_and_no_more(at_once: int) -> None:
    hosts, lock = Hosts(at_once), threading.Lock()
    inside, most = 0, 0

    def ask(_: int) -> None:
        nonlocal inside, most
        with hosts.turn("a.example"):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(16)))
    assert most == at_once


def test_hosts_do_not_wait_for_one_another() -> None:
    hosts = Hosts()
    both = threading.Barrier(2, timeout=5)

    def ask(name: str) -> None:
        with hosts.turn(name):
            both.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, ["a.example", "b.example"]))


def test_a_pause_between_requests() -> None:
    clock = Clock()
    hosts = Hosts(clock=clock, sleep=clock.sleep)
    hosts.set_pause("a.example", 0.5)
    for _ in range(3):
        with hosts.turn("a.example"):
            clock.now += 0.125  # a request that takes time is part of the pause
    with hosts.turn("b.example"):
        pass
    assert clock.slept == [0.375, 0.375]


def test_a_host_that_asks_to_wait_is_left_alone() -> None:
    clock = Clock()
    hosts = Hosts(clock=clock, sleep=clock.sleep)
    with hosts.turn("a.example"):
        hosts.hold_off("a.example", 7.0)
        hosts.hold_off("a.example", 2.0)
    for name in ("b.example", "a.example", "a.example"):
        with hosts.turn(name):
            pass
    assert clock.slept == [7.0]


def test_a_failure_gives_the_turn_back() -> None:
    hosts = Hosts()
    for _ in range(3):
        with pytest.raises(RuntimeError), hosts.turn("a.example"):
            raise RuntimeError


def test_hosts_do_not_pile_up() -> None:
    hosts = Hosts()
    for number in range(1_000):
        with hosts.turn(f"{number}.example"):
            assert hosts.remembered == 1
    assert hosts.remembered == 0


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)), max_size=20), st.floats(0, 5))
def test_no_two_requests_begin_closer_than_the_pause(
    work: list[tuple[float, float]], pause: float
) -> None:
    clock = Clock()
    hosts = Hosts(clock=clock, sleep=clock.sleep)
    hosts.set_pause("a.example", pause)
    begun = []
    for idle, busy in work:
        clock.now += idle
        with hosts.turn("a.example"):
            begun.append(clock.now)
            clock.now += busy
    assert all(b - a >= pause - 1e-6 for a, b in pairwise(begun))
