"""``python -m bench page_times``: how long the review server takes for each kind of page.

A real ``bubblefear review`` is asked over one kept connection, after two requests that warm it. The
floor beside it is Datasette's own page of the table ``entries``, asked of the same server in the
same run. It is measured on the database that ``--db`` or ``BUBBLEFEAR_BENCH_DB`` names, or else on
the sample's.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.index_build import VARIABLE
from bench.texts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx

ROUNDS: Final = 20
DAYS: Final = 20
ARTICLES: Final = 200
LONGEST: Final = 20
WORDS: Final = (
    *("bubble", "AI", "the", "credit", "Nvidia", "overvalu*"),
    *("泡沫", "輝達", "英伟达", "芯片"),
)
FLOOR: Final = "entries table"
# Seconds at the median; the issue's own promises.
PROMISED: Final = {"home": 0.5, "day": 0.5, "article": 0.3, "search": 0.5, "queue": 0.3}


@dataclass(frozen=True)
class Times:
    """Seconds that a kind of page took.

    Attributes:
        page: The kind.
        requests: How many were timed.
        median: In the middle.
        p95: Only one in twenty took longer.
        longest: The slowest of them.
        slowest: Its address.
        ratio: The median over the floor's.
        promised: What the median may be; ``None`` where nothing was promised.
    """

    page: str
    requests: int
    median: float
    p95: float
    longest: float
    slowest: str
    ratio: float
    promised: float | None


def measure(database: Path) -> list[Times]:
    """Time every kind of page of a database, the floor first."""
    addresses = _addresses(database)
    with _served(database) as client:
        taken = {page: _timed(client, asked) for page, asked in addresses.items()}
    floor = statistics.median(seconds for seconds, _ in taken[FLOOR])
    return [_summary(page, rows, floor) for page, rows in taken.items()]


def run(folder: Path) -> dict[str, Any]:
    """Measure on the database that the environment names, else on the sample's."""
    del folder
    found = _database()
    if found is None:
        return {"skipped": f"{VARIABLE} names no database, and there is no sample"}
    rows = {one.page: asdict(one) for one in measure(found)}
    return {"database": found.name, "megabytes": round(found.stat().st_size / 1e6), **rows}


def main(arguments: Sequence[str]) -> int:
    """Print the table, or JSON; 1 where a median is over what was promised."""
    parser = argparse.ArgumentParser(prog="python -m bench page_times")
    parser.add_argument("--db", type=Path, default=_database(), help="database to serve")
    parser.add_argument("--json", action="store_true", help="JSON in place of the table")
    asked = parser.parse_args(arguments)
    if asked.db is None or not asked.db.is_file():
        parser.error(f"no such database: {asked.db}")
    rows = measure(asked.db)
    if asked.json:
        print(json.dumps([asdict(one) for one in rows], ensure_ascii=False, indent=2))
    else:
        _print(rows)
    return int(any(one.promised is not None and one.median > one.promised for one in rows))


def _database() -> Path | None:
    named = os.environ.get(VARIABLE)
    found = [path for path in (Path(named or ""), ROOT / "data/sample.db") if path.is_file()]
    return found[0] if found else None


def _addresses(database: Path) -> dict[str, list[str]]:
    from bubblefear.store import database as opened
    from bubblefear.store import report_queries

    with opened(database, create=False) as conn:
        vintage = report_queries.latest_vintage(conn)
        points = report_queries.total(conn, vintage) if vintage else []
        longest = conn.execute(
            "SELECT id FROM articles JOIN entries USING (id) ORDER BY "
            "ifnull(length(body), 0) + ifnull(length(summary), 0) DESC LIMIT ?",
            [LONGEST],
        ).fetchall()
        every = [row[0] for row in conn.execute("SELECT id FROM entries ORDER BY id")]
    days = [point.date for point in points if point.value is not None][-DAYS:]
    chosen = random.Random(7).sample(every, min(ARTICLES - len(longest), len(every)))
    fixed = {"home": "/", "queue": "/queue", "transmission": "/transmission"}
    fixed |= {"claims": "/claims", "health": "/health", "search": "/search"}
    asked = {FLOOR: ["/bubblefear/entries"] * ROUNDS}
    asked |= {page: [address] * ROUNDS for page, address in fixed.items()}
    asked["day"] = [f"/day/{day}" for day in days]
    asked["article"] = [f"/article/{one}" for one in [*(row[0] for row in longest), *chosen]]
    asked["search"] = [f"/search?q={word}" for word in WORDS] * 2
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
    if not sent.has_redirect_location:
        raise RuntimeError(f"the queue refused the coder: {sent.status_code}")


def _timed(client: httpx.Client, addresses: list[str]) -> list[tuple[float, str]]:
    for address in addresses[:2]:
        client.get(address)
    return [(_seconds(client, address), address) for address in addresses]


def _seconds(client: httpx.Client, address: str) -> float:
    started = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - started


def _summary(page: str, rows: list[tuple[float, str]], floor: float) -> Times:
    seconds = sorted(took for took, _ in rows)
    median = statistics.median(seconds)
    late = seconds[math.ceil(0.95 * len(seconds)) - 1]
    longest, slowest = max(rows)
    return Times(
        page=page,
        requests=len(rows),
        median=round(median, 4),
        p95=round(late, 4),
        longest=round(longest, 4),
        slowest=slowest,
        ratio=round(median / floor, 2),
        promised=PROMISED.get(page),
    )


def _print(rows: list[Times]) -> None:
    print(f"{'page':14} {'n':>4} {'median':>8} {'p95':>8} {'longest':>8} {'ratio':>6}  promised")
    for one in rows:
        promised = "" if one.promised is None else f"{one.promised:.1f} s"
        print(
            f"{one.page:14} {one.requests:4} {one.median * 1000:5.0f} ms {one.p95 * 1000:5.0f} ms "
            f"{one.longest * 1000:5.0f} ms {one.ratio:6.2f}  {promised:8} {one.slowest}"
        )
