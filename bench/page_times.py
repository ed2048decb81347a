"""How long the review server takes for each kind of page.

A real ``bubblefear review`` is asked over one kept connection, after two requests that warm it. The
floor beside it is Datasette's own page of the table ``entries``, asked of the same server in the
same run. It is measured on a copy of the database that ``BUBBLEFEAR_BENCH_DB`` names, or else on
made-up news.
"""

from __future__ import annotations

import math
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.made import own_database
from bench.measuring import ROOT, figure, seconds, spread
from bench.rows import Row

if TYPE_CHECKING:
    import httpx

MADE: Final = 100_000
ROUNDS: Final = 20
ARTICLES: Final = 200
LONGEST: Final = 20
WORDS: Final = (
    *("bubble", "AI", "the", "credit", "Nvidia", "overvalu*"),
    *("泡沫", "輝達", "英伟达", "芯片"),
)
FLOOR: Final = "entries"
SMOKE: Final = {"rows": 2_000, "rounds": 2, "articles": 5}
# Seconds at the median.
BARS: Final = {"home": 0.5, "day": 0.5, "article": 0.3, "search": 0.5, "queue": 0.3}
_PAGES: Final = (*BARS, "transmission", "claims", "health")
ROWS: Final = tuple(
    Row(
        f"{page}",
        f"{page}.s",
        "s",
        at_most=BARS.get(page),
        peer=f"{FLOOR}.s",
        peer_label="Datasette's own page of `entries`",
    )
    for page in _PAGES
)


def run(
    folder: Path, rows: int = MADE, rounds: int = ROUNDS, articles: int = ARTICLES
) -> dict[str, Any]:
    """Measure on the database that the environment names, else on made-up news.

    Args:
        folder: Where its copy lies.
        rows: Of made-up news.
        rounds: Requests of each kind of page.
        articles: How many articles are asked for.
    """
    path = own_database(folder, rows)
    found: dict[str, Any] = {"megabytes": round(path.stat().st_size / 1e6)}
    return found | measure(path, rounds, articles)


def measure(database: Path, rounds: int, articles: int) -> dict[str, dict[str, Any]]:
    """Seconds of every kind of page of a database, the floor first."""
    addresses = _addresses(database, rounds, articles)
    with _served(database) as client:
        return {page: _timed(client, asked) for page, asked in addresses.items()}


def _addresses(database: Path, rounds: int, articles: int) -> dict[str, list[str]]:
    from bubblefear.store import database as opened
    from bubblefear.store import report_queries

    with opened(database, create=False) as conn:
        vintage = report_queries.latest_vintage(conn)
        points = report_queries.total(conn, vintage) if vintage else []
        longest = conn.execute(
            "SELECT id FROM articles JOIN entries USING (id) ORDER BY "
            "ifnull(length(body), 0) + ifnull(length(summary), 0) DESC LIMIT ?",
            [min(LONGEST, articles)],
        ).fetchall()
        every = [row[0] for row in conn.execute("SELECT id FROM entries ORDER BY id")]
    days = [point.date for point in points if point.value is not None][-rounds:]
    chosen = random.Random(7).sample(every, min(articles - len(longest), len(every)))
    fixed = {"home": "/", "queue": "/queue", "transmission": "/transmission"}
    fixed |= {"claims": "/claims", "health": "/health"}
    asked = {FLOOR: ["/bubblefear/entries"] * rounds}
    asked |= {page: [address] * rounds for page, address in fixed.items()}
    asked["day"] = [f"/day/{day}" for day in days]
    asked["article"] = [f"/article/{one}" for one in [*(row[0] for row in longest), *chosen]]
    asked["search"] = [f"/search?q={WORDS[n % len(WORDS)]}" for n in range(rounds)]
    return {page: rows for page, rows in asked.items() if rows}


@contextmanager
def _served(database: Path) -> Iterator[httpx.Client]:
    import httpx

    command = [sys.executable, "-m", "bubblefear", "review", "--port", "0", "--no-browser"]
    command += ["--token", "bench", "--db", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            assert server.stdout is not None
            said = re.search(r"http://\S+", server.stdout.readline())
            if said is None:
                raise RuntimeError("the review server did not start")
            with httpx.Client(base_url=said[0], timeout=60, trust_env=False) as client:
                _name_a_coder(client, said[0])
                yield client
        finally:
            server.terminate()
            server.wait(timeout=20)


def _name_a_coder(client: httpx.Client, origin: str) -> None:
    """The queue shows articles only to somebody with a name."""
    form = {"reviewer": "bench", "token": "bench"}
    sent = client.post("/queue/coder", data=form, headers={"Origin": origin.rstrip("/")})
    if sent.status_code == 403 and "was published" in sent.text:
        return  # a file without coders
    if not sent.has_redirect_location:
        raise RuntimeError(f"the queue refused the coder: {sent.status_code}")


def _asked(client: httpx.Client, address: str) -> None:
    client.get(address).raise_for_status()


def _timed(client: httpx.Client, addresses: list[str]) -> dict[str, Any]:
    """Median, 95th percentile and the slowest of them, after two that are not counted."""
    for address in addresses[:2]:
        client.get(address)
    rows = [(seconds(_asked, client, address), address) for address in addresses]
    ordered = sorted(took for took, _ in rows)
    return {
        "s": spread(ordered),
        "p95_s": figure(ordered[math.ceil(0.95 * len(ordered)) - 1]),
        "requests": len(rows),
        "slowest": max(rows)[1],
    }
