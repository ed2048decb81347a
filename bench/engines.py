"""Texts a second of `score --engine`, net of start-up: processes of one core, and Ray's actors.

Every way scores the same headlines in a database of its own. The in-process way is timed without
the load of its model, the engines by their own account of when the first worker was at work.
Whole articles are made of headlines: as many to a body as a log-normal draw says (median 25
sentences, a tenth above 54), which is the length of news pages.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import Any, Final

from bench.measuring import PROGRAM, ROOT, figure, fresh, in_turn, spread
from bench.rows import Row
from bench.texts import headlines

NOW: Final = "2025-11-20T12:00:00Z"
SENTENCES: Final = (log(25), 0.6)
# A process that scores takes seconds to start: at small size one way has to do.
SMOKE: Final = {"texts": 40, "whole": 0, "rounds": 1, "scorer": "lexicon.v1", "most": 1}
ROWS: Final = (
    Row(
        "headlines by two workers of Ray",
        "ray_2_texts_per_s",
        "texts/s",
        peer="local_1_texts_per_s",
        peer_label="one local process of one core",
    ),
    Row("two workers of Ray over one local process", "ray_speedup", "x", at_least=1.6),
    Row(
        "headlines by two local processes",
        "local_2_texts_per_s",
        "texts/s",
        peer="local_1_texts_per_s",
        peer_label="one local process of one core",
    ),
    Row(
        "headlines in this process, as `daily` does",
        "in_process_texts_per_s",
        "texts/s",
        peer="local_1_texts_per_s",
        peer_label="one local process of one core",
    ),
    Row("whole articles by one local process", "whole_local_1_texts_per_s", "texts/s"),
    Row("start of two workers of Ray", "ray_start_s", "s"),
    Row("planning and merging, in one process", "merge_texts_per_s", "texts/s"),
    Row("a worker of Ray killed: texts without a score or with two", "killed.wrong", "", at_most=0),
    Row("a worker of Ray killed: texts scored again, at most", "killed.again_at_most", ""),
    Row(
        "the run killed: finished texts that are scored again",
        "killed.finished_again",
        "",
        at_most=0,
    ),
)


def run(
    folder: Path,
    texts: int = 4_096,
    whole: int = 120,
    rounds: int = 3,
    scorer: str = "finbert-multi.v1",
    most: int = 2,
) -> dict[str, Any]:
    """Measure the ways in turn; then kill a worker of Ray, and a whole run.

    Args:
        folder: Where the databases are.
        texts: Headlines.
        whole: Articles with a body; 0 = none are measured.
        rounds: How often.
        scorer: Which.
        most: Workers at most; with 1, only one process is measured.
    """
    short, source = written(folder / "short.db", texts, bodies=False)
    with_ray = most > 1 and find_spec("ray") is not None
    told: list[dict[str, Any]] = []
    starts: list[float] = []
    ways = {"local_1_texts_per_s": lambda: _rate(_engine(short, scorer, "local", 1), told)}
    if most > 1:
        ways["in_process_texts_per_s"] = lambda: _in_process(short, scorer)
        ways["local_2_texts_per_s"] = lambda: _rate(_engine(short, scorer, "local", 2), told)
    if with_ray:
        ways["ray_2_texts_per_s"] = lambda: _rate(_engine(short, scorer, "ray", 2), told, starts)
    found: dict[str, Any] = {"texts": source, "headlines": texts, "articles": whole}
    found |= in_turn(rounds, ways)
    found["merge_texts_per_s"] = spread([one["texts"] / one["merging_seconds"] for one in told])
    found["worker_mb"] = max(one["worker_mb"] for one in told)
    if whole:
        long, _ = written(folder / "long.db", whole, bodies=True)
        found["whole_local_1_texts_per_s"] = figure(_rate(_engine(long, scorer, "local", 1), told))
    if with_ray:
        alone = found["local_1_texts_per_s"]["median"]
        found["ray_speedup"] = figure(found["ray_2_texts_per_s"]["median"] / alone)
        found["ray_start_s"] = spread(starts)
        found["killed"] = _killed(short, scorer)
    return found


def written(path: Path, count: int, *, bodies: bool) -> tuple[Path, str]:
    """A database of so many unscored articles, and where their texts are from."""
    source = fresh("bench.engines:write", path, count=count, bodies=bodies)
    return path, str(source)


def write(path: Path, count: int, *, bodies: bool) -> str:
    """Write it."""
    from bubblefear.store import articles, database, entries, transaction
    from ingest.records import Entry

    pairs, source = headlines(count)
    none: dict[str, Any] = dict.fromkeys(("feed_url", "guid", "author", "published_at"))
    none |= dict.fromkeys(("summary", "body", "date_note"))
    with database(path) as conn:
        rows = [
            Entry(
                key=f"{number:016x}",
                source=f"Source {number % 50}",
                url=f"https://example.org/{number}",
                canonical_url=f"https://example.org/{number}",
                title=title,
                first_seen_at=NOW,
                language=language,
                **none,
            )
            for number, (title, language) in enumerate(pairs)
        ]
        with transaction(conn):
            entries.insert(conn, rows, origin="feed", now=NOW)
        if bodies:
            # Many, since the model reads a sentence once that several articles have.
            pool, _ = headlines(20_000, seed=5)
            with transaction(conn):
                for wanted in articles.without_body(conn, before=NOW, since="2000-01-01T00:00:00Z"):
                    body = _body(wanted.number, wanted.language, pool)
                    articles.set_body(conn, wanted, status="ok", body=body, now=NOW)
    return source


def _body(number: int, language: str, pool: list[tuple[str, str]]) -> str:
    dice = random.Random(number)
    same = [title for title, spoken in pool if spoken == language]
    stop = ". " if language == "en" else "。"
    sentences = dice.choices(same, k=max(3, round(dice.lognormvariate(*SENTENCES))))
    return stop.join(sentences) + stop.strip()


def _in_process(path: Path, scorer: str) -> float:
    return float(fresh("bench.engines:in_process", path, scorer=scorer))


def in_process(path: Path, scorer: str) -> float:
    """Texts a second by this process with all its cores, its model loaded."""
    from bubblefear.store import articles, database
    from nlp.article import ArticleScorer
    from nlp.records import Document
    from nlp.registry import load_scorer

    with database(path) as conn:
        chunk = articles.unscored(conn, scorer, 0, 10**9)
    documents = [Document(t.id, t.title, t.summary, t.body, t.language) for t in chunk]
    reader = ArticleScorer(load_scorer(scorer))
    list(reader.score(documents[:16]))
    started = time.perf_counter()
    list(reader.score(documents))
    return len(documents) / (time.perf_counter() - started)


def _engine(path: Path, scorer: str, engine: str, workers: int) -> dict[str, Any]:
    found: dict[str, Any] = fresh(
        "bench.engines:by_engine", path, scorer=scorer, engine=engine, workers=workers
    )
    return found


def by_engine(path: Path, scorer: str, engine: str, workers: int) -> dict[str, Any]:
    """Score a copy of a database, and give the engine's own account."""
    import resource
    from dataclasses import asdict

    from bubblefear.config import Settings
    from bubblefear.pipeline.engines.rounds import engine_named, score_by
    from bubblefear.pipeline.recording import recorded
    from bubblefear.store import database

    copy = copied(path)
    settings = Settings(scorer=scorer)
    with database(copy) as conn, recorded(conn, "score", settings, lambda: NOW) as run_:
        chosen = engine_named(engine, settings, workers)
        done = score_by(chosen, conn, settings, run_, now=lambda: NOW)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return asdict(done) | {"worker_mb": round(largest / 1024, 1)}


