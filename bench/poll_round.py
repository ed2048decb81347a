"""``bubblefear ingest`` under load: 500 feeds of 50 items, some of them slow, failing or no feed.

One feed in 20 answers after 3 to 8 seconds, one in 20 fails (500, connection broken off, 404), one
in 50 serves a page; validators are on. Three rounds: all new; nothing new; some moved on by five
items. What is stored is compared with what the server has served. Beside it, on the same server,
the loop that one would write first: fetch, `feedparser.parse`, next.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bench.measuring import figure, fresh
from bench.polling import Press, Round, is_sound, poll, prepare, press, stored
from bench.rows import Row

FEEDS, ITEMS, HOSTS, NEWER = 500, 50, 250, 5
SMOKE: Final = {"feeds": 20, "hosts": 10, "slowest": 0.2, "plain": 5}
_PLAIN: Final = "a plain loop of httpx and feedparser, not stored"
ROWS: Final = (
    Row(
        "first round of 500 feeds of 50 items",
        "first.s",
        "s",
        at_most=60,
        peer="plain_loop_s",
        peer_label=_PLAIN,
    ),
    Row("its peak memory", "first.peak_mb", "MB", at_most=400),
    Row(
        "second round: nothing new",
        "second.s",
        "s",
        at_most=10,
        peer="plain_loop_s",
        peer_label=_PLAIN,
    ),
    Row("third round: a tenth is new", "third.s", "s", peer="plain_loop_s", peer_label=_PLAIN),
    Row("entries lost", "lost", "", at_most=0),
    Row("entries doubled", "doubled", "", at_most=0),
)


def run(
    folder: Path,
    feeds: int = FEEDS,
    hosts: int = HOSTS,
    slowest: float = 8.0,
    plain: int = 40,
) -> dict[str, Any]:
    """Three rounds in processes of their own, and the plain loop over some of the same feeds.

    Args:
        folder: Where the database lies.
        feeds: How many.
        hosts: Addresses that serve them.
        slowest: Seconds until the slowest answers.
        plain: Feeds of the plain loop; its seconds are told for all of them.
    """
    with press(feeds, ITEMS, hosts, slowest) as server:
        path = prepare(folder, "round.db", server)
        first, second = poll(path), poll(path)
        server.move_on(NEWER)
        third = poll(path)
        return {
            "feeds": feeds,
            "items_each": ITEMS,
            "first": _told(first),
            "second": _told(second),
            "third": _told(third),
            **_compared(path, server),
            "plain_loop_s": figure(feeds * _plain_loop(folder, server, plain)),
        }


def _told(one: Round) -> dict[str, Any]:
    counts = ("feeds", "failed", "not_modified", "seen", "new")
    return {
        "s": figure(one.seconds),
        "poll_s": figure(one.stages["poll"]),
        "peak_mb": round(one.peak_mb),
        **{name: one.said[name] for name in counts},
    }


def _compared(path: Path, server: Press) -> dict[str, Any]:
    served = set(server.served()["guids"])
    found = [row[0] for row in stored(path)]
    return {
        "served": len(served),
        "stored": len(found),
        "lost": len(served - set(found)),
        "doubled": len(found) - len(set(found)),
        "sound": is_sound(path),
    }


def _plain_loop(folder: Path, server: Press, feeds: int) -> float:
    return float(fresh("bench.poll_round:plain_loop", folder, of=asdict(server), feeds=feeds))


def plain_loop(folder: Path, of: dict[str, int], feeds: int) -> float:
    """Seconds for each feed, one after another, without retries or a store."""
    import feedparser
    import httpx

    del folder
    server = Press(**of)
    started = time.perf_counter()
    with httpx.Client(timeout=20) as client:
        for number in range(feeds):
            try:
                feedparser.parse(client.get(server.url(number)).content)
            except httpx.HTTPError:
                continue  # the feeds that break off
    return (time.perf_counter() - started) / feeds
