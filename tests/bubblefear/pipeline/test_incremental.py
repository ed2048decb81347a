"""A build that reads only what changed equals one that reads everything."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from bubblefear.config import INDEX_METHOD, INDEX_VERSIONS, Settings
from bubblefear.errors import NothingToDo
from bubblefear.pipeline import build_index, computing
from bubblefear.pipeline.stale import stale_sessions
from bubblefear.store import (
    accounts,
    articles,
    audit,
    counters,
    entries,
    open_database,
    points,
    scores,
    seals,
    transaction,
)
from ingest.records import Entry
from models.index.registry import VERSIONS
from models.sessions import closes
from nlp.records import ArticleScore, Mention, Sentiment

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

SETTINGS = Settings(
    index=(
        ("base_sessions", 8),
        ("bootstrap_draws", 30),
        ("burn_in", 4),
        ("entry_sessions", 5),
        ("min_count", 2),
        ("min_exposure", 0.1),
        ("min_fear_sessions", 2),
        ("review_sessions", 5),
    ),
)
DAYS = closes("2025-06-02", "2025-07-31").iloc[:24]
TODAY = "2025-07-03T15:00:00Z"
SOURCES = ("Gazette", "Courier", "Herald")


def text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def entry(source: str, seen: str, place: int) -> Entry:
    title = f"{source} {seen} {place}"
    return Entry(
        key=hashlib.sha256(title.encode()).hexdigest()[:16],
        source=source,
        feed_url=None,
        guid=None,
        url=None,
        canonical_url=None,
        title=title,
        summary=None,
        body=None,
        author=None,
        published_at=seen,
        first_seen_at=seen,
        language="en",
        date_note=None,
    )


def write_score(conn: sqlite3.Connection, article: str, fear: float, known_at: str) -> None:
    score = ArticleScore(
        document_id=article,
        scorer=SETTINGS.scorer,
        sentiment=Sentiment(0.2, 0.5, 0.3),
        relevance=1.0 if fear else 0.0,
        fear=fear,
        relief=0.0,
        kind="threat" if fear else None,
        channel="capex" if fear else None,
        recap=False,
        abstained=None,
        evidence=(),
        mentions=(Mention("entity", "Nvidia", "Nvidia", "title", 0, 6, 0),) if fear > 0.5 else (),
    )
    scores.write(
        conn, [(score, f"{fear}-{known_at}", known_at)], scorer=SETTINGS.scorer, now=known_at
    )


def add(conn: sqlite3.Connection, source: str, seen: str, fear: float, place: int) -> str:
    new = entry(source, seen, place)
    with transaction(conn):
        entries.insert(conn, [new], origin="feed", now=seen)
        write_score(conn, new.key, fear, seen)
    return new.key


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers over 22 sessions, a third one from the tenth on; built."""
    path = tmp_path_factory.mktemp("incremental") / "news.db"
    with closing(open_database(path)) as conn:
        for number, close in enumerate(DAYS.iloc[:22]):
            for which, source in enumerate(SOURCES):
                if source == "Herald" and number < 9:
                    continue
                for place in range(3):
                    fear = 0.1 * ((number * 7 + which * 3) % 8) if place == 0 else 0.0
                    seen = text(close - timedelta(hours=2 + place))
                    add(conn, source, seen, fear, place)
        build_index.build(conn, SETTINGS, now=lambda: TODAY)
    return path


def agree(conn: sqlite3.Connection, now: str) -> None:
    """The stored index is the one computed from every article."""
    version = SETTINGS.index_version
    vintage = points.vintage_at(conn, version)
    assert vintage is not None
    whole = computing.compute(conn, SETTINGS, as_of=now)
    stored = {(p.series, p.date): p for p in points.read(conn, version, vintage, None)}
    assert stored.keys() == {(p.series, p.date) for p in whole.found.points}
    for p in whole.found.points:
        kept = stored[p.series, p.date]
        for name in ("value", "ma7", "ma30", "lo", "hi", "n"):
            assert getattr(kept, name) == pytest.approx(getattr(p, name), abs=2e-6), (name, p)
    kept_accounts = {a.date: list(a.parts) for a in accounts.read_all(conn, version, vintage)}
    computed = {date: parts for date, parts in whole.found.accounts.items() if parts}
    assert {date: parts for date, parts in kept_accounts.items() if parts} == computed


def build(conn: sqlite3.Connection, now: str) -> bool:
    """Build; say whether only part of the articles was read."""
    stale = stale_sessions(conn, computing.work_on(conn, SETTINGS, now))
    build_index.build(conn, SETTINGS, now=lambda: now)
    return stale is not None and len(stale.ids) < entries.count(conn)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["new", "late", "rescored", "page", "story", "nothing"]),
        st.integers(0, 10_000),
        st.floats(0.05, 1.0).map(lambda x: round(x, 3)),
    ),
    min_size=1,
    max_size=5,
)


@example_settings(max_examples=15, deadline=None)
@given(changes=CHANGES, hours=st.integers(1, 100))
def test_building_in_part_equals_building_whole(
    template: Path, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple], hours: int
) -> None:
    path = tmp_path_factory.mktemp("one") / "news.db"
    shutil.copy(template, path)
    now = text(datetime.fromisoformat(TODAY) + timedelta(hours=hours))
    with closing(open_database(path)) as conn:
        for place, (what, number, fear) in enumerate(changes):
            change(conn, what, number, fear, now, place)
        build(conn, now)
        agree(conn, now)
        assert seals.verify(conn) == []


