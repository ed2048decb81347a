"""Pages that are not articles: told apart, counted, and never in the way of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bubblefear.pipeline.fetch_pages import fetch_pages
from bubblefear.store import entries, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry

WALL = b"<html><head><title>Hall loses lender</title></head><body><p>A lender pulled out.</p>"
INVITATION = b"<p>Subscribe to continue reading this article.</p></body></html>"


def put(conn: sqlite3.Connection, found: list[Entry], now: str) -> None:
    with transaction(conn):
        entries.insert(conn, found, origin="feed", now=now)


def status(conn: sqlite3.Connection, path: str) -> tuple[str, str | None]:
    row = conn.execute(
        "SELECT a.body_status, a.body FROM articles a JOIN entries e ON e.id = a.id "
        "WHERE e.url LIKE ?",
        (f"%{path}",),
    ).fetchone()
    return row[0], row[1]


def test_what_is_no_article_is_counted_by_its_reason(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    newsroom: Any,
    make_entry: Callable[..., Entry],
) -> None:
    newsroom.answers["/wall.html"] = (200, "text/html", WALL + INVITATION)
    newsroom.answers["/film.mp4"] = (200, "video/mp4", b"film")
    for path in ("/wall.html", "/film.mp4"):
        title = f"AI bubble fears hit Nvidia shares {path}"
        url = newsroom.url(path)
        put(conn, [make_entry(title, url=url, canonical_url=url)], clock())
    done = fetch_pages(conn, settings, run, now=clock)
    assert dict(done.reasons) == {"paywall": 1, "not a page": 1}
    assert "without the article (" in str(done)
    assert "paywall 1" in str(done)
    assert status(conn, "/wall.html") == ("stub", None)
    assert status(conn, "/film.mp4") == ("empty", None)
    assert "/film.mp4" not in newsroom.asked


def test_an_earlier_date_on_the_page_changes_no_first_seen(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    newsroom: Any,
    make_entry: Callable[..., Entry],
) -> None:
    text = "".join(
        f"<p>Lenders fear that the boom is a bubble, banker {n} said.</p>" for n in range(30)
    )
    html = (
        "<html><head><meta property='article:published_time' content='2020-01-05T00:00:00Z'>"
        f"</head><body><article>{text}</article></body></html>"
    )
    newsroom.answers["/1.html"] = (200, "text/html", html.encode())
    url = newsroom.url("/1.html")
    entry = make_entry("AI bubble fears hit Nvidia shares", url=url, canonical_url=url)
    put(conn, [entry], clock())
    before = [tuple(row) for row in conn.execute("SELECT * FROM entries")]
    assert fetch_pages(conn, settings, run, now=clock).whole == 1
    assert [tuple(row) for row in conn.execute("SELECT * FROM entries")] == before
    assert status(conn, "/1.html")[0] == "ok"
