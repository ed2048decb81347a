from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

DAY = "/day/2025-11-21"


@pytest.fixture
def told(accounted: Path, open_asker: Callable[..., Asker]) -> Asker:
    return open_asker(accounted)


def rows(asker: Asker, path: str) -> list[dict[str, str]]:
    answer = asker.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_day_lists_its_stories_and_neighbours(asker: Asker) -> None:
    page = asker.get("/day/2025-11-20").text
    assert "輝達財報亮眼" in page
    assert "Bubble fears mount" not in page
    assert 'href="/day/2025-11-19"' in page
    assert 'href="/day/2025-11-21"' in page
    assert "after 2025-11-19T21:00:00Z and up to 2025-11-20T21:00:00Z" in page


def test_day_of_a_weekend_points_to_the_next_session(asker: Asker) -> None:
    page = asker.get("/day/2025-11-22")
    assert page.status_code == 200
    assert 'href="/day/2025-11-24"' in page.text
    data = asker.get("/day/2025-11-22.json").json()
    assert data == {"date": "2025-11-22", "session": False, "next": "2025-11-24"}
    assert asker.get("/day/2025-11-22.csv").status_code == 404


@pytest.mark.parametrize("date", ["2025-13-40", "0001-01-01", "9999-12-31", "today"])
@pytest.mark.parametrize("form", ["", ".json", ".csv"])
def test_day_that_cannot_be_is_not_found(asker: Asker, date: str, form: str) -> None:
    assert asker.get(f"/day/{date}{form}").status_code == 404


def test_stories_stand_by_the_points_of_the_account(told: Asker) -> None:
    page = told.get(DAY).text
    assert page.index("<strong>120.0</strong>") < page.index("<strong>38.2</strong>")
    assert "75.8 %" in page
    assert "together they are the session&#39;s 158.2" in page.replace("'", "&#39;")
    assert "2 articles of 2 sources" in page
    assert '<bdi lang="zh-Hant">放貸人懷疑資料中心債務，泡沫恐慌升溫</bdi>' in page
    assert '<bdi lang="en">Bubble fears mount' in page


def test_points_printed_add_up_to_the_session(told: Asker) -> None:
    data = told.get(f"{DAY}.json").json()
    assert sum(story["points"] for story in data["stories"]) == pytest.approx(158.25)
    assert sum(story["printed"] for story in data["stories"]) == pytest.approx(158.2)
    assert [round(story["share"], 2) for story in data["stories"]] == [75.83, 24.17]
    assert data["stories"][0]["sources"] == ["Harbour Gazette", "島嶼財經"]


def test_without_an_account_the_scores_tell_and_the_page_says_so(asker: Asker) -> None:
    page = asker.get(DAY).text
    assert "has no account of 2025-11-21" in page
    assert "without an account nobody can say" in page
    assert "Bubble fears mount" in page
    assert asker.get(f"{DAY}.json").json()["without_account"].startswith("vintage 2025-11-21")


def test_filters_keep_what_they_name_and_say_of_how_much(told: Asker) -> None:
    page = told.get(f"{DAY}?language=zh-Hans").text
    assert "those chosen add up to 38.2 of the session" in page
    assert "人工智能泡沫恐慌蔓延" in page
    assert "Bubble fears mount" not in page
    assert '<option value="zh-Hans" selected>' in page
    assert 'href="/day/2025-11-20?language=zh-Hans"' in page
    found = rows(told, f"{DAY}.csv?table=articles&entity=Nvidia&kind=threat")
    assert [row["article"] for row in found] == ["aaaa000000000001"]


def test_filter_that_nothing_passes_is_shown_and_can_be_left(told: Asker) -> None:
    page = told.get(f"{DAY}?source=%3Cscript%3E").text
    assert "No story of this session passes these filters." in page
    assert '<option value="&lt;script&gt;" selected>' in page
    assert '<a href="/day/2025-11-21">all stories</a>' in page


def test_revisions_say_what_made_a_value_another(told: Asker) -> None:
    page = told.get("/day/2025-11-20").text
    assert "The first value." in page
    assert "articles that came or were read later" in page
    found = rows(told, "/day/2025-11-20.csv?table=revisions")
    assert [(row["value"], row["change"]) for row in found] == [("131.0", ""), ("130.0", "-1.0")]
    assert "articles that came or were read later +30" in found[1]["causes"]
    assert "another weight of the sources -31" in found[1]["causes"]


