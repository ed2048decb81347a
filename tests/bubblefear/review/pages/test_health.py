from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from datasette.utils.asgi import BadRequest

from bubblefear.config import Settings
from bubblefear.pipeline.feed_overview import FeedLine
from bubblefear.review.app import build
from bubblefear.review.pages.health import chosen_feeds
from bubblefear.review.state import state_of
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

GAZETTE = "https://gazette.example/rss"


@pytest.fixture
def polled(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    """The newsroom's feeds with what was learned of them, and one that was never polled."""
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO feeds VALUES ('javascript:alert(1)', 'Harbour Gazette', NULL, NULL, NULL,"
            " 0, 1, NULL, NULL, '2025-11-01T00:00:00Z')"
        )
        conn.executemany(
            "INSERT INTO feed_states VALUES (?, NULL, NULL, ?, ?, ?, ?, 0.4, ?, ?)",
            [
                (GAZETTE, "gazette.example", 55, 60, "2025-11-22T07:00:00Z", 0, None),
                ("https://evil.example/rss", "evil.example", None, 1440, "2025-11-23T06:00:00Z", 3,
                 "2025-11-20T06:00:00Z"),
            ],
        )  # fmt: skip
        conn.execute(
            "INSERT INTO hosts VALUES ('evil.example', 3, '2025-11-23T00:00:00Z', 'server error',"
            " '2025-11-20T06:00:00Z', 'run-1')"
        )
    return open_asker(newsroom)


def test_each_check_stands_with_its_state(polled: Asker) -> None:
    page = polled.get("/health").text
    checks = page[page.index('id="checks"') : page.index('id="feeds"')]
    for name in ("packages", "feeds", "news", "prices", "index", "daily", "problems"):
        assert f'<th scope="row">{name}</th>' in checks
    assert "Something needs a look." in page
    assert "1 kept, the newest: feed.html" in checks
    assert "<code>bubblefear index</code> builds it" in checks


def test_the_slow_checks_are_made_when_asked_for_and_kept(polled: Asker) -> None:
    before = polled.get("/health").text
    assert "Not made yet: database, scorer, vintages" in before
    assert '<th scope="row">vintages</th>' not in before
    after = polled.get("/health?deep=1").text
    assert '<th scope="row">database</th><td><span class="answer a-ok">ok</span>' in after
    assert '<th scope="row">vintages</th>' in polled.get("/health").text
    made = polled.get("/health.json").json()["deep"]
    assert made["at"] == "2025-11-22T08:00:00Z"
    assert [check["name"] for check in made["checks"]] == ["database", "scorer", "vintages"]
    assert polled.get("/health.json?deep=1").json()["deep"] == made


def test_a_feed_tells_how_it_is(polled: Asker) -> None:
    page = polled.get("/health").text
    feeds = page[page.index("<tbody role", page.index('id="feeds"')) : page.index('id="runs"')]
    evil, gazette, never = feeds.split("<tr role")[1:]
    assert "left alone" in evil
    assert "evil.example until" in evil
    assert "<code>bubblefear feeds check URL</code> asks now" in evil
    assert "1 of 1" in evil
    assert "never polled" in never
    assert 'href="javascript' not in page
    for said in ("55 min", "every 60 min", ">due<", "saturated", "2025-11-21"):
        assert said in gazette
    assert "&lt;b&gt;Evil &amp; Sons&lt;/b&gt;" in evil


def test_feeds_are_chosen_and_sorted_by_the_address(polled: Asker) -> None:
    def shown(query: str) -> list[str]:
        return [line["source"] for line in polled.get(f"/health.json{query}").json()["feeds"]]

    assert shown("?state=left+alone") == ["<b>Evil & Sons</b>"]
    assert shown("?q=GAZETTE.example") == ["Harbour Gazette"]
    assert shown("?sort=failures")[0] == "<b>Evil & Sons</b>"
    assert polled.get("/health?sort=nothing").status_code == 400
    page = polled.get("/health?state=saturated&sort=new").text
    assert "1 of 3 shown" in page
    assert 'aria-sort="descending"' in page
    assert "No feed has that state and that text." in polled.get("/health?q=nowhere").text


def test_missing_values_come_last_in_either_order() -> None:
    def line(source: str, next_poll_at: str | None, items_new: int) -> FeedLine:
        return FeedLine(
            source, "u", "u", None, "ok", None, None, None, None, None, None, next_poll_at,
            0, None, 0, 0, items_new, 0, None, None, 0, (),
        )  # fmt: skip

    lines = [line("b", None, 1), line("a", "2025-11-22T00:00:00Z", 5), line("c", "2025-11-21", 3)]

    def order(sort: str) -> str:
        return "".join(
            one.source for one in chosen_feeds(lines, {"sort": sort, "state": "", "q": ""})
        )

    assert [order("next"), order("new"), order("source"), order("")] == ["cab", "acb", "abc", "bac"]
    with pytest.raises(BadRequest):
        order("url")


def test_every_table_as_csv(polled: Asker) -> None:
    def rows(query: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(polled.get(f"/health.csv{query}").text)))

    assert {row["url"] for row in rows("")} >= {GAZETTE}
    assert rows("?state=left+alone")[0]["findings"].startswith("left alone: evil.example until")
    assert rows("?table=runs")[0]["command"] == "test"
    assert rows("?table=problems")[0]["code"] == "feed.html"
    assert rows("?table=checks")[0]["name"] == "packages"
    assert rows("?table=backfill") == []
    assert polled.get("/health.csv?table=secrets").status_code == 400


def test_the_settings_of_the_command_decide(newsroom: Path) -> None:
    settings = Settings(scorer="lexicon.v1")
    datasette = build(newsroom, token="t", clock=lambda: "2025-11-22T08:00:00Z", settings=settings)
    try:
        state = state_of(datasette)
        assert state is not None
        assert state.settings.scorer_id == "lexicon.v1"
    finally:
        datasette.executor.shutdown()
        for known in datasette.databases.values():
            known.close()


def test_an_empty_database_has_its_page(empty: Path, open_asker: Callable[..., Asker]) -> None:
    asker = open_asker(empty)
    page = asker.get("/health")
    assert page.status_code == 200
    for said in ("<code>bubblefear init</code>", "No command has run yet", "None was met."):
        assert said in page.text
    assert asker.get("/health.json").json()["feeds"] == []
