from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING

import pytest

from bubblefear.review import failures
from bubblefear.review.pages import answer
from bubblefear.store import database, transaction

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Asker


def test_a_page_that_is_not_there_prints_nothing(
    asker: Asker, capfd: pytest.CaptureFixture[str]
) -> None:
    assert asker.get("/article/nothing").status_code == 404
    answer = asker.get("/bubblefear/nothing.json")
    assert answer.status_code == 404
    assert answer.json()["ok"] is False
    assert capfd.readouterr() == ("", "")


def test_an_error_in_a_query_is_told(asker: Asker) -> None:
    answer = asker.get("/bubblefear.json", params={"sql": "SELECT nonsense"})
    assert answer.status_code == 400
    assert "nonsense" in answer.json()["error"]


def test_a_fault_of_ours_is_logged_and_not_shown(
    asker: Asker, newsroom: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with database(newsroom) as conn:
        conn.execute("ALTER TABLE vintages RENAME TO elsewhere")
    with caplog.at_level(logging.ERROR):
        answer = asker.get("/")
    assert answer.status_code == 500
    assert "vintages" not in answer.text
    assert "no such table: vintages" in caplog.text


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/nothing", 404, "Not found"),
        ("/article/nothing", 404, "Not found"),
        ("/bubblefear/nothing", 404, "Not found"),
        ("/bubblefear?sql=SELECT+nonsense", 400, "SQL query"),
        ("/bubblefear/entries?_size=x", 400, "That cannot be answered"),
        ("/bubblefear/entries?_where=nonsense", 400, "Invalid SQL"),
    ],
)
def test_failures_stand_in_our_frame(asker: Asker, address: str, status: int, title: str) -> None:
    answer = asker.get(address)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.text
    assert 'role="alert"' in answer.text
    assert 'aria-label="Pages"' in answer.text


def test_what_nobody_may_see_stands_in_our_frame_and_as_json(asker: Asker) -> None:
    asker.datasette._metadata_local["allow"] = {"id": "nobody"}
    page, told = asker.get("/bubblefear"), asker.get("/bubblefear.json")
    assert (page.status_code, told.status_code) == (403, 403)
    assert "<h1>Not allowed</h1>" in page.text
    assert told.json()["ok"] is False


def test_a_page_that_takes_too_long_is_stopped(asker: Asker) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    async def ask() -> None:
        await answer.read(asker.datasette, lambda conn: conn.execute(endless), limit_ms=50)

    with pytest.raises(sqlite3.OperationalError, match="interrupted") as caught:
        asyncio.run(ask())
    status, _, message = failures._explain(caught.value)
    assert (status, "took longer" in message) == (503, True)
    assert asker.get("/").status_code == 200  # the connection is as good as new


def test_a_page_reads_one_moment(asker: Asker, newsroom: Path) -> None:
    def look(conn: sqlite3.Connection) -> list[int]:
        def count() -> int:
            return int(conn.execute("SELECT count(*) FROM hosts").fetchone()[0])

        before = count()
        row = (f"host {before}", 1, None, "refused", "2025-11-21T06:00:00Z", None)
        with database(newsroom) as other, transaction(other):
            other.execute("INSERT INTO hosts VALUES (?, ?, ?, ?, ?, ?)", row)
        return [before, count()]

    before, after = asyncio.run(answer.read(asker.datasette, look))
    assert before == after
    assert asyncio.run(answer.read(asker.datasette, look))[0] == before + 1
