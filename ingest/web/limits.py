"""How much, how long, how often: the limits of a client."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BODY_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much, and how long, in bytes and seconds.

    Attributes:
        body: most bytes of a body after decompression.
        connect: time to resolve a name, and again to connect to one of its addresses.
        read: longest silence while reading.
        total: one attempt with all its redirects, from the first to the last byte; also the time
            after which no retry begins. Waiting for one's turn at a host does not count.
        attempts: tries in all.
        first_wait: before the second try; it doubles, and as much again is left to chance.
        longest_wait: a `Retry-After` beyond this ends the tries.
        redirects: most hops.
        per_host: requests to one host at the same time.
        page_pause: between two requests to one host from which pages are read.
    """

    body: int = MAX_BODY_BYTES
    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    attempts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 20.0
    redirects: int = 5
    per_host: int = 1
    page_pause: float = 0.5
