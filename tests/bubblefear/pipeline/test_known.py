"""What was known when: a page that was fetched later changes nothing before it."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from bubblefear.config import Settings
from bubblefear.pipeline import build_index, computing
from bubblefear.pipeline.known import Wanted, known_articles
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.score import score
from bubblefear.store import articles, entries, open_database, transaction
from ingest.records import Entry
from models.sessions import closes
from nlp.lexicon_scorer import create

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FIRST, DAYS, PER_DAY = date(2025, 6, 2), 40, 4
END = "2025-11-20T12:00:00Z"
CALM = "Nvidia opens a laboratory"
FEARFUL = "Lenders fear that the AI bubble will burst and Nvidia shares crash"
BODY = f"{FEARFUL}. Investors warn that the AI bubble is about to burst. {FEARFUL} again."
SETTINGS = Settings(
    scorer="lexicon.v1",
    index=(
        ("base_sessions", 10),
        ("bootstrap_draws", 0),
        ("burn_in", 5),
        ("min_count", 2),
        ("min_exposure", 1.0),
        ("min_fear_sessions", 2),
    ),
)
CLOSES = closes(str(FIRST), str(FIRST + timedelta(days=DAYS + 10)))
Figures = dict[tuple[str, str], float | None]


def rescore(conn: sqlite3.Connection) -> None:
    with recorded(conn, "test", SETTINGS, lambda: END) as run:
        score(conn, SETTINGS, run, now=lambda: END, scorer=create())


def fetch(conn: sqlite3.Connection, ids: Sequence[str], at: str) -> None:
    """Store the fearful page of each article as fetched at an instant."""
    rows = conn.execute(
        "SELECT e.number, e.id, e.url, e.title, e.summary, a.language FROM entries e "
        "JOIN articles a ON a.id = e.id"
    ).fetchall()
    with transaction(conn):
        for row in rows:
            if row["id"] in ids:
                articles.set_body(conn, articles.Wanted(*row), status="ok", body=BODY, now=at)


def figures(conn: sqlite3.Connection, as_of: str, closed_by: str = "9999") -> Figures:
    """Values by series and session, of the sessions closed by an instant."""
    found = computing.compute(conn, SETTINGS, as_of=as_of, band=False).found.points
    ends = {day: f"{close:%Y-%m-%dT%H:%M:%SZ}" for day, close in CLOSES.items()}
    return {(p.series, p.date): p.value for p in found if ends[p.date] <= closed_by}


def realtime(conn: sqlite3.Connection, closed_by: str) -> Figures:
    """The real-time points that a build of today gives for the sessions closed by an instant."""
    found = figures(conn, END, closed_by)
    return {key: value for key, value in found.items() if key[0] == computing.REALTIME}


def headline(day: date, place: int) -> Entry:
    """The articles of a day at different hours; one in three or so is fearful."""
    title = f"{FEARFUL if (day.toordinal() * 7 + place * 5) % 9 < 3 else CALM} {place} {day}"
    return Entry(
        key=f"{day:%Y%m%d}{place:08d}",
        source=("Harbour Post", "Coast Daily")[place % 2],
        feed_url=None,
        guid=None,
        url=f"https://example.org/{day}/{place}",
        canonical_url=f"https://example.org/{day}/{place}",
        title=title,
        summary=None,
        body=None,
        author=None,
        published_at=None,
        first_seen_at=f"{day}T{13 + 2 * place}:00:00Z",
        date_note=None,
        language="en",
    )


@pytest.fixture(scope="module")
def headlines_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty days of headlines, none of them scored."""
    path = tmp_path_factory.mktemp("known") / "news.db"
    days = [FIRST + timedelta(days=step) for step in range(DAYS)]
    with closing(open_database(path)) as conn, transaction(conn):
        found = [headline(day, place) for day in days for place in range(PER_DAY)]
        entries.insert(conn, found, origin="feed", now=END)
    return path


@pytest.fixture(scope="module")
def scored_file(headlines_file: Path) -> Path:
    """The same, scored."""
    path = headlines_file.with_name("scored.db")
    shutil.copy(headlines_file, path)
    with closing(open_database(path)) as conn:
        rescore(conn)
    return path


