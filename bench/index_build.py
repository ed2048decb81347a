"""Seconds and memory of a build of the index: the whole, a day more, the band, the queries.

On the real file where ``BUBBLEFEAR_BENCH_DB`` names a database in which it is scored (a copy is
used), and on a million generated rows. The floor is what pandas alone takes to read the same rows
and add them up by source and session. Every measurement has a fresh process.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "BUBBLEFEAR_BENCH_DB"
DAY_ENTRIES: Final = 300
DAYS: Final = 5
ROUNDS: Final = 3
QUERIES: Final = 10
DRAWS: Final = 1000


def scored_database() -> Path | None:
    """The database that the environment names, if it is there."""
    given = os.environ.get(VARIABLE)
    return Path(given) if given and Path(given).is_file() else None


def run(folder: Path) -> dict[str, Any]:
    """Measure the real file and the generated one."""
    real = scored_database()
    found: dict[str, Any] = {
        "real": _measured(real, folder) if real else {"skipped": f"{VARIABLE} names no database"}
    }
    generated = folder / "generated.db"
    _child("generate", generated)
    return found | {"generated": _measured(generated, folder)}


def _measured(original: Path, folder: Path) -> dict[str, Any]:
    """Every figure of one database; rounds alternate with the floor's."""
    path = folder / "copy.db"
    rounds = []
    for _ in range(ROUNDS):
        _copy(original, path)
        rounds.append(_child("whole", path) | _child("floor", path))
    found = {name: _median([one[name] for one in rounds]) for name in rounds[0]}
    found["build_to_floor"] = round(found["build_s"] / found["floor_s"], 2)
    found |= _child("band", path) | _child("days", path)
    queries = [_command(path, "--json") for _ in range(QUERIES)]
    found["index_json_s"] = _median(queries)
    news = []
    for place in range(ROUNDS):
        _child("add", path, DAYS + place)
        news.append(_command(path))
    return found | {"index_after_news_process_s": _median(news)}


def _copy(original: Path, path: Path) -> None:
    """A copy without what an open connection has not yet written back."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    shutil.copymode(original, path)


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def _child(task: str, path: Path, *arguments: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.index_build", task, str(path), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _command(path: Path, *options: str) -> float:
    script = Path(sys.executable).with_name("bubblefear")
    started = time.perf_counter()
    command = [str(script), "index", *options, "--db", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def peak_megabytes() -> float:
    """The most memory that this process has held.

    Of the process alone: Linux counts a parent's memory into ``ru_maxrss`` of a child.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)


def _clock(path: Path) -> str:
    """The first instant after the last entry that lies an hour before the close of a session."""
    import pandas as pd

    from models.sessions import closes

    with closing(sqlite3.connect(path)) as conn:
        last = conn.execute("SELECT max(first_seen_at) FROM entries").fetchone()[0]
    every = closes(last[:10], f"{int(last[:4]) + 1}-12-31") - pd.Timedelta(hours=1)
    instants = every.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(instants[instants > last].iloc[0])


def generate(path: Path) -> dict[str, Any]:
    """A million rows."""
    from bench.news import Shape, generate, write
    from bubblefear.config import DEFAULT_SCORER

    write(path, generate(Shape()), DEFAULT_SCORER)
    return {}


def whole(path: Path) -> dict[str, Any]:
    """A build of everything, with its band and its writing; the file was never built before."""
    from bubblefear.config import Settings
    from bubblefear.pipeline import build_index
    from bubblefear.store import open_database

    now = _clock(path)
    _warm()
    with closing(open_database(path)) as conn:
        _forget(conn)
        started = time.perf_counter()
        built, _ = build_index.build(conn, Settings(), now=lambda: now)
        seconds = time.perf_counter() - started
    return {"rows": built.articles, "build_s": seconds, "build_mb": peak_megabytes()}


def _warm() -> None:
    """Import what a build imports: a daily job has done so by then."""
    import_module("models.index.band")
    import_module("models.index.session_sums")
    from models.sessions import closes

    closes("2025-08-01", "2025-12-31")


def _forget(conn: sqlite3.Connection) -> None:
    """Drop what earlier builds left."""
    for table in ("cells", "seals", "accounts", "coverage", "index_points", "vintages"):
        conn.execute(f"DELETE FROM {table}")
    conn.execute("DELETE FROM counters WHERE name LIKE 'built:%'")


def floor(path: Path) -> dict[str, Any]:
    """The same rows, read by pandas and added up by source and session: no index, no band."""
    import numpy as np
    import pandas as pd

    from bubblefear.config import DEFAULT_SCORER
    from models.sessions import closes

    closes("2025-08-01", "2025-12-31")
    started = time.perf_counter()
    with closing(sqlite3.connect(path)) as conn:
        frame = pd.read_sql_query(
            "SELECT e.source, e.first_seen_at, s.relevance, s.fear FROM entries e "
            "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ?",
            conn,
            params=(DEFAULT_SCORER,),
        )
    seen = pd.to_datetime(frame["first_seen_at"], format="ISO8601", utc=True)
    every = closes(f"{seen.min():%Y-%m-%d}", f"{seen.max() + pd.Timedelta(days=14):%Y-%m-%d}")
    frame["session"] = np.searchsorted(every.to_numpy(), seen.to_numpy(), side="left")
    frame["adds"] = frame["relevance"] * frame["fear"]
    sums = frame.groupby(["source", "session"])["adds"].agg(["size", "sum"])
    seconds = time.perf_counter() - started
    return {"floor_s": seconds, "floor_mb": peak_megabytes(), "floor_cells": len(sums)}


