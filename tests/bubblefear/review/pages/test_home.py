from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bubblefear.review.pages.home import rank
from bubblefear.store import accounts, alerts, database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
EVIL = "/article/aaaa000000000005"


def test_home_shows_the_newest_value_its_band_and_change(asker: Asker) -> None:
    page = asker.get("/").text
    assert "<strong>158.2</strong>" in page
    assert "90 % band 140.5 to 176.0" in page
    assert '<span class="up">+28.2</span> since 2025-11-20' in page  # from the revised 130.0
    assert '<a href="/day/2025-11-21">2025-11-21</a>' in page


def test_home_shows_what_moved_it_by_contribution(asker: Asker) -> None:
    page = asker.get("/").text
    first, second = page.index("aaaa000000000001"), page.index("aaaa000000000002")
    assert first < second < page.index("aaaa000000000005")
    assert "2 articles, 2 sources" in page
    assert "channel:credit" in page
    assert "aaaa000000000003" not in page  # first seen before the close of the 20th
    assert "aaaa000000000004" not in page  # not relevant


def test_home_draws_a_gap_for_a_missing_session(asker: Asker) -> None:
    page = asker.get("/").text
    assert "2025-11-11: missing" in page
    line = re.search(r'class="line" d="([^"]+)"', page)
    assert line is not None
    assert line.group(1).count("M") == 2


def test_home_without_an_index_says_so(tmp_path: Path, open_asker: Callable[..., Asker]) -> None:
    with database(tmp_path / "empty.db"):
        pass
    answer = open_asker(tmp_path / "empty.db").get("/")
    assert answer.status_code == 200
    assert "No index yet" in answer.text


def test_home_after_the_newest_session_was_missing(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO index_points VALUES "
            "('v1', '2025-11-21T21:10:00Z', 'total', '2025-11-24', NULL, NULL, NULL, NULL, NULL, 1)"
        )
    page = asker.get("/").text
    assert "<strong>158.2</strong>" in page
    assert "1 later session missing" in page


VINTAGE = "2025-11-21T21:10:00Z"


@pytest.fixture
def accounted(newsroom: Path) -> Path:
    """The newsroom with the account of its last two sessions."""

    def part(number: int, points: float) -> accounts.Part:
        article = f"aaaa00000000000{number}"
        return accounts.Part(article, f"story-{number}", "Gazette (en)", 0.5, 1.0, points)

    told = {
        "2025-11-20": [part(3, 130.0)],
        "2025-11-21": [part(1, 100.0), part(2, 50.25), part(5, 8.0)],
    }
    with database(newsroom) as conn:
        accounts.write(conn, "v1", VINTAGE, told)
    return newsroom


def test_home_tells_the_change_in_points_of_the_account(
    accounted: Path, open_asker: Callable[..., Asker]
) -> None:
    page = open_asker(accounted).get("/").text
    table = page[page.index('<table class="movers">') : page.index("</tfoot>")]
    order = ["aaaa000000000003", "aaaa000000000001", "aaaa000000000002", "aaaa000000000005"]
    places = [table.index(article) for article in order]
    assert places == sorted(places)
    assert '<span class="down">−130.0</span>' in table
    assert "gone · " in table
    assert table.index('<span class="up">+28.2</span>') > places[-1]  # the index, as above
    assert "&lt;script&gt;" in table
    assert "<script>alert" not in page
    assert '<tr><th scope="row"><bdi>credit</bdi></th><td class="num">100.0</td>' in page


def test_home_says_how_high_the_value_is_among_those_before(asker: Asker) -> None:
    assert "Higher than <strong>100 %</strong> of the 13 sessions before it" in asker.get("/").text


def test_rank_counts_only_what_is_lower() -> None:
    assert rank([5.0]) is None
    found = rank([1.0, 3.0, 3.0, 9.0, 3.0])
    assert found is not None
    assert (found.percent, found.sessions) == (25, 4)


def test_home_says_how_fresh_everything_is(asker: Asker) -> None:
    page = asker.get("/").text
    assert '<time datetime="2025-11-21T17:40:00Z">2025-11-21 17:40</time> (14 hours ago)' in page
    assert "test, partial, " in page
    assert "The newest article was first seen" not in page


def test_home_warns_of_news_that_is_old(newsroom: Path, open_asker: Callable[..., Asker]) -> None:
    with database(newsroom) as conn:
        conn.execute("UPDATE entries SET first_seen_at = '2025-11-14T08:00:00Z'")
    assert "The newest article was first seen 8 days ago" in open_asker(newsroom).get("/").text


def test_home_tells_of_alerts_of_the_last_sessions(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    at = "2025-11-21T21:11:00Z"
    with database(newsroom) as conn:
        for session in ("2025-11-21", "2025-11-03"):
            fired = alerts.Fired(
                "total.z>2", "v1", "total", session, VINTAGE, 158.25, 2.41, {}, at
            )  # fmt: skip
            alerts.record(conn, fired, delivery=alerts.SHOWN)
    page = open_asker(newsroom).get("/").text
    assert '<a href="/day/2025-11-21">2025-11-21</a> <code>total.z&gt;2</code>' in page
    assert "compared 2.41" in page
    assert page.count("total.z&gt;2") == 1  # that of the 3rd is of long ago


def test_home_says_that_the_session_has_not_closed(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    with database(newsroom) as conn:
        conn.execute(
            'UPDATE vintages SET constants = \'{"provisional": "2025-11-21"}\' WHERE vintage = ?',
            (VINTAGE,),
        )
    assert "The session has not closed" in open_asker(newsroom).get("/").text


def test_the_history_is_a_table_of_the_days_asked_for(asker: Asker) -> None:
    page = asker.get("/?view=channels&mean=1&since=2025-11-10&until=2025-11-12").text
    table = page[page.index('<div id="sessions">') :]
    dates = re.findall(r'<th scope="row"><a href="/day/([0-9-]+)">', table)
    assert dates == ["2025-11-12", "2025-11-11", "2025-11-10"]
    figures = re.findall(r'<td class="num">(.*?)</td>', table)
    assert figures[:3] == ["51.5", '<span class="missing">missing</span>', "49.0"]
    assert '<th scope="col" class="num">credit</th>' in table
    assert "/index.csv?since=2025-11-10&amp;until=2025-11-12" in table


def test_the_history_marks_what_is_chosen_and_links_to_the_rest(asker: Asker) -> None:
    page = asker.get("/?view=kinds&mean=30").text
    assert re.search(r'aria-current="true">Threat and act</a>', page)
    assert re.search(r'aria-current="true">30-day mean</a>', page)
    assert (
        'href="/?view=entities&amp;mean=30&amp;since=2025-11-03&amp;until=2025-11-21#history"'
        in page
    )
    assert 'data-spec="/index.chart.json?view=kinds&amp;mean=30&amp;' in page


def test_a_history_that_cannot_be_is_refused(asker: Asker) -> None:
    answer = asker.get("/?view=everything")
    assert answer.status_code == 400
    assert "no view" in answer.text


def test_days_without_a_value_say_so(asker: Asker) -> None:
    page = asker.get("/?since=2025-11-11&until=2025-11-11").text
    assert "No session of these days has a value." in page


def test_every_page_marks_where_it_is(asker: Asker) -> None:
    assert '<a href="/" aria-current="page">Today</a>' in asker.get("/").text
    assert '<a href="/" aria-current="true">Today</a>' in asker.get("/day/2025-11-21").text
    assert "aria-current" not in asker.get("/search").text
