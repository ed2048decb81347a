"""The comparison finds what a fault could do, and passes over what two runs may differ in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.faults.contents import contents, differences, invented, plain
from bubblefear.config import Settings
from bubblefear.pipeline.recording import recorded
from bubblefear.store import database, feeds, transaction

SINCE = "2026-01-05T12:00:00Z"


def made(folder: Path, name: str, *, second: str = "12:00:05", feed: str = "a") -> Path:
    """A database with a run and a feed of some second after SINCE."""
    moment = f"2026-01-05T{second}Z"
    path = folder / name
    with (
        database(path) as conn,
        recorded(conn, "feeds add", Settings(), lambda: moment),
        transaction(conn),
    ):
        feeds.add(conn, url=f"https://{feed}.example/", source="Desk", now=moment)
    return path


def test_the_same_work_at_another_time_is_the_same(tmp_path: Path) -> None:
    one = contents(made(tmp_path, "one.db"), SINCE)
    other = contents(made(tmp_path, "other.db", second="13:59:01"), SINCE)
    assert differences(one, other) == []


def test_a_lost_and_an_invented_row_are_told_by_their_tables(tmp_path: Path) -> None:
    one = contents(made(tmp_path, "one.db"), SINCE)
    other = contents(made(tmp_path, "other.db", feed="b"), SINCE)
    lost, more = differences(one, other)
    assert lost.startswith("feeds: 1 rows lost, such as ('https://b.example/'")
    assert more.startswith("feeds: 1 rows too many, such as ('https://a.example/'")


def test_a_doubled_row_is_one_too_many(tmp_path: Path) -> None:
    path = made(tmp_path, "one.db")
    before = contents(path, SINCE)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO articles_fts(title) VALUES ('twice'), ('twice')")
        conn.commit()
    (line,) = differences(contents(path, SINCE), before)
    assert line.startswith("articles_fts: 2 rows too many")
    assert "articles_fts: 2 rows from nowhere" in invented(contents(path, SINCE), before)[0]


def test_a_database_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    assert contents(tmp_path / "none.db", SINCE) == {}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-01-05T12:00:00Z", "now"),
        ("2026-01-05T11:59:59Z", "2026-01-05T11:59:59Z"),
        ("2026-01-05T12", "now"),
        ("2026-01-05T11", "2026-01-05T11"),
        ("2026-01-05", "2026-01-05"),
        ("20260105T120001Z-0a1b2c3d", "run"),
        ('{"as_of": "2026-01-06T00:00:00Z"}', '{"as_of": "now"}'),
        (0.1 + 0.2, 0.3),
        (7, 7),
        (None, None),
    ],
)
def test_what_is_taken_out_of_a_value(value: object, read: object) -> None:
    assert plain(value, SINCE) == read
