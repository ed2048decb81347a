"""Feed lists of other readers: the good feeds are added, the bad outlines are said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from bubblefear.config import load
from bubblefear.pipeline.feed_list import import_opml
from bubblefear.pipeline.recording import recorded
from bubblefear.store import feeds, problems


def test_one_bad_outline_loses_no_other(
    conn: sqlite3.Connection, tmp_path: Path, clock: Callable[[], str]
) -> None:
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml><body><outline text='News'><outline xmlUrl='https://a.example/rss' text='A'/>"
        "<outline xmlUrl='gopher://b.example/' text='B'/></outline></body></opml>"
    )
    with recorded(conn, "feeds import", load(None), now=clock) as run:
        changed, refused = import_opml(conn, run, path, now=clock)
        assert (changed, len(refused)) == (1, 1)
        assert run.partial
    assert [row.url for row in feeds.listed(conn)] == ["https://a.example/rss"]
    (problem,) = problems.listed(conn)
    assert (problem["code"], problem["subject"]) == ("feeds.outline", "list.opml outline 3")
