"""Datasette's CSV files: whole, streamed, and with nothing that a spreadsheet would run."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.report.spreadsheet import SIGNS, cell
from bubblefear.review import csv_exports
from bubblefear.store import database, transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def runs(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text.lstrip().startswith(SIGNS)
    return False


cells = st.text(alphabet="=+-@\"',\n\t 1.5a泡＝", max_size=8)
tables = st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=4)


@given(tables)
def test_only_what_would_run_is_changed(rows: list[list[str]]) -> None:
    found = list(csv.reader(io.StringIO(csv_exports.rewritten(written(rows)), "")))
    assert found == [[cell(text) for text in row] for row in rows]
    assert not [text for row in found for text in row if runs(text)]


@given(tables, st.integers(1, 7))
def test_however_the_answer_is_cut_into_pieces(rows: list[list[str]], size: int) -> None:
    body = written(rows).encode()
    pieces = [body[n : n + size] for n in range(0, len(body), size)]
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"9")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {}

    scope = {"type": "http", "path": "/bubblefear/entries.csv", "query_string": b""}
    asyncio.run(csv_exports.harmless(app)(scope, receive, send))
    assert b"content-length" not in dict(sent[0]["headers"])
    assert b"".join(m["body"] for m in sent[1:]).decode() == csv_exports.rewritten(written(rows))


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", '=1,"x"', "\t=1")


@pytest.fixture
def hostile(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    with database(newsroom) as conn, transaction(conn):
        for number, text in enumerate(FORMULAS, start=1):
            conn.execute("UPDATE entries SET title = ? WHERE number = ?", (text, number))
    return open_asker(newsroom)


@pytest.mark.parametrize(
    "address",
    [
        "/bubblefear/entries.csv",
        "/bubblefear/entries.csv?_stream=on&_size=max",
        "/bubblefear/entries.csv?_dl=1",
        "/bubblefear/article_scores.csv?_labels=on",
        "/bubblefear.csv?sql=select+title+from+entries",
        "/bubblefear/most_fearful_today.csv",
    ],
)
def test_no_export_of_datasettes_runs_a_formula(hostile: Asker, address: str) -> None:
    answer = hostile.get(address)
    assert answer.status_code == 200
    cells = [cell for row in csv.reader(io.StringIO(answer.text, "")) for cell in row]
    assert not [cell for cell in cells if runs(cell)]
    assert f"'{FORMULAS[0]}" in cells


def test_numbers_stay_numbers(asker: Asker) -> None:
    text = asker.get("/bubblefear/test_results.csv").text
    assert "-0.012" in text
    assert "'-0.012" not in text


@pytest.mark.parametrize("order", ["", "&_sort=last_at", "&_sort_desc=subject"])
def test_a_whole_table_has_each_row_once_whatever_they_share(
    newsroom: Path, open_asker: Callable[..., Asker], order: str
) -> None:
    keys = [f"x{n * 7919 % 6000}" for n in range(6000)]
    with database(newsroom) as conn, transaction(conn):
        conn.executemany(
            "INSERT INTO problems VALUES (?, 'c', 's', 'r', NULL, 't', 't', 1)",
            [(key,) for key in keys],
        )
    asker = open_asker(newsroom)
    text = asker.get(f"/bubblefear/problems.csv?_stream=on&_size=max{order}").text
    found = [row["id"] for row in csv.DictReader(io.StringIO(text, ""))]
    assert sorted(found) == sorted([*keys, "p1"])


def test_all_of_the_view_is_to_be_had_elsewhere(asker: Asker) -> None:
    answer = asker.get("/bubblefear/article_scores.csv?_stream=on&_size=max")
    assert answer.status_code == 400
    for address in re.findall(r"/\S+\.csv\S*[^.,;\s]", answer.text):
        assert asker.get(address).status_code == 200
    some = asker.get("/bubblefear/article_scores.csv?_stream=on&scorer=lexicon.v1")
    assert len(some.text.splitlines()) == 2


def test_an_error_is_no_file(asker: Asker) -> None:
    assert asker.get("/bubblefear/nothing.csv").status_code == 404
