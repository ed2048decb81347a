"""What is stored and shown is what was written: titles by their bytes, dates with their reasons."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline.import_file import import_file
from bubblefear.pipeline.ingest_feeds import ingest_feeds
from bubblefear.store import feeds

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run

TITLES = [
    "聯準會按兵不動，投資人擔心AI泡沫",
    "后台里的泡沫：乾隆于頭條",
    "芯片股下跌，银行停贷",
    "台積電與AMD簽約",
]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_titles_are_stored_as_their_bytes_say_and_not_converted(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, tmp_path: Path, codec: str
) -> None:
    path = tmp_path / "news.csv.gz"
    rows = "".join(f"{n},2025-11-1{n}T10:00:00Z,{title}\n" for n, title in enumerate(TITLES))
    path.write_bytes(gzip.compress(f"id,published_at,title\n{rows}".encode(codec)))
    import_file(conn, settings, run, path, now=clock)
    stored = conn.execute("SELECT title FROM entries ORDER BY number").fetchall()
    assert [row[0] for row in stored] == TITLES
    languages = conn.execute("SELECT language FROM articles ORDER BY rowid").fetchall()
    assert {row[0] for row in languages} == {"zh-Hans", "zh-Hant"}


DATED = [
    ("1", "2016/6/29 15:07:41", "2016-06-29T15:07:41Z", "no zone given, read as UTC"),
    ("2", "Thu, 11 Dec 2025 21:00:00 +0800", None, None),
    ("3", "20251111T210000Z", "2025-11-11T21:00:00Z", None),
    ("4", "03/04/2025", None, "day or month first, and nothing tells which: '03/04/2025'"),
    ("5", "Thu, 1 Jan 1970 00:00:00 GMT", None, "before 1990: 1970-01-01T00:00:00Z"),
]


def test_an_imported_row_whose_date_is_not_believed_is_a_problem_with_its_reason(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, tmp_path: Path
) -> None:
    path = tmp_path / "news.csv"
    rows = "".join(f'{n},"{date}",A title of number {n}\n' for n, date, *_ in DATED)
    path.write_text(f"id,published_at,title\n{rows}", encoding="utf-8")
    import_file(conn, settings, run, path, now=clock)
    stored = {
        row["guid"]: (row["published_at"], row["date_note"])
        for row in conn.execute("SELECT guid, published_at, date_note FROM entries")
    }
    assert stored == {n: (read, note) for n, _, read, note in DATED if read}
    reasons = {row[0] for row in conn.execute("SELECT reason FROM problems")}
    assert reasons == {
        "date: in the future: 2025-12-11T13:00:00Z, read at 2025-11-20T12:00:00Z",
        *(f"date: {note}" for n, _, read, note in DATED if not read and note),
    }


def test_a_polled_item_keeps_the_reason_why_first_sight_stands_for_its_date(
    conn: sqlite3.Connection, settings: Settings, run: Run, clock: Any, newsroom: Any
) -> None:
    dates = ["03/04/2025", "昨天 09:30", "Thu, 1 Jan 1970 00:00:00 GMT", "2099-01-01T00:00:00Z"]
    items = "".join(
        f"<item><title>Item {n}</title><guid>{n}</guid><pubDate>{date}</pubDate></item>"
        for n, date in enumerate([*dates, "2016/6/29 15:07:41"])
    )
    body = f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>"
    newsroom.answers["/dated"] = (200, "application/rss+xml", body.encode())
    zone = "Asia/Shanghai"
    feeds.add(conn, url=newsroom.url("/dated"), source="Post", timezone=zone, now=clock())
    ingest_feeds(conn, settings, run, now=clock)
    rows = conn.execute(
        "SELECT published_at, first_seen_at, date_note FROM entries ORDER BY guid"
    ).fetchall()
    assert [row["first_seen_at"] for row in rows] == [clock()] * 5
    assert [row["published_at"] for row in rows] == [None] * 4 + ["2016-06-29T07:07:41Z"]
    notes = [row["date_note"] for row in rows]
    assert notes[-1] is None
    expected = ("day or month first", "relative to a present", "before 1990", "in the future")
    for note, reason in zip(notes[:4], expected, strict=True):
        assert reason in note
