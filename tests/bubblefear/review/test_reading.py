"""What anybody's SQL can do: read, for a bounded time, values of bounded size."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from bubblefear.review import reading
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Asker

WRITES = [
    "DELETE FROM entries", "UPDATE entries SET title = ''", "INSERT INTO hosts DEFAULT VALUES",
    "REPLACE INTO reviews VALUES (9,'a','b',1,'','','','','')", "DROP TABLE reviews",
    "CREATE TABLE x(y)", "CREATE TEMP TABLE x(y)", "ALTER TABLE reviews RENAME TO x",
    "ATTACH DATABASE '/tmp/x.db' AS x", "DETACH DATABASE main", "VACUUM INTO '/tmp/x.db'",
    "ANALYZE", "PRAGMA writable_schema=1", "PRAGMA journal_mode=DELETE", "PRAGMA query_only=0",
    "PRAGMA user_version=9", "PRAGMA schema_version=9", "PRAGMA wal_checkpoint(TRUNCATE)",
    "SELECT load_extension('x')", "SELECT randomblob(100000000)", "SAVEPOINT x",
    "WITH x AS (SELECT 1) DELETE FROM reviews", "SELECT 1; DELETE FROM reviews",
    "SELECT fts3_tokenizer('simple')", "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')",
    "EXPLAIN DELETE FROM reviews",
]  # fmt: skip


@pytest.fixture
def guarded(newsroom: Path) -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(newsroom)  # may write, but for the guard
    reading.keep_to_reading(conn)
    yield conn
    conn.close()


@pytest.mark.parametrize("sql", WRITES)
def test_sqlite_itself_refuses_what_is_not_reading(guarded: sqlite3.Connection, sql: str) -> None:
    with pytest.raises((sqlite3.Error, sqlite3.Warning)):
        guarded.execute(sql).fetchall()
    assert guarded.total_changes == 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'bubble'",
        "SELECT json_each.value FROM json_each('[1, 2]')",
        "SELECT name FROM pragma_table_info('entries')",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9) SELECT * FROM n",
        "EXPLAIN QUERY PLAN SELECT * FROM entries",
        "PRAGMA schema_version",
    ],
)
def test_reading_is_as_free_as_before(guarded: sqlite3.Connection, sql: str) -> None:
    assert guarded.execute(sql).fetchall()


@pytest.mark.parametrize("sql", WRITES)
def test_no_query_of_a_page_writes(asker: Asker, sql: str) -> None:
    with database(asker.path, create=False) as conn:
        before = list(conn.iterdump())
    answer = asker.get("/bubblefear.json", params={"sql": sql})
    assert answer.status_code == 400 or sql.startswith("EXPLAIN")
    with database(asker.path, create=False) as conn:
        assert list(conn.iterdump()) == before


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.mark.slow
def test_slow_queries_hold_nobody_else(asker: Asker) -> None:
    """Four endless queries run until their limit; the home page is there long before."""
    slow = "/bubblefear.json?" + urlencode({"sql": ENDLESS})
    get = asker.datasette.client.get

    async def ask() -> tuple[float, list[int]]:
        await get("/")  # the calendar is loaded once
        running = [asyncio.create_task(get(slow)) for _ in range(4)]
        await asyncio.sleep(0.3)
        begun = time.perf_counter()
        assert (await get("/")).status_code == 200
        waited = time.perf_counter() - begun
        assert not any(task.done() for task in running)
        return waited, [(await task).status_code for task in running]

    waited, statuses = asyncio.run(ask())
    assert waited < 2.5
    assert statuses == [400] * 4


def test_a_slow_query_is_told_as_a_page_of_ours(asker: Asker) -> None:
    page = asker.get("/bubblefear?" + urlencode({"sql": ENDLESS, "_timelimit": 50}))
    assert page.status_code == 400
    assert "was stopped" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/bubblefear/entries?_size=100000000", 400),
        ("/bubblefear/entries?" + "&".join(f"_facet=c{n}" for n in range(1000)), 400),
        ("/bubblefear/entries?" + "&".join(f"x{n}=1" for n in range(5000)), 400),
        ("/bubblefear.json?" + urlencode({"sql": "SELECT json('" + "[" * 5000 + "')"}), 400),
        ("/bubblefear.json?" + urlencode({"sql": "SELECT " + "(" * 5000 + "1" + ")" * 5000}), 400),
        ("/bubblefear.json?" + urlencode({"sql": f"SELECT 'a' LIKE '{'%' * 2000}b'"}), 400),
        ("/search?q=" + "a*+" * 5000, 200),
        ("/search?q=" + "%22" * 5000, 200),
    ],
)
def test_what_is_too_much_is_refused_at_once(asker: Asker, address: str, status: int) -> None:
    begun = time.perf_counter()
    assert asker.get(address).status_code == status
    assert time.perf_counter() - begun < 2
