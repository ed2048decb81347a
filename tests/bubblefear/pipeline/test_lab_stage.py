"""The tests as a stage: hypotheses declared, results kept, placebos beside the index."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.config import Settings
from bubblefear.errors import ConfigError
from bubblefear.pipeline import build_index
from bubblefear.pipeline.declare import declare, in_force
from bubblefear.pipeline.import_prices import import_intraday
from bubblefear.pipeline.placebo import placebo_indices
from bubblefear.pipeline.recording import Run, recorded
from bubblefear.pipeline.run_tests import Options, run_tests
from bubblefear.pipeline.score import score
from bubblefear.store import declarations, entries, intraday, points, prices, transaction
from ingest.records import PriceBar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingest.records import Entry
    from nlp.protocol import Scorer

HYPOTHESES = """
format = 1
[[hypothesis]]
id = "A"
says = "Shares fall in a session of unexpected fear."
test = "contemporaneous:QQQ"
family = "contemporaneous"
sign = -1
lag = 0
horizon = 1
alpha = 0.05
"""
FIRST = date(2025, 6, 2)
FEARFUL = "Lenders fear that the AI bubble will burst and Nvidia shares crash"
CALM = "Nvidia opens a laboratory"
FAMILIES = Options(families=("contemporaneous",))


@pytest.fixture
def hypotheses(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(HYPOTHESES, encoding="utf-8")
    return path


@pytest.fixture
def settings() -> Settings:
    """The lexicon, and an index of few sessions."""
    small = {
        "base_sessions": 10,
        "bootstrap_draws": 20,
        "burn_in": 5,
        "min_count": 2,
        "min_exposure": 0.1,
        "min_fear_sessions": 2,
    }
    chosen = (("bootstrap_draws", 20), ("size_draws", 19))
    return Settings(scorer="lexicon.v1", index=tuple(small.items()), test=chosen, symbols=("QQQ",))


@pytest.fixture
def run(conn: sqlite3.Connection, settings: Settings, clock: Any) -> Iterator[Run]:
    """The run of a daily job that has not tested yet."""
    with recorded(conn, "daily", settings, clock) as found:
        yield found


def items(make_entry: Callable[..., Entry], day: date) -> list[Entry]:
    """Four items; how many of them are fearful depends on the day."""
    fearful = hashlib.sha256(str(day).encode()).digest()[0] % 4
    return [
        make_entry(
            f"{FEARFUL if place < fearful else CALM} {place} {day}",
            seen=f"{day}T15:00:00Z",
            source=("Harbour Post", "Coast Daily")[place % 2],
        )
        for place in range(4)
    ]


@pytest.fixture
def market(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> sqlite3.Connection:
    """Seventy days of scored news, the index, and shares' prices over its sessions."""
    days = [FIRST + timedelta(days=step) for step in range(70)]
    with transaction(conn):
        for day in days:
            entries.insert(conn, items(make_entry, day), origin="import", now=clock())
    score(conn, settings, run, now=clock, scorer=scorer)
    build_index.build(conn, settings, now=clock)
    bars = [
        PriceBar(
            name, d.isoformat(), None, None, None, 100 + d.toordinal() ** 2 % prime, None, None
        )
        for name, prime in (("QQQ", 7), ("SPY", 11))
        for d in days
        if d.weekday() < 5
    ]
    with transaction(conn):
        prices.write(conn, bars, origin="import", now=clock())
    return conn


def sessions(conn: sqlite3.Connection, settings: Settings) -> list[str]:
    vintage = points.vintage_at(conn, settings.index_version)
    return [p.date for p in points.read(conn, settings.index_version, vintage or "")]


def test_what_is_declared_before_the_first_test_is_declared(
    market: sqlite3.Connection, settings: Settings, run: Run, clock: Any, hypotheses: Path
) -> None:
    found = declare(market, hypotheses, now=clock())
    assert found.returns_read_at is None
    assert in_force(market).before_returns
    rows = run_tests(market, settings, run, FAMILIES, now=clock)
    assert (rows[0]["hypothesis"], rows[0]["status"]) == ("A", "declared")
    assert rows[0]["test"] == "contemporaneous:QQQ"
    assert rows[0]["declared_at"] == clock()
    assert {row["status"] for row in rows[1:]} == {"exploratory"}


