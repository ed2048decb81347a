"""Files, stories, scores, pages and prices: each stage is keyed and can be run again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import requests

from bubblefear.pipeline.fetch_pages import fetch_pages
from bubblefear.pipeline.group_stories import group_stories
from bubblefear.pipeline.import_file import import_file
from bubblefear.pipeline.import_prices import import_prices
from bubblefear.pipeline.score import score
from bubblefear.pipeline.update_prices import update_prices
from bubblefear.store import articles, entries, prices, transaction
from ingest.errors import FileError
from ingest.prices.yahoo import fetch_history
from ingest.records import Entry, PriceBar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from nlp.protocol import Scorer

NOW = "2025-11-20T12:00:00Z"


def put(conn: sqlite3.Connection, found: list[Entry], origin: str = "feed") -> None:
    with transaction(conn):
        entries.insert(conn, found, origin=origin, now=NOW)


CSV = """id,published_at,corpus,source,lang,title,summary,url,extra
1,2025-11-18T10:00:00Z,own,Post,en,Lenders fear an AI bust,,https://example.org/1,{}
2,2025-11-19T10:00:00Z,own,海港日报,zh-Hans,人工智能泡沫恐慌蔓延,,,{}
3,not a date,own,Post,en,No date at all,,,{}
4,2025-11-19T10:00:00Z,own,Post,en,,,,{}
"""


def test_a_file_is_imported_once_and_bad_rows_are_problems(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, tmp_path: Path
) -> None:
    path = tmp_path / "news.csv"
    path.write_text(CSV, encoding="utf-8")
    first = import_file(conn, settings, run, path, now=clock)
    again = import_file(conn, settings, run, path, now=clock)
    assert (first.rows, first.new, first.refused) == (4, 2, 2)
    assert (again.new, run.partial) == (0, True)
    assert conn.execute("SELECT count(*), max(times) FROM problems").fetchone()[:] == (2, 1)


def test_the_delay_moves_the_first_sight(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, tmp_path: Path
) -> None:
    path = tmp_path / "news.csv"
    path.write_text(CSV, encoding="utf-8")
    import_file(conn, replace(settings, import_delay=30), run, path, now=clock)
    row = conn.execute(
        "SELECT published_at, first_seen_at FROM entries WHERE guid = '1'"
    ).fetchone()
    assert tuple(row) == ("2025-11-18T10:00:00Z", "2025-11-18T10:30:00Z")


def test_a_missing_file_is_one_error(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, tmp_path: Path
) -> None:
    with pytest.raises(FileError):
        import_file(conn, settings, run, tmp_path / "none.csv", now=clock)


TITLES = [
    "Lender cuts its loans to three data centre builders",
    "Harbour opens its new terminal to visitors on Sunday",
    "Lender cuts its loans to three data centre builders",
    "Chip maker warns that orders for next year will halve",
    "Chip maker warns orders for next year will halve",
    "Storm closes the coast road for a second night running",
]


def news(make_entry: Callable[..., Entry]) -> list[Entry]:
    return [
        make_entry(title, source=f"Source {place}", seen=f"2025-11-20T0{place}:00:00Z")
        for place, title in enumerate(TITLES)
    ]


def stories(conn: sqlite3.Connection) -> dict[str, str]:
    return dict(conn.execute("SELECT id, story_id FROM articles").fetchall())


def test_copies_share_a_story_and_others_do_not(
    conn: sqlite3.Connection, run: Run, make_entry: Callable[..., Entry]
) -> None:
    found = news(make_entry)
    put(conn, found)
    assert group_stories(conn, run) == len(found)
    story = stories(conn)
    assert story[found[0].key] == story[found[2].key] == found[0].key
    assert story[found[3].key] == story[found[4].key]
    assert len(set(story.values())) == 4
    assert group_stories(conn, run) == 0


def test_a_kill_between_batches_changes_no_story(
    conn: sqlite3.Connection,
    run: Run,
    make_entry: Callable[..., Entry],
) -> None:
    put(conn, news(make_entry))
    group_stories(conn, run)
    whole = stories(conn)
    for kept in range(1, len(TITLES)):
        conn.execute(
            "UPDATE articles SET story_id = NULL WHERE id IN "
            "(SELECT id FROM entries WHERE number > ?)",
            (kept,),
        )
        group_stories(conn, run)
        assert stories(conn) == whole


def test_late_news_finds_the_story_of_its_own_days(
    conn: sqlite3.Connection, run: Run, make_entry: Callable[..., Entry]
) -> None:
    put(conn, [make_entry(TITLES[0], source="A", seen="2025-11-01T08:00:00Z")])
    put(conn, [make_entry(TITLES[5], source="A", seen="2025-11-20T08:00:00Z")])
    group_stories(conn, run)
    late = make_entry(TITLES[0], source="B", seen="2025-11-01T09:00:00Z")
    far = make_entry(TITLES[0], source="C", seen="2025-11-19T09:00:00Z")
    put(conn, [late, far])
    group_stories(conn, run)
    story = stories(conn)
    assert story[late.key] != late.key
    assert story[far.key] == far.key


def test_batches_of_any_size_give_the_same_stories(
    conn: sqlite3.Connection, run: Run, make_entry: Callable[..., Entry]
) -> None:
    put(conn, news(make_entry))
    group_stories(conn, run)
    whole = stories(conn)
    conn.execute("UPDATE articles SET story_id = NULL")
    group_stories(conn, run, batch=2)
    assert stories(conn) == whole


def test_scoring_goes_on_where_it_ended(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> None:
    put(conn, news(make_entry))
    seen: list[tuple[int, int]] = []
    done = score(
        conn,
        settings,
        run,
        now=clock,
        scorer=scorer,
        batch=4,
        progress=lambda a, b: seen.append((a, b)),
    )
    assert (done.articles, seen) == (6, [(4, 6), (6, 6)])
    again = score(conn, settings, run, now=clock, scorer=scorer)
    assert again.articles == 0


def test_a_language_nobody_reads_is_an_abstention(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    scorer: Scorer,
    make_entry: Callable[..., Entry],
) -> None:
    put(conn, [make_entry("Les banques redoutent une bulle", language="other")])
    assert score(conn, settings, run, now=clock, scorer=scorer).abstained == 1
    row = conn.execute("SELECT fear, abstained FROM scores").fetchone()
    assert row["fear"] is None
    assert "other" in row["abstained"]


BODY = [
    f"Lenders fear that the AI data centre boom is a bubble, banker {n} said." for n in range(30)
]


def relevant(make_entry: Callable[..., Entry], url: str) -> Entry:
    return make_entry("AI bubble fears hit Nvidia shares", url=url, canonical_url=url)


def test_only_relevant_pages_are_asked_for_and_once(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    newsroom: Any,
    make_entry: Callable[..., Entry],
) -> None:
    newsroom.page("/1.html", BODY)
    put(conn, [relevant(make_entry, newsroom.url("/1.html"))])
    put(conn, [make_entry("Harbour opens", url=newsroom.url("/2.html"))])
    done = fetch_pages(conn, settings, run, now=clock)
    assert (done.asked, done.whole) == (1, 1)
    assert "/2.html" not in newsroom.asked
    assert fetch_pages(conn, settings, run, now=clock).asked == 0
    row = conn.execute("SELECT body, body_status FROM articles WHERE body IS NOT NULL").fetchone()
    assert "banker 29 said" in row["body"]


def test_a_failed_page_is_tried_by_a_later_run(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    newsroom: Any,
    make_entry: Callable[..., Entry],
) -> None:
    newsroom.answers["/1.html"] = (403, "text/plain", b"no")
    put(conn, [relevant(make_entry, newsroom.url("/1.html"))])
    assert fetch_pages(conn, settings, run, now=clock).failed == 1
    assert fetch_pages(conn, settings, run, now=clock).asked == 0
    assert run.partial is False
    (code,) = conn.execute("SELECT code FROM problems").fetchone()
    assert code == "page.http"
    run.started_at = clock.forward(hours=1)
    newsroom.page("/1.html", BODY)
    assert fetch_pages(conn, settings, run, now=clock).whole == 1


def test_no_more_pages_than_allowed(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    newsroom: Any,
    make_entry: Callable[..., Entry],
) -> None:
    for place in range(4):
        newsroom.page(f"/{place}.html", BODY)
        url = newsroom.url(f"/{place}.html")
        put(conn, [make_entry(f"AI bubble fears hit Nvidia shares, day {place}", url=url)])
    few = replace(settings, max_pages=2)
    assert fetch_pages(conn, few, run, now=clock).asked == 2
    assert fetch_pages(conn, few, run, now=clock).asked == 0  # as after a kill


def test_a_folder_of_prices(conn: sqlite3.Connection, run: Run, clock: Any, tmp_path: Path) -> None:
    (tmp_path / "QQQ.csv").write_text("date,close\n2025-11-18,100\n2025-11-19,oops\n")
    done = import_prices(conn, run, tmp_path, now=clock)
    assert (done.bars, done.changed, done.refused, run.partial) == (1, 1, 1, True)
    assert import_prices(conn, run, tmp_path, now=clock).changed == 0


class Refusing(requests.Session):
    """A market without an answer."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        del args, options
        raise requests.ConnectionError("the network is down")


