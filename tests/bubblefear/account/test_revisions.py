"""Every revision is attributed, and the attributions add up to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.config import Settings
from bubblefear.errors import NothingToDo, UsageError
from bubblefear.pipeline import build_index
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.revisions import history, stability
from bubblefear.pipeline.score import score
from bubblefear.store import articles, entries, transaction
from nlp.lexicon_scorer import create

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ingest.records import Entry

DAY = "2025-11-04"
POST, SHEET = "Harbour Post (en)", "灣岸報 (zh-Hant)"
BUBBLE, LATE, COPY = "AI bubble", "Late AI bubble", "AI bubble again"
MORNING, EVENING = "2025-11-04T15:00:00Z", "2025-11-04T22:00:00Z"
NEXT, LAST = "2025-11-05T22:00:00Z", "2025-11-06T22:00:00Z"


@pytest.fixture
def first(desk: Any) -> Any:
    """One vintage of one session with two articles."""
    desk.article(BUBBLE, seen=MORNING, story="s1")
    desk.article(COPY, seen=MORNING, story="s2")
    desk.vintage(EVENING, {DAY: parts(desk)})
    return desk


def parts(desk: Any, rate: float = 100, fear: tuple[float, float] = (0.5, 0.4)) -> list[Any]:
    """The account of the first vintage, or with another rate or another fear."""
    return [
        desk.part(title, POST, strength, 1.0, rate)
        for title, strength in zip((BUBBLE, COPY), fear, strict=True)
    ]


def causes(desk: Any, settings: Settings) -> dict[str, float]:
    """Causes of the only revision that are not nothing, after the check that they add up."""
    (revision,) = history(desk.conn, settings, DAY).revisions
    assert revision.adds_up
    assert revision.causes is not None
    return {cause: points for cause, points in revision.causes.items() if points}


def test_news_of_after_the_vintage_is_late(first: Any, settings: Settings) -> None:
    first.article(LATE, seen="2025-11-04T23:00:00Z")
    first.vintage(NEXT, {DAY: [*parts(first, 90), first.part(LATE, POST, 0.2, 1.0, 90)]})
    assert causes(first, settings) == pytest.approx({"late article": 20, "source change": -11})


def test_news_that_was_scored_after_the_vintage_is_late(first: Any, settings: Settings) -> None:
    first.article(LATE, seen=MORNING, scored_at="2025-11-05T10:00:00Z")
    first.vintage(NEXT, {DAY: [*parts(first), first.part(LATE, POST, 0.2, 1.0, 100)]})
    assert causes(first, settings) == pytest.approx({"late article": 20})


def test_another_fear_is_a_rescoring(first: Any, settings: Settings) -> None:
    first.vintage(NEXT, {DAY: parts(first, fear=(0.7, 0.4))})
    assert causes(first, settings) == pytest.approx({"rescoring": 20})


def test_an_article_that_lost_all_fear_was_rescored(first: Any, settings: Settings) -> None:
    times = (NEXT, "2025-11-05T10:00:00Z")
    first.score(first.ids[COPY], COPY, 0.0, None, (), times)
    first.vintage(NEXT, {DAY: parts(first)[:1]})
    assert causes(first, settings) == pytest.approx({"rescoring": -40})


def test_an_article_that_had_no_fear_before_was_rescored(first: Any, settings: Settings) -> None:
    first.article(LATE, seen=MORNING, fear=0.0)
    times = ("2025-11-05T10:00:00Z", "2025-11-05T10:00:00Z")
    first.score(first.ids[LATE], LATE, 0.3, None, (), times)
    first.vintage(NEXT, {DAY: [*parts(first), first.part(LATE, POST, 0.3, 1.0, 100)]})
    assert causes(first, settings) == pytest.approx({"rescoring": 30})


def test_a_copy_that_is_found_out_is_a_story_merge(first: Any, settings: Settings) -> None:
    with transaction(first.conn):
        articles.set_stories(first.conn, [(first.ids[COPY], "s1", MORNING)])
    first.vintage(NEXT, {DAY: parts(first)[:1]})
    assert causes(first, settings) == pytest.approx({"story merge": -40})


def test_less_novelty_is_a_story_merge(first: Any, settings: Settings) -> None:
    one, two = parts(first)
    first.vintage(NEXT, {DAY: [one, replace(two, novelty=0.75, points=30)]})
    assert causes(first, settings) == pytest.approx({"story merge": -10})


def test_a_story_that_is_taken_apart_is_a_story_change(first: Any, settings: Settings) -> None:
    first.article(LATE, seen=MORNING)
    first.vintage(NEXT, {DAY: [*parts(first), first.part(LATE, POST, 0.2, 1.0, 100)]})
    assert causes(first, settings) == pytest.approx({"story merge": 20})


def test_a_source_that_comes_into_the_panel_or_leaves_it(first: Any, settings: Settings) -> None:
    first.article(LATE, seen=MORNING, source="灣岸報", language="zh-Hant")
    more = [*parts(first, 80), first.part(LATE, SHEET, 0.5, 1.0, 60)]
    first.vintage(NEXT, {DAY: more})
    assert causes(first, settings) == pytest.approx({"source change": 30 - 18})
    first.vintage(LAST, {DAY: parts(first)})
    second = history(first.conn, settings, DAY).revisions[1]
    assert second.causes is not None
    assert second.causes["source change"] == pytest.approx(18 - 30)
    assert second.adds_up


def test_what_is_no_longer_stored_was_withdrawn(first: Any, settings: Settings) -> None:
    gone = replace(parts(first)[0], article="0" * 16, story="0" * 16)
    first.vintage(NEXT, {DAY: [*parts(first), gone]})
    first.vintage(LAST, {DAY: parts(first)})
    second = history(first.conn, settings, DAY).revisions[1]
    assert second.causes is not None
    assert second.causes["withdrawn"] == pytest.approx(-50)


def test_a_vintage_of_other_sessions_is_no_revision(first: Any, settings: Settings) -> None:
    first.vintage(NEXT, {"2025-11-05": []})
    assert history(first.conn, settings, DAY).revisions == ()


def test_a_value_that_went_missing_has_no_causes(first: Any, settings: Settings) -> None:
    first.vintage(NEXT, {}, missing=[DAY])
    (revision,) = history(first.conn, settings, DAY).revisions
    assert (revision.stored.value, revision.change, revision.causes) == (None, None, None)
    assert not revision.adds_up


def test_a_value_without_an_account_is_not_attributed(
    first: Any, settings: Settings, db_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first.vintage(NEXT, {}, values={"2025-11-05": 80.0})
    first.article(LATE, seen="2025-11-05T15:00:00Z")
    first.vintage(LAST, {"2025-11-05": [first.part(LATE, POST, 0.5, 1.0, 100)]})
    (revision,) = history(first.conn, settings, "2025-11-05").revisions
    assert (revision.change, revision.parts) == (-30, None)
    assert main(["index", "revisions", "2025-11-05", "--db", str(db_path)]) == 0
    assert "cannot be said" in capsys.readouterr().out


def test_no_session_and_no_value_are_errors(first: Any, settings: Settings) -> None:
    with pytest.raises(UsageError, match="no session"):
        history(first.conn, settings, "2025-11-01")
    first.vintage(NEXT, {}, missing=["2025-11-05"])
    with pytest.raises(NothingToDo, match="never had a value"):
        history(first.conn, settings, "2025-11-05")


def test_stability_counts_from_the_first_final_value(desk: Any, settings: Settings) -> None:
    desk.article(BUBBLE, seen=MORNING)
    days = ("2025-11-03", DAY)
    desk.vintage("2025-11-04T16:00:00Z", one_part(desk, days, 50, 10), provisional=DAY)
    desk.vintage(EVENING, one_part(desk, days, 50, 40))
    desk.vintage(NEXT, one_part(desk, days, 50, 46))
    found = stability(desk.conn, settings)
    worst, calm = found.sessions
    assert (worst.date, worst.final, worst.last, worst.low, worst.high) == (DAY, 40, 46, 10, 46)
    assert (worst.revisions, worst.revised) == (2, 6)
    assert (calm.date, calm.revisions, calm.revised) == ("2025-11-03", 0, 0)
    assert (found.mean_absolute, found.median_absolute, found.mean_percent) == (3, 3, 7.5)


def one_part(desk: Any, days: tuple[str, ...], *points: float) -> dict[str, Any]:
    """Accounts of a single article."""
    whole = desk.part(BUBBLE, POST, 1.0, 1.0, 1)
    return {day: [replace(whole, points=p)] for day, p in zip(days, points, strict=True)}


def test_a_session_that_is_open_has_no_final_value(desk: Any, settings: Settings) -> None:
    desk.article(BUBBLE, seen=MORNING)
    desk.vintage("2025-11-04T16:00:00Z", one_part(desk, (DAY,), 10), provisional=DAY)
    found = stability(desk.conn, settings)
    assert (found.sessions[0].final, found.mean_absolute) == (None, None)


def test_the_commands(first: Any, db_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["index", "revisions", "--db", str(db_path)]
    assert main([*words, DAY]) == 0
    assert "never revised" in capsys.readouterr().out
    first.article(LATE, seen="2025-11-04T23:00:00Z")
    first.vintage(NEXT, {DAY: [*parts(first, 90), first.part(LATE, POST, 0.2, 1.0, 90)]})
    assert main([*words, DAY]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{DAY}: index 99.0, revised once, +9.0 from 90.0 at first"
    assert out[5].split() == [NEXT, "real-time", "99.0", "+9.0", "+20.0", "0", "0", "0", "-11.0"]
    assert any(LATE in line and "+20.0" in line for line in out[6:])
    assert main([*words, DAY, "--json"]) == 0
    (revision,) = json.loads(capsys.readouterr().out)["revisions"]
    assert revision["sum"]["adds_up"]
    assert sum(revision["causes"].values()) == pytest.approx(revision["change"])
    assert revision["articles"][0]["title"] == LATE
    assert main(words) == 0
    assert "1 of 1 sessions were ever revised" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"][0]["range"] == pytest.approx(9)


FEARFUL = "Lenders fear that the AI bubble will burst and Nvidia shares crash"
SMALL = (
    ("base_sessions", 10),
    ("bootstrap_draws", 0),
    ("burn_in", 5),
    ("min_count", 2),
    ("min_exposure", 0.1),
    ("min_fear_sessions", 2),
)


@dataclass
class Job:
    """Scores and builds a database as the daily job does."""

    conn: sqlite3.Connection
    make_entry: Callable[..., Entry]
    clock: Any
    settings: Settings = field(default_factory=lambda: Settings(scorer="lexicon.v1", index=SMALL))

    def take_in(self, titles: Sequence[tuple[str, str]]) -> None:
        """Store headlines, each with its day, and bring the index up to date."""
        with transaction(self.conn):
            news = [self.make_entry(title, seen=f"{day}T15:00:00Z") for title, day in titles]
            entries.insert(self.conn, news, origin="import", now=self.clock())
        with recorded(self.conn, "test", self.settings, self.clock) as run:
            score(self.conn, self.settings, run, now=self.clock, scorer=create())
        build_index.build(self.conn, self.settings, now=self.clock)

    def only_causes(self, day: str) -> dict[str, float]:
        """Causes of a session's only revision, after the check that they add up."""
        (revision,) = history(self.conn, self.settings, day).revisions
        assert revision.adds_up
        assert revision.causes is not None
        return {cause: points for cause, points in revision.causes.items() if points}