def test_as_of_shows_the_vintage_that_was_known(told: Asker) -> None:
    page = told.get("/day/2025-11-20?as_of=2025-11-20T22:00").text
    assert "<strong>131.0</strong>" in page
    assert "As it was known at" in page
    assert told.get("/day/2025-11-20.json?as_of=2025-11-20T22:00").json()["points"] == 131.0
    assert told.get("/day/2025-11-20.json").json()["points"] == 130.0
    stories, _, vintages = page.partition('id="vintages"')
    assert "New harbour opens" not in stories
    assert vintages.index("shown here") < vintages.index("131.0") < vintages.index("130.0")


def test_as_of_before_the_first_vintage_has_no_value(told: Asker) -> None:
    page = told.get("/day/2025-11-20?as_of=2025-11-01").text
    assert "no vintage of v1 had been built by 2025-11-01T23:59:59Z" in page
    assert told.get("/day/2025-11-20.json?as_of=2025-11-01").json()["point"] is None


def test_without_an_account_stories_that_came_later_are_not_told_as_known(asker: Asker) -> None:
    assert "Bubble fears mount" in asker.get(DAY).text
    for earlier in ("2025-11-20T22:00", "2025-11-01"):
        assert "Bubble fears mount" not in asker.get(f"{DAY}?as_of={earlier}").text


def test_news_since_the_newest_vintage_is_told_without_a_value(asker: Asker) -> None:
    with database(asker.path) as conn:
        conn.execute(
            "UPDATE entries SET first_seen_at = '2025-11-24T15:00:00Z' WHERE number IN (1, 4)"
        )
    found = asker.get("/day/2025-11-24.json").json()
    assert found["point"] is None
    assert found["until"] == "2025-11-24T21:00:00Z"
    assert [source["read"] for source in found["sources"]] == [2]
    assert "Bubble fears mount" in asker.get("/day/2025-11-24").text
    asked = asker.get("/day/2025-11-24.json?as_of=2025-11-20").json()
    assert (asked["sources"], asked["until"]) == ([], asked["after"])


@pytest.mark.parametrize("query", ["as_of=yesterday", "as_of=%00", "table=entries"])
def test_a_wrong_question_is_told_apart(asker: Asker, query: str) -> None:
    assert asker.get(f"{DAY}.csv?{query}").status_code == 400


def test_sources_are_counted_whether_they_add_or_not(told: Asker) -> None:
    found = {row["source"]: row for row in rows(told, f"{DAY}.csv?table=sources")}
    assert found["Harbour Gazette"]["read"] == "4"
    assert found["Harbour Gazette"]["relevant"] == "1"
    assert found["Harbour Gazette"]["abstained"] == "1"
    assert float(found["Harbour Gazette"]["points"]) == 80.0
    assert found["<b>Evil & Sons</b>"]["fearful"] == "1"


def test_relief_stands_apart(told: Asker) -> None:
    assert [row["article_id"] for row in rows(told, "/day/2025-11-20.csv?table=relief")] == [
        "aaaa000000000003"
    ]
    assert "No story of this session has more relief than fear." in told.get(DAY).text


def test_parts_of_a_session_add_up_by_channel(told: Asker) -> None:
    found = rows(told, f"{DAY}.csv?table=parts")
    channels = {row["name"]: float(row["points"]) for row in found if row["by"] == "channel"}
    assert channels.pop("") == 0.0  # of the session before, gone now
    assert channels == {"credit": 120.0, "valuation": 38.25}


def test_a_day_of_an_empty_database_names_the_command(
    tmp_path: Path, open_asker: Callable[..., Asker]
) -> None:
    with database(tmp_path / "empty.db"):
        pass
    empty = open_asker(tmp_path / "empty.db")
    answer = empty.get(DAY)
    assert answer.status_code == 200
    assert "There is no index yet" in answer.text
    assert rows(empty, f"{DAY}.csv") == []
    assert empty.get(f"{DAY}.json").json()["vintage"] is None


def test_a_session_without_value_says_why(asker: Asker) -> None:
    page = asker.get("/day/2025-11-11").text
    assert "too little news was read" in page
    assert "No vintage has a value for this session." in page
