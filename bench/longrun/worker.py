"""The process of a day: ``python -m bench.longrun.worker DB CONFIG PRICES CACHE``.

Reads one job a line from standard input, ``{"job": "daily", "at": INSTANT}`` or ``ingest``, and
writes one line of figures for each. The job is what the command does, with a clock that starts at
the instant and goes on in real seconds, and prices from a local server.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from bubblefear import config
from bubblefear.cli.progress import bar
from bubblefear.pipeline.daily import daily
from bubblefear.pipeline.ingest_feeds import ingest_feeds
from bubblefear.pipeline.recording import recorded
from bubblefear.store import database
from ingest.prices.yahoo import fetch_history

if TYPE_CHECKING:
    from collections.abc import Callable

    from bubblefear.config import Settings


class Replay(requests.Session):
    """Sends whatever is asked to a local server, path and query unchanged."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.trust_env = False

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401, D102 - as it is in the library
        parts = urlsplit(str(url))
        local = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, local, *args, **kwargs)


def clock(at: str) -> Callable[[], str]:
    """A clock that says ``at`` (UTC text) now and goes on from there."""
    begun, started = datetime.fromisoformat(at), time.monotonic()

    def now() -> str:
        passed = timedelta(seconds=int(time.monotonic() - started))
        return (begun + passed).strftime("%Y-%m-%dT%H:%M:%SZ")

    return now


def _daily(path: Path, settings: Settings, at: str, session: Replay) -> dict[str, Any]:
    fetch = partial(fetch_history, session=session)
    outcome = daily(path, settings, now=clock(at), bar=bar, fetch_prices=fetch)
    return {"run": outcome.run_id, "resumed": outcome.resumed, "notes": outcome.notes}


def _ingest(path: Path, settings: Settings, at: str) -> dict[str, Any]:
    now = clock(at)
    with (
        database(path, create=False) as conn,
        recorded(conn, "ingest", settings, now) as run,
        run.stage("poll"),
    ):
        ingest_feeds(conn, settings, run, now=now)
    return {"run": run.id, "resumed": False, "notes": run.notes}


def _figures() -> dict[str, Any]:
    """What the process holds: megabytes now and at most, files, threads."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    told = dict(line.split(":", 1) for line in status)
    return {
        "rss_mb": int(told["VmRSS"].split()[0]) / 1024,
        "peak_mb": int(told["VmHWM"].split()[0]) / 1024,
        "children_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - the listing itself is one
        "threads": threading.active_count(),
    }


def _processor_seconds() -> float:
    """Of this process and of its children that ended."""
    return sum(os.times()[:4])


def main(db: str, settings_file: str, prices: str, cache: str) -> None:
    """Do the jobs of standard input until it ends."""
    import yfinance

    yfinance.set_tz_cache_location(cache)
    settings = config.load(Path(settings_file), environment={})
    with Replay(prices) as session:
        for line in sys.stdin:
            asked = json.loads(line)
            used = _processor_seconds()
            if asked["job"] == "daily":
                done = _daily(Path(db), settings, asked["at"], session)
            else:
                done = _ingest(Path(db), settings, asked["at"])
            done["cpu_s"] = _processor_seconds() - used
            print(json.dumps(done | _figures()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