def test_what_is_declared_after_a_test_is_exploratory(
    market: sqlite3.Connection, settings: Settings, run: Run, clock: Any, hypotheses: Path
) -> None:
    run_tests(market, settings, run, FAMILIES, now=clock)
    clock.forward(days=1)
    late = declare(market, hypotheses, now=clock())
    assert late.returns_read_at is not None
    rows = run_tests(market, settings, run, FAMILIES, now=clock)
    assert (rows[0]["hypothesis"], rows[0]["status"]) == ("A", "exploratory")


def test_a_declaration_keeps_its_first_time(
    conn: sqlite3.Connection, clock: Any, hypotheses: Path
) -> None:
    first = declare(conn, hypotheses, now=clock())
    clock.forward(days=3)
    assert declare(conn, hypotheses, now=clock()) == first
    assert declarations.latest(conn) == first


def test_a_changed_file_was_not_declared(
    conn: sqlite3.Connection, clock: Any, hypotheses: Path
) -> None:
    declare(conn, hypotheses, now=clock())
    hypotheses.write_text(HYPOTHESES.replace("sign = -1", "sign = 1"), encoding="utf-8")
    assert in_force(conn, hypotheses).at is None
    assert in_force(conn).hypotheses[0].sign == -1  # the declared text, not the file of today


@pytest.mark.parametrize(
    ("text", "message"),
    [("format = ", "mine.toml: "), ("format = 1", "no .*hypothesis"), (b"\xff\xfe", "mine.toml")],
)
def test_a_file_that_cannot_be_declared(
    conn: sqlite3.Connection, clock: Any, hypotheses: Path, text: str | bytes, message: str
) -> None:
    hypotheses.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError, match=message) as caught:
        declare(conn, hypotheses, now=clock())
    assert "\n" not in str(caught.value)
    assert declarations.latest(conn) is None


def test_a_second_run_reads_what_is_kept(
    market: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    first = run_tests(market, settings, run, FAMILIES, now=clock)
    made = market.execute("SELECT key, made_at FROM kept_results").fetchall()
    clock.forward(hours=1)
    assert run_tests(market, settings, run, FAMILIES, now=clock) == first
    assert market.execute("SELECT key, made_at FROM kept_results").fetchall() == made


def test_unknown_families_are_named(
    market: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    with pytest.raises(ConfigError, match="no family 'astrology'; there are stationarity"):
        run_tests(market, settings, run, Options(families=("astrology",)), now=clock)


def test_placebo_topics_go_through_the_pipeline_once_for_a_vintage(
    market: sqlite3.Connection, settings: Settings, clock: Any
) -> None:
    vintage = points.vintage_at(market, settings.index_version)
    assert vintage is not None
    found = placebo_indices(market, settings, vintage, clock)
    assert list(found.columns) == ["placebo:disaster", "placebo:health"]
    assert list(found.index) == sessions(market, settings)
    market.execute("DELETE FROM scores")  # a second computation would fail
    assert placebo_indices(market, settings, vintage, clock).equals(found)


def test_bars_within_the_day_are_stored_and_corrected(
    conn: sqlite3.Connection, run: Run, clock: Any, tmp_path: Path
) -> None:
    path = tmp_path / "BTC-USD.csv"
    path.write_text("time,close\n2025-11-19T16:00:00-05:00,90000\n2025-11-19,1\n", encoding="utf-8")
    done = import_intraday(conn, run, tmp_path, now=clock)
    assert (done.bars, done.changed, done.refused) == (1, 1, 1)
    assert run.partial
    assert intraday.closes(conn, ["BTC-USD"]) == [("BTC-USD", "2025-11-19T21:00:00Z", 90000.0)]
    path.write_text("time,close\n2025-11-19T21:00:00Z,90001\n", encoding="utf-8")
    assert import_intraday(conn, run, tmp_path, now=clock).changed == 1
    assert import_intraday(conn, run, tmp_path, now=clock).changed == 0