@pytest.fixture
def scored(scored_file: Path, db_path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of it, to be changed."""
    shutil.copy(scored_file, db_path)
    with closing(open_database(db_path)) as conn:
        yield conn


places = st.sets(
    st.tuples(st.integers(0, DAYS - 1), st.integers(0, PER_DAY - 1)), min_size=1, max_size=20
)


@example_settings(max_examples=8, deadline=None)
@given(
    chosen=places,
    step=st.integers(15, DAYS),
    hour=st.integers(0, 23),
    headline_scored=st.booleans(),
)
def test_a_page_fetched_later_changes_nothing_before_it(
    scored_file: Path, chosen: set[tuple[int, int]], step: int, hour: int, headline_scored: bool
) -> None:
    """Whether its headline was scored before the page came, or with it."""
    instant = f"{FIRST + timedelta(days=step)}T{hour:02d}:00:00Z"
    after = f"{instant[:-2]}1Z"
    ids = [headline(FIRST + timedelta(days=day), place).key for day, place in chosen]
    path = scored_file.with_name("example.db")
    shutil.copy(scored_file, path)
    with closing(open_database(path)) as conn:
        before = figures(conn, instant), realtime(conn, closed_by=instant)
        assert all(any(value is not None for value in found.values()) for found in before)
        if not headline_scored:
            conn.executemany("DELETE FROM scores WHERE article_id = ?", [(i,) for i in ids])
        fetch(conn, ids, after)
        rescore(conn)
        assert (figures(conn, instant), realtime(conn, closed_by=instant)) == before


def test_a_page_counts_from_its_fetch_on(scored: sqlite3.Connection) -> None:
    calm = scored.execute("SELECT id FROM entries WHERE title LIKE ?", (f"{CALM}%",)).fetchall()
    ids = [row["id"] for row in calm]
    before, live = figures(scored, END), realtime(scored, closed_by=END)
    fetch(scored, ids, "2025-07-20T00:00:00Z")
    rescore(scored)
    assert figures(scored, END) != before
    assert realtime(scored, closed_by=END) == live
    known = known_articles(scored, Wanted(SETTINGS.scorer_id, END))
    assert known.at_instant["fear"].gt(0).sum() > known.at_closes["fear"].gt(0).sum()


def test_a_page_fetched_before_the_close_is_in_the_real_time_point(
    scored: sqlite3.Connection,
) -> None:
    (row,) = scored.execute(
        "SELECT id FROM entries WHERE title LIKE ? AND first_seen_at LIKE '2025-07-08%' LIMIT 1",
        (f"{CALM}%",),
    ).fetchall()
    fetch(scored, [row["id"]], "2025-07-08T20:00:00Z")  # the close itself
    rescore(scored)
    known = known_articles(scored, Wanted(SETTINGS.scorer_id, END))
    assert known.at_closes is known.at_instant
    by_id = known.at_closes.set_index("article_id")
    assert by_id.loc[row["id"], "fear"] > 0


def test_all_entries_read_at_once_are_those_looked_up_one_by_one(
    scored: sqlite3.Connection,
) -> None:
    ids = [row["id"] for row in scored.execute("SELECT id FROM entries ORDER BY number")]
    fetch(scored, ids[::3], "2025-07-20T00:00:00Z")
    rescore(scored)
    with transaction(scored):
        scored.execute("DELETE FROM scores WHERE article_id = ?", (ids[1],))
        wordless = replace(headline(FIRST, 0), key="f" * 16, title="", guid="wordless")
        entries.insert(scored, [wordless], origin="feed", now=END)
    for as_of in ("2025-07-01T00:00:00Z", END):
        wanted = Wanted(SETTINGS.scorer_id, as_of, ("Nvidia",))
        scanned = known_articles(scored, wanted)
        looked_up = known_articles(scored, replace(wanted, ids=(*ids, wordless.key)))
        assert scanned.at_instant["abstained"].sum() >= 2
        for one, other in zip(scanned.frames, looked_up.frames, strict=True):
            pd.testing.assert_frame_equal(one, other)


def test_the_score_of_a_replaced_text_is_kept(scored: sqlite3.Connection) -> None:
    key = headline(FIRST, 0).key
    old = dict(scored.execute("SELECT * FROM scores WHERE article_id = ?", (key,)).fetchone())
    fetch(scored, [key], "2025-06-03T00:00:00Z")
    rescore(scored)
    kept = scored.execute("SELECT * FROM score_history").fetchall()
    assert [dict(row) for row in kept] == [old]
    new = scored.execute("SELECT * FROM scores WHERE article_id = ?", (key,)).fetchone()
    assert (old["text_known_at"], new["text_known_at"]) == (
        f"{FIRST}T13:00:00Z",
        "2025-06-03T00:00:00Z",
    )


@pytest.mark.parametrize("status", ["stub", "failed"])
def test_asking_for_a_page_in_vain_does_not_make_the_headline_later(
    headlines_file: Path, db_path: Path, status: str
) -> None:
    shutil.copy(headlines_file, db_path)
    with closing(open_database(db_path)) as conn:
        wanted = articles.without_body(conn, before=END, since="2025-01-01T00:00:00Z")[0]
        with transaction(conn):
            articles.set_body(conn, wanted, status=status, body=None, now=END)
        (text,) = articles.unscored(conn, "any", 0, 1)
        assert (text.id, text.known_at) == (wanted.id, f"{FIRST}T13:00:00Z")


def test_the_vintage_of_imported_news_is_reconstructed(scored: sqlite3.Connection) -> None:
    build_index.build(scored, SETTINGS, now=lambda: END)
    scored.execute("UPDATE entries SET origin = 'import' WHERE number > 20")
    other = replace(SETTINGS, index=(*SETTINGS.index, ("seed", 3)))
    build_index.build(scored, other, now=lambda: END)
    kinds = dict(scored.execute("SELECT version, kind FROM vintages").fetchall())
    assert kinds == {SETTINGS.index_version: "real-time", other.index_version: "reconstructed"}