def change(
    conn: sqlite3.Connection, what: str, number: int, fear: float, now: str, place: int
) -> None:
    ids = [row[0] for row in conn.execute("SELECT id FROM entries ORDER BY number")]
    one, other = ids[number % len(ids)], ids[(number * 31 + 7) % len(ids)]
    source = SOURCES[number % 3]
    match what:
        case "new":
            add(conn, source, now, fear, 100 + place)
        case "late":
            seen = text(DAYS.iloc[number % 22] - timedelta(minutes=number % 600))
            add(conn, source, seen, fear, 100 + place)
        case "rescored":
            seen = conn.execute("SELECT first_seen_at FROM entries WHERE id = ?", (one,))
            with transaction(conn):
                write_score(conn, one, fear, seen.fetchone()[0])
        case "page":
            with transaction(conn):
                write_score(conn, one, fear, now)
        case "story":
            first = min(one, other)
            with transaction(conn):
                articles.set_stories(conn, [(i, first, now) for i in sorted({one, other})])


def test_the_day_s_news_is_read_alone(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    now = "2025-07-03T16:00:00Z"
    with closing(open_database(path)) as conn:
        add(conn, "Gazette", now, 0.9, 50)
        assert build(conn, now)
        agree(conn, now)


def test_another_base_window_reads_everything(template: Path, tmp_path: Path) -> None:
    """A late article in the base window moves the constants, and every session with them."""
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    now = "2025-07-03T16:00:00Z"
    with closing(open_database(path)) as conn:
        add(conn, "Gazette", text(DAYS.iloc[2] - timedelta(hours=1)), 0.9, 50)
        work = computing.work_on(conn, SETTINGS, now)
        stale = stale_sessions(conn, work)
        assert stale is not None
        assert computing.compute_from(conn, work, stale) is None
        build_index.build(conn, SETTINGS, now=lambda: now)
        agree(conn, now)


def test_other_settings_read_everything(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    with closing(open_database(path)) as conn:
        other = computing.work_on(conn, Settings(), "2025-07-04T00:00:00Z")
        assert stale_sessions(conn, other) is None


def test_a_session_is_provisional_until_its_close(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    with closing(open_database(path)) as conn:
        seen = text(DAYS.iloc[22] - timedelta(hours=20))
        add(conn, "Gazette", seen, 0.9, 50)
        before = computing.compute(conn, SETTINGS, as_of=text(DAYS.iloc[22] - timedelta(seconds=1)))
        after = computing.compute(conn, SETTINGS, as_of=text(DAYS.iloc[22]))
    assert before.constants["provisional"] == str(DAYS.index[22])
    assert before.constants["provisional_until"] == text(DAYS.iloc[22])
    assert after.constants["provisional"] is None


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE index_points SET value = value + 1 WHERE series = 'total'", "its content"),
        ("DELETE FROM accounts", "its content"),
        ("UPDATE vintages SET constants = '{}'", "its content"),
        ("DELETE FROM seals WHERE previous IS NULL", "another"),
    ],
)
def test_a_changed_vintage_breaks_the_chain(
    template: Path, tmp_path: Path, sql: str, reason: str
) -> None:
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    with closing(open_database(path)) as conn:
        add(conn, "Gazette", "2025-07-03T15:30:00Z", 0.9, 50)
        build_index.build(conn, SETTINGS, now=lambda: "2025-07-03T16:00:00Z")
        assert seals.verify(conn) == []
        conn.execute(sql)
        broken = seals.verify(conn)
    assert broken
    assert reason in broken[0].reason


def test_the_registry_and_the_settings_name_the_same_versions() -> None:
    assert tuple(VERSIONS) == INDEX_VERSIONS


def test_a_changed_default_is_another_method() -> None:
    """Else a database built before would count as up to date. Change both together."""
    choices = json.dumps([spec.as_dict() for spec in VERSIONS.values()], sort_keys=True)
    digest = hashlib.sha256(choices.encode()).hexdigest()[:12]
    assert (INDEX_METHOD, digest) == (2, "e94af76ce473")


def test_a_mark_of_an_older_release_counts_as_no_build(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    with closing(open_database(path)) as conn:
        conn.execute("UPDATE counters SET value = '12 abc' WHERE name LIKE 'built:%'")
        assert counters.last_build(conn, SETTINGS.index_version) is None


def test_a_calibrated_version_stands_beside_the_old_one(template: Path, tmp_path: Path) -> None:
    """Halved fear halves every contribution, and leaves an index of mean 100 where it was."""
    path = tmp_path / "news.db"
    shutil.copy(template, path)
    halved = {"all": [(0.0, 0.0), (1.0, 0.5)]}
    certain = {"en": [[20.0 if i == j else 0.0 for j in range(4)] for i in range(4)]}
    settings = replace(SETTINGS, index=(*SETTINGS.index, ("calibration", "half"), ("min_fear", 0)))
    plain = replace(SETTINGS, index=(*SETTINGS.index, ("min_fear", 0)))
    with closing(open_database(path)) as conn:
        sample = audit.Sample("s", TODAY, SETTINGS.scorer, 1, 1, None, None, {})
        with transaction(conn):
            audit.add_sample(conn, sample, [])
            audit.add_calibration(
                conn, audit.Calibration("half", TODAY, "s", SETTINGS.scorer, 1, halved, certain)
            )
        found = computing.compute(conn, settings, as_of=TODAY).found
        before = computing.compute(conn, plain, as_of=TODAY).found
        with pytest.raises(NothingToDo, match="audit calibrate"):
            computing.work_on(conn, Settings(index=(("calibration", "none"),)), TODAY)
    values = [{p.date: p.value for p in f.points if p.series == "total"} for f in (found, before)]
    assert values[0] == pytest.approx(values[1])
    parts = [f.accounts[str(DAYS.index[5])] for f in (found, before)]
    assert [p.fear for p in parts[0]] == pytest.approx([p.fear / 2 for p in parts[1]])
    assert Settings(index=(("calibration", "half"),)).index_version == "fear.v1+half"