def band(path: Path) -> dict[str, Any]:
    """A thousand draws for every session: with them, less the same without."""
    from bubblefear.config import Settings
    from bubblefear.pipeline.computing import compute
    from bubblefear.store import open_database

    now = _clock(path)
    _warm()
    settings = replace(Settings(), index=(("bootstrap_draws", DRAWS),))
    with closing(open_database(path)) as conn:
        bare, drawn = [
            _seconds(lambda wanted=wanted: compute(conn, settings, as_of=now, band=wanted))
            for wanted in (False, True)
        ]
    return {
        "band_draws": DRAWS,
        "band_s": round(drawn - bare, 2),
        "build_with_band_s": round(drawn, 2),
        "build_with_band_mb": peak_megabytes(),
    }


def _seconds(work: Any) -> float:  # noqa: ANN401 - any call without arguments
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def days(path: Path) -> dict[str, Any]:
    """A build after each of some days of new news, in a process that has built before."""
    from bubblefear.config import Settings
    from bubblefear.pipeline import build_index
    from bubblefear.pipeline.computing import work_on
    from bubblefear.pipeline.known import known_articles
    from bubblefear.pipeline.stale import stale_sessions
    from bubblefear.store import open_database

    settings, rounds, reading = Settings(), [], []
    with closing(open_database(path)) as conn:
        first = _clock(path)
        build_index.build(conn, settings, now=lambda: first)
        for place in range(DAYS):
            now = _clock(path)
            news_of_a_day(conn, now, place)
            rounds.append(
                _seconds(lambda now=now: build_index.build(conn, settings, now=lambda: now))
            )
            # What the next build would read: the session is still open.
            started = time.perf_counter()
            work = work_on(conn, settings, now)
            stale = stale_sessions(conn, work)
            if stale is None:
                raise RuntimeError("the build was no incremental one")
            known_articles(conn, replace(work.wanted, ids=stale.ids))
            reading.append(time.perf_counter() - started)
    return {
        "day_entries": DAY_ENTRIES,
        "day_s": _median(rounds),
        "day_reading_s": _median(reading),
        "day_mb": peak_megabytes(),
    }


def add(path: Path, place: int) -> dict[str, Any]:
    """The news of one more session, without a build."""
    from bubblefear.store import open_database

    now = _clock(path)
    with closing(open_database(path)) as conn:
        news_of_a_day(conn, now, place)
    return {}


def news_of_a_day(conn: sqlite3.Connection, now: str, place: int) -> None:
    """Entries with their scores and stories, as a poll and the scorer leave them.

    One in twelve is relevant and three are fearful, from the database's own sources.
    """
    from bubblefear.config import DEFAULT_SCORER
    from bubblefear.store import articles, entries, scores, transaction
    from ingest.records import Entry

    rows = conn.execute(
        "SELECT e.source, a.language FROM entries e JOIN articles a ON a.id = e.id "
        "ORDER BY e.number DESC LIMIT ?",
        (DAY_ENTRIES,),
    ).fetchall()
    new = [
        Entry(
            key=hashlib.sha256(f"bench {now} {place} {n}".encode()).hexdigest()[:16],
            source=source,
            feed_url=None,
            guid=None,
            url=None,
            canonical_url=None,
            title=f"Generated title {place} {n}",
            summary=None,
            body=None,
            author=None,
            published_at=now,
            first_seen_at=now,
            date_note=None,
            language=language,
        )
        for n, (source, language) in enumerate(rows)
    ]
    with transaction(conn):
        entries.insert(conn, new, origin="import", now=now)
        articles.set_stories(conn, [(e.key, e.key, e.first_seen_at) for e in new])
        scores.write(
            conn,
            [_score(e, n) for n, e in enumerate(new)],
            scorer=DEFAULT_SCORER,
            now=now,
        )


def _score(entry: Any, number: int) -> tuple[Any, str, str]:  # noqa: ANN401 - ingest.records.Entry
    from bubblefear.config import DEFAULT_SCORER
    from bubblefear.store.hashing import text_sha256
    from nlp.records import ArticleScore, Sentiment

    relevant, afraid = number % 12 == 0, number in (0, 96, 192)
    score = ArticleScore(
        document_id=entry.key,
        scorer=DEFAULT_SCORER,
        sentiment=Sentiment(0.2, 0.6, 0.2),
        relevance=0.8 if relevant else 0.0,
        fear=0.6 if afraid else 0.0,
        relief=0.0,
        kind="threat" if afraid else None,
        channel="valuation" if afraid else None,
        recap=False,
        abstained=None,
        evidence=(),
        mentions=(),
    )
    return score, text_sha256(entry.title, None, None), entry.first_seen_at


TASKS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "generate": generate,
    "whole": whole,
    "floor": floor,
    "band": band,
    "days": days,
    "add": add,
}


if __name__ == "__main__":
    result = TASKS[sys.argv[1]](Path(sys.argv[2]), *map(int, sys.argv[3:]))
    print(json.dumps(result))
