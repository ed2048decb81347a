"""``bubblefear ingest`` under load: 500 feeds of 50 items, some of them slow, failing or no feed.

One feed in 20 answers after 3 to 8 seconds, one in 20 fails (500, connection broken off, 404), one
in 50 serves a page; validators are on. Three rounds: all new; nothing new; some moved on by five
items. What is stored is compared with what the server has served. Beside it, on the same server,
the loop that one would write first: fetch, `feedparser.parse`, next.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.polling import Press, Round, is_sound, poll, prepare, press, stored

FEEDS, ITEMS, HOSTS, NEWER = 500, 50, 250, 5


def run(folder: Path) -> dict[str, Any]:
    """Three rounds in processes of their own, and the plain loop over 40 of the same feeds."""
    with press(FEEDS, ITEMS, HOSTS) as server:
        path = prepare(folder, "round.db", server)
        first, second = poll(path), poll(path)
        server.move_on(NEWER)
        third = poll(path)
        return {
            "feeds": FEEDS,
            "items_each": ITEMS,
            "first": _told(first),
            "second": _told(second),
            "third": _told(third),
            **_compared(path, server),
            "plain_loop_s_per_feed": round(_plain_loop(server, 40), 2),
        }


def _told(one: Round) -> dict[str, Any]:
    counts = ("feeds", "failed", "not_modified", "seen", "new")
    return {
        "seconds": round(one.seconds, 1),
        "poll_s": round(one.stages["poll"], 1),
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


def _plain_loop(server: Press, feeds: int) -> float:
    """Seconds for each feed, one after another, without retries or a store."""
    import feedparser
    import httpx

    started = time.perf_counter()
    with httpx.Client(timeout=20) as client:
        for number in range(feeds):
            try:
                feedparser.parse(client.get(server.url(number)).content)
            except httpx.HTTPError:
                continue  # the feeds that break off
    return (time.perf_counter() - started) / feeds