def test_a_market_without_an_answer_is_a_problem(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    few = replace(settings, symbols=("QQQ", "SPY"))
    done = update_prices(
        conn, few, run, now=clock, fetch=partial(fetch_history, session=Refusing())
    )
    assert (done.failed, done.changed, run.partial) == (["QQQ", "SPY"], 0, True)
    assert conn.execute("SELECT count(*) FROM problems").fetchone()[0] == 2


class Market:
    """A market that remembers what it was asked; a dividend lowers every adjusted close."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.adjustment = 1.0

    def __call__(self, symbol: str, start: str, end: str) -> list[PriceBar]:
        self.asked.append((symbol, start, end))
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        return [
            PriceBar(symbol, d.isoformat(), None, None, None, 100.0, 100 * self.adjustment, None)
            for d in days
        ]


def test_finished_days_are_not_asked_for_again(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    bar = PriceBar("QQQ", "2025-11-19", None, None, None, 100.0, 100.0, None)
    with transaction(conn):
        prices.write(conn, [bar], origin="yahoo", now=NOW)
    few = replace(settings, symbols=("QQQ",))
    done = update_prices(conn, few, run, now=clock, fetch=Market())
    assert (done.failed, done.changed, run.partial) == ([], 0, False)


def test_every_article_is_listed_once_over_pages_of_any_size(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry]
) -> None:
    put(conn, [make_entry(f"Item {n}", seen=NOW) for n in range(7)])
    for size in (1, 2, 3, 7, 8):
        place, found = ("", 0), []
        while chunk := articles.headlines(conn, place, NOW, size):
            found += [h.id for h in chunk]
            place = (chunk[-1].first_seen_at, chunk[-1].number)
        assert len(found) == len(set(found)) == 7


def adjusted_closes(conn: sqlite3.Connection) -> set[float]:
    return {row[0] for row in conn.execute("SELECT adj_close FROM prices")}


def test_only_new_days_are_asked_for_until_a_dividend_changes_the_past(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any
) -> None:
    few = replace(settings, symbols=("QQQ",), prices_start="2025-11-01")
    market = Market()
    assert update_prices(conn, few, run, now=clock, fetch=market).changed == 19
    clock.forward(days=1)
    assert update_prices(conn, few, run, now=clock, fetch=market).changed == 1
    market.adjustment = 0.99
    clock.forward(days=1)
    assert update_prices(conn, few, run, now=clock, fetch=market).changed == 21
    assert adjusted_closes(conn) == {99.0}
    starts = [start for _, start, _ in market.asked]
    assert starts == ["2025-11-01", "2025-11-12", "2025-11-13", "2025-11-01"]
    assert market.asked[-1][2] == "2025-11-21"
