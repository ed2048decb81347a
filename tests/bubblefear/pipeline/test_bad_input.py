"""Whatever a publisher sends: a ``problems`` row, exit 0 or 3, no traceback, nothing lost."""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RSS = "application/rss+xml"
GOOD = ["Chip orders fall at the harbour", "Ferry line adds a boat", "A quiet day for bonds"]


def rss(items: str, declaration: str = "") -> bytes:
    text = f"{declaration}<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"
    return text.encode()


def item(title: str, date: str = "") -> str:
    when = f"<pubDate>{date}</pubDate>" if date else ""
    # Its own address, else two feeds would tell of the same entry.
    name = hashlib.sha256((title + date).encode()).hexdigest()
    return (
        f"<item><title>{title}</title><guid>{name}</guid>"
        f"<link>https://example.com/{name}</link>{when}</item>"
    )


def many(n: int) -> bytes:
    return rss("".join(item(f"Item number {i} of a long list") for i in range(n)))


def bomb() -> bytes:
    levels = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9)
    )  # a billion letters, were it expanded
    return rss(item("&l8;"), f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "a">{levels}]>')


# name -> (type, body, entries that must be there, problem codes of which one must be there)
CASES: dict[str, tuple[str, Callable[[], bytes], int, set[str]]] = {
    "html": ("text/html", lambda: b"<!doctype html><p>Please wait</p>", 0, {"feed.html"}),
    "truncated": (
        RSS,
        lambda: rss("".join(item(f"Kept before the cut {i}") for i in range(5)))[:-60],
        4,
        {"feed.truncated"},
    ),
    "bomb": (RSS, bomb, 0, {"feed.entities"}),
    "huge": (RSS, lambda: rss(item("x" * (50 * 1024 * 1024))), 0, {"feed.too_large"}),
    "charset": (
        f"{RSS}; charset=utf-8",
        lambda: (
            rss(item("人工智能泡沫担忧升温，芯片股下跌") + item("港口货运量创新高"))
            .decode()
            .encode("gb18030")
        ),
        2,
        {"feed.charset"},
    ),
    "future": (
        RSS,
        lambda: rss(item("From the future", "Mon, 01 Jan 2199 00:00:00 GMT")),
        1,
        {"entry.date"},
    ),
    "epoch": (
        RSS,
        lambda: rss(item("From 1970", "Thu, 01 Jan 1970 00:00:00 GMT")),
        1,
        {"entry.date"},
    ),
    "untitled": (
        RSS,
        lambda: rss(item("") + item("  ") + item("Titled")),
        1,
        {"entry.empty_title"},
    ),
    "many": (RSS, lambda: many(10_000), 10_000, set()),
}


