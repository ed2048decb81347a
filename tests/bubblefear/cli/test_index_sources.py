"""``bubblefear index sources`` on a built index: what it says adds up to what is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bubblefear.cli import main
from bubblefear.config import load
from bubblefear.store import accounts, database, entries, points, scores, transaction
from models.sessions import closes
from nlp.records import ArticleScore, Sentiment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from ingest.records import Entry

DAYS = [str(day) for day in closes("2025-06-02", "2025-07-31").index[:30]]
CHANCES = {"Gazette": 0.5, "Courier": 0.3, "Herald": 0.2, "Quiet Times": 0.0}
SETTINGS = """
[index]
base_sessions = 10
bootstrap_draws = 0
burn_in = 5
min_count = 2
min_fear_sessions = 2
"""


def scored(entry: Entry, scorer: str, fear: float) -> tuple[ArticleScore, str, str]:
    score = ArticleScore(
        entry.key, scorer, Sentiment(0.8, 0.1, 0.1), 1.0, fear, 0.0, None, None, False, None, (), ()
    )
    return score, entry.key, entry.first_seen_at


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "bubblefear.toml"
    path.write_text(SETTINGS)
    return path


@pytest.fixture
def news(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry], config: Path
) -> sqlite3.Connection:
    """Thirty sessions of four sources, one of which never fears."""
    rng = np.random.default_rng(8)
    scorer = load(config).scorer_id
    with transaction(conn):
        for day in DAYS:
            for source, chance in CHANCES.items():
                made = [
                    make_entry(f"{n} {day}", seen=f"{day}T15:00:00Z", source=source)
                    for n in range(6)
                ]
                fears = np.where(rng.random(6) < chance, rng.uniform(0.3, 1, 6), 0.0)
                entries.insert(conn, made, origin="feed", now=f"{day}T15:00:00Z")
                rows = [scored(e, scorer, float(f)) for e, f in zip(made, fears, strict=True)]
                scores.write(conn, rows, scorer=scorer, now=f"{day}T15:00:00Z")
    return conn


@pytest.fixture
def ask(
    news: sqlite3.Connection, db_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def run(*words: str) -> tuple[int, str]:
        ending = ["--db", str(db_path), "--config", str(config)]
        code = main(["index", "sources", *words, *ending])
        return code, capsys.readouterr().out

    return run


def test_the_points_are_those_of_the_accounts(
    ask: Callable[..., tuple[int, str]], db_path: Path
) -> None:
    code, out = ask("--json", "--since", DAYS[5], "--until", DAYS[24])
    found = json.loads(out)
    assert (code, found["first"], found["last"], found["sessions"]) == (0, DAYS[5], DAYS[24], 20)
    with database(db_path, create=False) as conn:
        told = accounts.read_all(
            conn, found["version"], found["vintage"], since=DAYS[5], until=DAYS[24]
        )
        stored = points.read(
            conn, found["version"], found["vintage"], since=DAYS[5], until=DAYS[24]
        )
    parts = [part for one in told for part in one.parts]
    for one in found["sources"]:
        own = [part.points for part in parts if part.member == f"{one['source']} (en)"]
        assert one["points"] == pytest.approx(sum(own), abs=1e-6)
        assert (one["fearful"], one["entries"]) == (len(own), 120)
    total = sum(one["points"] for one in found["sources"])
    assert total == pytest.approx(sum(p.value or 0 for p in stored), abs=1e-4)
    assert sum(one["share"] for one in found["sources"]) == pytest.approx(1)
    assert [one["source"] for one in found["sources"]] == list(CHANCES)
    shares = [one["share"] for one in found["sources"]]
    assert found["effective"] == pytest.approx(1 / sum(share**2 for share in shares))


def test_top_by_points_and_by_what_is_expected_are_left_out_in_turn(
    ask: Callable[..., tuple[int, str]],
) -> None:
    found = json.loads(ask("--json", "--top", "1")[1])
    left = {one["source"]: one["left"] for one in found["sources"]}
    assert left["Gazette"]
    assert found["looked_at"] == sum(one is not None for one in left.values()) <= 2
    every = json.loads(ask("--json")[1])
    correlations = {one["source"]: one["left"]["correlation"] for one in every["sources"]}
    assert every["looked_at"] == 4
    least = min(correlations, key=lambda name: correlations[name])
    assert every["most_influential"]["source"] == least
    assert all(-1 <= r < 1 for r in correlations.values())


def test_the_text_ends_with_a_plain_statement(ask: Callable[..., tuple[int, str]]) -> None:
    every: dict[str, Any] = json.loads(ask("--json")[1])
    code, out = ask("--top", "2")
    told = out.splitlines()
    assert code == 0
    assert told[0].startswith(f"{every['first']} to {every['last']}, {every['sessions']} sessions")
    assert told[4].startswith("Gazette")
    assert told[6].startswith("(2 othe")  # a narrow terminal cuts the rest
    assert "2 others" not in ask()[1]
    least = every["most_influential"]["left"]["correlation"]
    (line,) = [line for line in ask()[1].splitlines() if line.startswith("Without any one")]
    said = float(line.split("at least ")[1].split()[0])
    assert said <= least < said + 0.01
    assert line.endswith(f"is {every['most_influential']['source']} (en).")


@pytest.mark.parametrize("version", ["fear.v1.sources", "fear.v1.languages", "fear.v1.volume"])
def test_every_version_answers(
    ask: Callable[..., tuple[int, str]], config: Path, version: str
) -> None:
    config.write_text(f'{SETTINGS}version = "{version}"\n')
    code, out = ask("--json")
    found = json.loads(out)
    assert code == 0
    assert found["version"].startswith(version)
    assert found["most_influential"]["left"]["correlation"] < 1


def test_what_cannot_be_is_said(ask: Callable[..., tuple[int, str]]) -> None:
    assert ask("--top", "0") == (2, "")
    assert ask("--since", "2026-03-01") == (1, "")
    assert ask("--version", "fear.v9") == (2, "")