@pytest.fixture
def job(conn: sqlite3.Connection, make_entry: Callable[..., Entry], clock: Any) -> Job:
    """Forty days of news, scored and built."""
    made = Job(conn, make_entry, clock)
    days = [(date(2025, 6, 2) + timedelta(days=step)).isoformat() for step in range(40)]
    made.take_in(
        [
            (f"{FEARFUL if place <= number % 3 else 'A harbour opens'} {number} {place}", day)
            for number, day in enumerate(days)
            for place in range(4)
        ]
    )
    clock.forward(hours=1)
    return made


def test_a_late_import_through_the_whole_pipeline(job: Job) -> None:
    job.take_in([(f"{FEARFUL}, late", "2025-07-08"), ("A quiet day, late", "2025-07-08")])
    causes = job.only_causes("2025-07-08")
    assert set(causes) == {"late article", "source change"}
    assert causes["late article"] > 0 > causes["source change"]
    assert stability(job.conn, job.settings).sessions[0].date == "2025-07-08"


def test_a_page_that_is_fetched_later_is_a_rescoring(job: Job) -> None:
    row = job.conn.execute(
        "SELECT number, id, url, title, summary, 'en' FROM entries "
        "WHERE first_seen_at LIKE '2025-07-09%' AND title LIKE 'Lenders%'"
    ).fetchone()
    with transaction(job.conn):
        body = "The harbour opened a new pier. Visitors came by train. The weather was fine."
        articles.set_body(job.conn, articles.Wanted(*row), status="ok", body=body, now=job.clock())
    job.take_in([])
    causes = job.only_causes("2025-07-09")
    assert set(causes) == {"rescoring"}
    assert causes["rescoring"] < 0