def bubblefear(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as cron does."""
    return subprocess.run(
        [sys.executable, "-m", "bubblefear", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "bubblefear.toml").write_text(
        'scorer = "lexicon.v1"\n[ingest]\nallow_private = true\n', encoding="utf8"
    )
    assert main(["init", "--no-feeds", "--db", str(tmp_path / "t.db")]) == 0
    return tmp_path


def rows(place: Path, sql: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(place / "t.db")) as conn:
        return conn.execute(sql, values).fetchall()


def add(place: Path, url: str, source: str) -> None:
    assert main(["feeds", "add", url, "--source", source, "--db", str(place / "t.db")]) == 0


@pytest.mark.slow
def test_nothing_is_lost_and_no_traceback_shows(place: Path, newsroom: Any) -> None:
    for name, (kind, body, _, _) in CASES.items():
        newsroom.answers[f"/{name}"] = (200, kind, body())
        add(place, newsroom.url(f"/{name}"), name)
    add(place, newsroom.feed("/good", GOOD), "good")
    done = bubblefear(place, "ingest", "--db", "t.db")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    for name, (_, _, entries, codes) in CASES.items():
        (found,) = rows(place, "SELECT count(*) FROM entries WHERE source = ?", name)[0]
        assert found >= entries, name
        like = f"%/{name}%"
        told = {c for (c,) in rows(place, "SELECT code FROM problems WHERE subject LIKE ?", like)}
        assert codes <= told, (name, told)
    (good,) = rows(place, "SELECT count(*) FROM entries WHERE source = 'good'")[0]
    assert good == len(GOOD)
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_a_wrong_charset_is_read_as_what_it_is(place: Path, newsroom: Any) -> None:
    kind, body, _, _ = CASES["charset"]
    newsroom.answers["/charset"] = (200, kind, body())
    add(place, newsroom.url("/charset"), "charset")
    bubblefear(place, "ingest", "--db", "t.db")
    titles = {t for (t,) in rows(place, "SELECT title FROM entries")}
    assert titles == {"人工智能泡沫担忧升温，芯片股下跌", "港口货运量创新高"}


@pytest.mark.slow
def test_dates_that_cannot_be_are_not_believed(place: Path, newsroom: Any) -> None:
    for name in ("future", "epoch"):
        kind, body, _, _ = CASES[name]
        newsroom.answers[f"/{name}"] = (200, kind, body())
        add(place, newsroom.url(f"/{name}"), name)
    assert bubblefear(place, "ingest", "--db", "t.db").returncode in (0, 3)
    for published, note in rows(place, "SELECT published_at, date_note FROM entries"):
        assert published is None
        assert note


@pytest.mark.slow
def test_captured_feeds_go_the_whole_way(place: Path, newsroom: Any, shared_data: Path) -> None:
    feeds = shared_data / "web" / "feeds"
    captured = [
        feeds / "captured" / "coindesk_2026-09-25.xml",
        feeds / "rss-translation" / "36kr.xml",
        feeds / "trafilatura-resources" / "feed1.atom",
        *sorted((feeds / "chardet-encodings" / "Big5").glob("[a-z]*.xml"))[:3],
        *sorted((feeds / "chardet-encodings" / "GB2312").glob("[a-z]*.xml"))[:3],
    ]
    for number, path in enumerate(captured):
        newsroom.answers[f"/feed/{number}"] = (200, "application/xml", path.read_bytes())
        add(place, newsroom.url(f"/feed/{number}"), path.stem)
    first = bubblefear(place, "ingest", "--db", "t.db")
    assert first.returncode in (0, 3), first.stderr
    seen = dict(rows(place, "SELECT source, count(*) FROM entries GROUP BY source"))
    assert set(seen) == {p.stem for p in captured}
    (before,) = rows(place, "SELECT count(*) FROM entries")[0]
    bubblefear(place, "ingest", "--db", "t.db")
    assert rows(place, "SELECT count(*) FROM entries") == [(before,)]
    done = bubblefear(place, "score", "--db", "t.db")
    assert done.returncode == 0, done.stderr
    (unscored,) = rows(
        place,
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM scores)",
    )[0]
    assert unscored == 0


@pytest.mark.slow
def test_a_real_page_reaches_its_article(place: Path, newsroom: Any, shared_data: Path) -> None:
    folder = shared_data / "web" / "articles" / "scrapinghub-aeb" / "html"
    page = gzip.decompress(sorted(folder.glob("*.gz"))[0].read_bytes())
    newsroom.feed("/feed", ["AI bubble fears rise as chip stocks slump"])
    newsroom.answers["/feed/0.html"] = (200, "text/html; charset=utf-8", page)
    newsroom.answers["/robots.txt"] = (200, "text/plain", b"User-agent: *\nAllow: /\n")
    add(place, newsroom.url("/feed"), "desk")
    done = bubblefear(place, "daily", "--db", "t.db")
    assert done.returncode == 3, done.stderr  # the market cannot be reached from here
    assert "Traceback" not in done.stderr
    ((status, body),) = rows(place, "SELECT body_status, body FROM articles")
    assert status == "ok"
    assert len(body) > 500
