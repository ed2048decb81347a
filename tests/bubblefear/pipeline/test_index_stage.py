"""The index as stored: vintages, as-of, no look-ahead, staleness, tests on it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.config import INDEX_VERSION, Settings
from bubblefear.errors import ConfigError, NothingToDo, UsageError
from bubblefear.pipeline import build_index, computing, read_index
from bubblefear.pipeline.explain import explain
from bubblefear.pipeline.run_tests import ABOUT, run_tests
from bubblefear.pipeline.score import score
from bubblefear.pipeline.specification import index_spec, transmission_spec
from bubblefear.store import database, entries, points, prices, transaction
from ingest.records import Entry, PriceBar
from models.index import IndexSpec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.pipeline.recording import Run
    from nlp.protocol import Scorer

FIRST = date(2025, 6, 2)
FEARFUL = "Lenders fear that the AI bubble will burst and Nvidia shares crash"
CALM = "Nvidia opens a laboratory"
SMALL = (
    ("base_sessions", 10),
    ("bootstrap_draws", 20),
    ("burn_in", 5),
    ("min_count", 2),
    ("min_exposure", 0.1),
    ("min_fear_sessions", 2),
)


@pytest.fixture
def settings() -> Settings:
    return Settings(scorer="lexicon.v1", index=SMALL, test=(("size_draws", 0),), symbols=("QQQ",))


def day_news(make_entry: Callable[..., Entry], day: date, tag: str = "") -> list[Entry]:
    """Three items at 15:00 UTC; how many are fearful depends on the day."""
    digest = hashlib.sha256(f"{day}{tag}".encode()).digest()[0] % 3
    return [
        make_entry(
            f"{FEARFUL if place <= digest else CALM} {place} {day}{tag}",
            seen=f"{day}T15:00:00Z",
            source=("Harbour Post", "Coast Daily")[place % 2],
        )
        for place in range(4)
    ]


def fill(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry], days: int, start: date = FIRST
) -> None:
    for step in range(days):
        with transaction(conn):
            found = day_news(make_entry, start + timedelta(days=step))
            entries.insert(conn, found, origin="import", now="2025-11-20T12:00:00Z")


@pytest.fixture
def scored(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> sqlite3.Connection:
    """Sixty days of news, scored."""
    fill(conn, make_entry, 60)
    score(conn, settings, run, now=clock, scorer=scorer)
    return conn


def values(conn: sqlite3.Connection, settings: Settings, vintage: str) -> dict[str, float | None]:
    found = points.read(conn, settings.index_version, vintage)
    return {p.date: p.value for p in found}


def test_a_second_build_without_news_makes_no_vintage(
    scored: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    first, first_hash = build_index.build(scored, settings, now=clock)
    clock.forward(days=1)
    second, second_hash = build_index.build(scored, settings, now=clock)
    assert first.vintage
    assert (second.vintage, second.changed, second_hash) == (None, 0, first_hash)


def test_later_news_never_changes_an_earlier_vintage(
    scored: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> None:
    first, _ = build_index.build(scored, settings, now=clock)
    assert first.vintage
    before = values(scored, settings, first.vintage)
    clock.forward(days=1)
    with transaction(scored):
        late = day_news(make_entry, FIRST + timedelta(days=20), " late")
        entries.insert(scored, late, origin="import", now=clock())
    score(scored, settings, run, now=clock, scorer=scorer)
    second, _ = build_index.build(scored, settings, now=clock)
    assert second.vintage
    assert values(scored, settings, first.vintage) == before
    assert values(scored, settings, second.vintage) != before


def test_a_reconstruction_sees_nothing_that_came_later(
    scored: sqlite3.Connection,
    db_path: Path,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> None:
    question = read_index.Question(as_of="2025-07-15")
    before = read_index.read(db_path, settings, question, now=clock, say=str)
    assert before.vintage == "reconstructed 2025-07-15T23:59:59Z"
    assert any(p.value is not None for p in before.points)
    fill(scored, make_entry, 5, start=FIRST + timedelta(days=70))
    score(scored, settings, run, now=clock, scorer=scorer)
    after = read_index.read(db_path, settings, question, now=clock, say=str)
    assert after.points == before.points
    assert max(p.date for p in after.points) <= "2025-07-16"


def test_as_of_gives_the_vintage_that_stood_then(
    scored: sqlite3.Connection, db_path: Path, settings: Settings, clock: Any
) -> None:
    built, _ = build_index.build(scored, settings, now=clock)
    later = clock.forward(days=3)
    shown = read_index.read(db_path, settings, read_index.Question(as_of=later), now=clock, say=str)
    assert shown.vintage == built.vintage


def test_reading_builds_only_what_is_out_of_date(
    scored: sqlite3.Connection, db_path: Path, settings: Settings, clock: Any
) -> None:
    said: list[str] = []
    for _ in range(2):
        read_index.read(db_path, settings, read_index.Question(), now=clock, say=said.append)
    assert len(said) == 1
    assert "vintage" in said[0]
    row = scored.execute("SELECT outcome, data_sha256 FROM runs WHERE command = 'index'").fetchone()
    assert row["outcome"] == "done"
    assert len(row["data_sha256"]) == 64


def test_an_index_of_another_specification_has_another_name(settings: Settings) -> None:
    other = replace(settings, index=(*SMALL, ("seed", 3)))
    assert settings.index_version != other.index_version
    assert settings.index_version != replace(settings, scorer="another").index_version
    named = replace(settings, index=(("version", "mine"),))
    assert named.index_version.startswith("mine+")
    assert Settings().index_version == INDEX_VERSION == IndexSpec().version


def test_what_the_settings_say_reaches_the_specification(settings: Settings) -> None:
    spec = index_spec(settings)
    assert (spec.base_sessions, spec.version) == (10, settings.index_version)
    assert index_spec(replace(settings, index=(("band", 0.5),))).band == 0.5


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("min_cuont", 3), "unknown setting"),
        (("min_count", "many"), "should be like 5"),
        (("pool_small", 1), "should be like True"),
    ],
)
def test_a_wrong_index_setting_is_one_line(
    settings: Settings, pair: tuple[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        index_spec(replace(settings, index=(pair,)))


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("band", 3.0), r"\[index\] band must lie"),
        (("channels", ("zzz",)), "channels may hold valuation.* not 'zzz'"),
        (("channels", ("credit", "credit")), "twice"),
        (("channels", (3,)), "should be a list like"),
        (("languages", ("de",)), "languages may hold en"),
        (("base_start", "garbage"), "base_start must be a day"),
        (("seed", -1), "seed"),
    ],
)
def test_an_index_setting_out_of_range_is_one_line(
    settings: Settings, pair: tuple[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        index_spec(replace(settings, index=(pair,)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("horizons", ("a",)), r"\[test\] horizons: should be a list like \[1, 5\]"),
        (("horizons", (True,)), "should be a list like"),
        (("horizons", "a"), "should be a list like"),
        (("bootstrap_draws", 0), r"\[test\] bootstrap_draws must be 20 or more"),
        (("size_draws", -1), "size_draws must be 0 or 19"),
        (("start", "garbage"), "start must be a day"),
    ],
)
def test_a_test_setting_out_of_range_is_one_line(
    scored: sqlite3.Connection, settings: Settings, pair: tuple[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        transmission_spec(scored, replace(settings, test=(pair,)))
    assert "\n" not in str(caught.value)


def test_imported_news_is_not_called_real_time(
    scored: sqlite3.Connection, conn: sqlite3.Connection, settings: Settings
) -> None:
    assert transmission_spec(scored, settings).index_kind == "reconstructed"
    conn.execute("UPDATE entries SET origin = 'feed'")
    assert transmission_spec(conn, settings).index_kind == "real-time"


def test_the_real_time_series_is_stored_beside_the_total(
    scored: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    built, _ = build_index.build(scored, settings, now=clock)
    assert built.vintage
    both = points.read(scored, settings.index_version, built.vintage, ("total", computing.REALTIME))
    realtime = [p for p in both if p.series == computing.REALTIME and p.value is not None]
    total = [p for p in both if p.series == "total" and p.value is not None]
    assert 0 < len(realtime) <= len(total)


def test_the_account_of_a_session_adds_up(
    scored: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    build_index.build(scored, settings, now=clock)
    found = explain(scored, settings, "2025-07-16")
    assert found.session.adds_up
    assert found.value > 0
    assert found.before is not None
    changes = [story.change for story in found.stories]
    assert sum(c for c in changes if c is not None) == pytest.approx(found.value - found.before)
    assert all(counted.title for counted in found.session.counted)


def test_without_scores_the_command_is_named(
    conn: sqlite3.Connection, db_path: Path, settings: Settings, clock: Any
) -> None:
    with pytest.raises(NothingToDo, match="bubblefear score"):
        read_index.read(db_path, settings, read_index.Question(), now=clock, say=str)
    assert conn.execute("SELECT count(*) FROM vintages").fetchone()[0] == 0


@pytest.mark.parametrize(
    "question",
    [
        read_index.Question(since="yesterday"),
        read_index.Question(as_of="2025-13-01"),
        read_index.Question(series=("totl",)),
    ],
    ids=["since", "as_of", "series"],
)
def test_a_question_that_cannot_be_is_wrong_usage(
    scored: sqlite3.Connection,
    db_path: Path,
    settings: Settings,
    clock: Any,
    question: read_index.Question,
) -> None:
    build_index.build(scored, settings, now=clock)
    with pytest.raises(UsageError):
        read_index.read(db_path, settings, question, now=clock, say=str)


def test_hypotheses_are_tested_and_stored_under_the_run(
    scored: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    build_index.build(scored, settings, now=clock)
    days = [FIRST + timedelta(days=step) for step in range(-5, 70)]
    bars = [
        PriceBar("QQQ", d.isoformat(), None, None, None, 100.0 + d.toordinal() ** 2 % 7, None, None)
        for d in days
        if d.weekday() < 5
    ]
    with transaction(scored):
        prices.write(scored, bars, origin="import", now=clock())
    few = replace(settings, test=(("bootstrap_draws", 20), ("size_draws", 19)))
    rows = run_tests(scored, few, run, now=clock)
    assert {row["family"] for row in rows} >= {"stationarity", "contemporaneous", "predictive"}
    expected = "hypothesis family status estimate interval p q size mde n verdict".split()
    assert all(list(row) == [*expected, *ABOUT] for row in rows)
    slope = next(r for r in rows if r["family"] == "contemporaneous" and r["n"])
    assert slope["level"] == 0.95
    assert slope["decided_by"] in ("p", "p_simulated")
    assert 0 < slope["p_simulated"] <= 1
    assert "HAC" in slope["error"]
    abstained = next(r for r in rows if not r["n"])
    assert (abstained["level"], abstained["lags"], abstained["rolling"]) == (None, None, None)
    stored = scored.execute("SELECT count(*) FROM test_results WHERE run_id = ?", (run.id,))
    assert stored.fetchone()[0] == len(rows)
    assert run.data_sha256


def test_tests_without_prices_name_the_command(
    scored: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    build_index.build(scored, settings, now=clock)
    with pytest.raises(NothingToDo, match="prices update"):
        run_tests(scored, settings, run, now=clock)


def test_the_order_of_arrival_changes_nothing(
    empty: Path,
    tmp_path: Path,
    settings: Settings,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> None:
    import shutil

    from bubblefear.pipeline.recording import recorded

    found = [e for step in range(40) for e in day_news(make_entry, FIRST + timedelta(days=step))]
    results = []
    for name, ordered in (("forward", found), ("backward", found[::-1])):
        path = tmp_path / f"{name}.db"
        shutil.copy(empty, path)
        with database(path) as conn, recorded(conn, "test", settings, clock) as run:
            with transaction(conn):
                entries.insert(conn, ordered, origin="import", now=clock())
            score(conn, settings, run, now=clock, scorer=scorer)
            built, _ = build_index.build(conn, settings, now=clock)
            assert built.vintage
            results.append(values(conn, settings, built.vintage))
    assert results[0] == results[1]


def test_an_index_without_values_says_why(
    scored: sqlite3.Connection, db_path: Path, settings: Settings, clock: Any
) -> None:
    del scored
    slow = replace(settings, index=(("burn_in", 200), ("base_sessions", 200), ("min_count", 2)))
    said: list[str] = []
    shown = read_index.read(db_path, slow, read_index.Question(), now=clock, say=said.append)
    assert {p.value for p in shown.points} == {None}
    assert "burn-in" in said[-1]