def copied(path: Path) -> Path:
    """A copy beside it, in the place of an older one."""
    import shutil

    copy = path.with_name(f"copy-of-{path.name}")
    for old in path.parent.glob(f"{copy.name}-*"):
        old.unlink()
    shutil.copyfile(path, copy)
    return copy


def _rate(
    done: dict[str, Any], told: list[dict[str, Any]], starts: list[float] | None = None
) -> float:
    """Texts a second, net of start-up; the account is kept."""
    told.append(done)
    if starts is not None:
        starts.append(done["start_seconds"])
    return float(done["texts"] / done["scoring_seconds"])


def _killed(path: Path, scorer: str) -> dict[str, Any]:
    """Kill -9: the run when some parts are done, then a worker of the run that takes them up."""
    from bubblefear.pipeline.engines.work import PART_TEXTS

    copy = copied(path)
    words = [PROGRAM, "score", "--engine", "ray", "--workers", "2", "--scorer", scorer]
    words += ["--json", "--db", str(copy)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL) as first:
        _until(lambda: len(_parts(copy)) >= 2)
        first.kill()
    kept = len(_parts(copy)) * PART_TEXTS
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as second:
        assert second.stdout is not None
        # Parts of the first run are gone when those of the second come.
        _until(lambda: 0 < len(_parts(copy)) < 2 and bool(_actors(second.pid)))
        os.kill(_actors(second.pid)[0], signal.SIGKILL)
        done = json.loads(second.stdout.read())
    counts = _counts(copy, scorer)
    return {
        "wrong": abs(counts["articles"] - counts["scores"]) + counts["doubled"],
        "again_at_most": PART_TEXTS,
        "finished_again": max(0, kept - done["taken_up"]),
        "taken_up": done["taken_up"],
        "scored_after": done["texts"],
    }


def _counts(path: Path, scorer: str) -> dict[str, int]:
    return dict(fresh("bench.engines:counts", path, scorer=scorer))


def counts(path: Path, scorer: str) -> dict[str, int]:
    """Articles, scores, and articles that have more than one."""
    from bubblefear.store import articles, database

    with database(path) as conn:
        every = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
        one = conn.execute("SELECT count(DISTINCT article_id) FROM scores").fetchone()[0]
        rows = conn.execute("SELECT count(*) FROM scores").fetchone()[0]
        assert articles.count_unscored(conn, scorer) == every - one
    return {"articles": every, "scores": rows, "doubled": rows - one}


def _parts(database: Path) -> list[Path]:
    return list(database.with_name(f"{database.name}.scoring").glob("*/scored/*.parquet"))


def _actors(pid: int) -> list[int]:
    """Processes of Ray that score, below a process."""
    found = []
    for child in _below(pid):
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"MapWorker" in words:
            found.append(child)
    return found


def _below(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(word) for word in listed] + [b for word in listed for b in _below(int(word))]


def _until(reached: Any, seconds: float = 300) -> None:  # noqa: ANN401 - any question
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise RuntimeError("it did not come to that in time")
        time.sleep(0.02)
