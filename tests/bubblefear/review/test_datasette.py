from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from bubblefear.errors import StoreError
from bubblefear.review.app import build
from bubblefear.review.canned import CANNED
from bubblefear.store import database, transaction

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Asker


def rows(asker: Asker, query: str) -> list[dict[str, Any]]:
    answer = asker.get(f"/bubblefear/{query}{'&' if '?' in query else '?'}_shape=array")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.parametrize("name", CANNED)
def test_every_canned_query_has_a_page_with_its_description(asker: Asker, name: str) -> None:
    answer = asker.get(f"/bubblefear/{name}?date=2025-11-21&q=bubble")
    assert answer.status_code == 200
    assert CANNED[name]["title"] in answer.text
    assert CANNED[name]["description"] in unescape(answer.text)
    assert asker.get(f"/bubblefear/{name}.json?date=2025-11-21&q=bubble").json()["ok"] is True


def test_most_fearful_today_is_of_the_newest_session(asker: Asker) -> None:
    found = rows(asker, "most_fearful_today.json")
    main = [row for row in found if row["scorer"] == "finbert-multi.v1"]
    assert [row["contribution"] for row in main] == [0.72, 0.63, 0.6, 0.2]
    assert main[0]["page"] == "/article/aaaa000000000001"


def test_disagreements_are_between_scorers_and_with_reviewers(asker: Asker, newsroom: Path) -> None:
    assert [row["distance"] for row in rows(asker, "disagreements.json")] == [0.45]
    with database(newsroom) as conn, transaction(conn):
        conn.execute(
            "INSERT INTO reviews VALUES (1, 'aaaa000000000002', 'Ada', 0, 'none', NULL, NULL, "
            "NULL, '2025-11-22T08:00:00Z')"
        )
    first = rows(asker, "disagreements.json")[0]
    assert (first["between_whom"], first["distance"]) == ("reviewer and scorer", 0.6)


def test_abstentions_have_their_reason(asker: Asker) -> None:
    assert [row["reason"] for row in rows(asker, "abstentions.json")] == ["language:other"]


def test_what_moved_takes_a_date_and_joins_a_story(asker: Asker) -> None:
    found = rows(asker, "what_moved.json?date=2025-11-21")
    best = found[0]
    assert (best["contribution"], best["copies"], best["sources"]) == (0.72, 2, 2)
    # Only a denial was seen in that session: it adds nothing to the index.
    assert rows(asker, "what_moved.json?date=2025-11-20") == []
    assert rows(asker, "what_moved.json?date=2025-11-22") == []
    assert rows(asker, "what_moved.json?date=") == found


def test_feed_health_counts_failures_and_saturation(asker: Asker) -> None:
    evil, gazette = rows(asker, "feed_health.json")
    assert (evil["failed"], evil["last_success"], evil["last_error"]) == (
        1,
        None,
        "server error 500",
    )
    assert (gazette["polls"], gazette["saturated"], gazette["last_error"]) == (2, 1, None)


def test_problems_lately(asker: Asker) -> None:
    assert rows(asker, "problems_lately.json")[0]["times"] == 4


@pytest.mark.parametrize("words", ["泡沫", "英伟达", "輝達", "bubble"])
def test_datasettes_own_searches_find_chinese_words(asker: Asker, words: str) -> None:
    own = {row["page"][-1] for row in rows(asker, f"search.json?q={quote(words)}")}
    table = {row["id"][-1] for row in rows(asker, f"entries.json?_search={quote(words)}")}
    assert own == table
    assert len(own) >= 2


def test_every_table_and_column_is_described(asker: Asker) -> None:
    listed = asker.get("/bubblefear.json").json()["tables"]
    for table in listed:
        if table["hidden"]:
            continue
        told = asker.get("/-/metadata.json").json()["databases"]["bubblefear"]["tables"]
        about = told[table["name"]]
        assert about["description"], table["name"]
        if table["name"] != "articles_fts":
            assert set(table["columns"]) == set(about["columns"]), table["name"]


def test_the_view_of_scores_has_facets(asker: Asker) -> None:
    found = asker.get("/bubblefear/article_scores.json?_size=0").json()["facet_results"]
    assert set(found) == {"source", "language", "channel", "kind"}
    channels = {entry["value"]: entry["count"] for entry in found["channel"]["results"]}
    assert channels["credit"] == 3


def test_articles_are_links_in_tables(asker: Asker) -> None:
    link = '<a href="/article/aaaa000000000001">'
    assert (
        f"{link}/article/aaaa000000000001</a>" in asker.get("/bubblefear/most_fearful_today").text
    )
    assert f"{link}aaaa000000000001</a>" in asker.get("/bubblefear/article_scores").text
    odd = asker.get(
        "/bubblefear", params={"sql": "SELECT '/article/<b>x' AS page, 7 AS article_id"}
    )
    assert "/article/&lt;b&gt;x" in odd.text


def test_a_long_query_is_cut_off(asker: Asker) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    answer = asker.get("/bubblefear.json", params={"sql": endless, "_timelimit": "50"})
    assert answer.status_code == 400
    assert "interrupted" in answer.text.lower()


def test_a_path_that_cannot_be_opened_read_only_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="rename it"):
        build(tmp_path / "what?.db", token="t", clock=lambda: "")


def test_a_missing_database_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        build(tmp_path / "none.db", token="t", clock=lambda: "")
    assert not (tmp_path / "none.db").exists()
