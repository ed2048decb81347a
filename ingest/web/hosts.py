"""Turns at a host: few requests at a time, pauses between them, and waiting when told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Semaphore


@dataclass
class _Host:
    free: Semaphore
    pause: float = 0.0
    not_before: float = float("-inf")
    users: int = 0
    lock: Lock = field(default_factory=Lock)


class Hosts:
    """Who may ask which host when; safe to share between threads.

    Every request takes a turn, robots.txt and each redirect included, and holds it until its body
    is read. A turn is never held while another is waited for, so there is no way to deadlock.
    """

    def __init__(
        self,
        at_once: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start with no host known.

        Args:
            at_once: requests to one host at the same time.
            clock: seconds that only grow.
            sleep: waits for seconds.
        """
        self._at_once = max(1, at_once)
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """A turn at a host, waited for."""
        host = self._enter(name)
        try:
            with host.free:
                self._wait(host)
                yield
        finally:
            self._leave(name, host)

    def set_pause(self, name: str, seconds: float) -> None:
        """From now on, leave so much between the beginnings of two requests to a host."""
        with self._lock:
            self._known(name).pause = seconds

    def hold_off(self, name: str, seconds: float) -> None:
        """No request to a host for a while: it asked for that."""
        with self._lock:
            host = self._known(name)
        with host.lock:
            host.not_before = max(host.not_before, self._clock() + seconds)

    @property
    def remembered(self) -> int:
        """How many hosts have something to be remembered of."""
        with self._lock:
            return len(self._hosts)

    def _known(self, name: str) -> _Host:
        return self._hosts.setdefault(name, _Host(Semaphore(self._at_once)))

    def _enter(self, name: str) -> _Host:
        with self._lock:
            host = self._known(name)
            host.users += 1
            return host

    def _leave(self, name: str, host: _Host) -> None:
        with self._lock:
            host.users -= 1
            if not host.users and not host.pause and host.not_before <= self._clock():
                del self._hosts[name]  # years of polling must not pile up hosts

    def _wait(self, host: _Host) -> None:
        """Sleep until the host may be asked, and book the moment for this request."""
        with host.lock:
            now = self._clock()
            start = max(now, host.not_before)
            host.not_before = start + host.pause
        if start > now:
            self._sleep(start - now)
