"""The search page and its exports."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from bubblefear.review.pages import found
from bubblefear.review.searching.reach import Bounds
from bubblefear.store import database, reviews, transaction
from bubblefear.store.search import insert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

HANS, HANT, EN = "aaaa000000000002", "aaaa000000000003", "aaaa000000000001"
HANT_COPY = "aaaa000000000007"


def ids(asker: Asker, address: str) -> list[str]:
    answer = asker.get(f"/search.json?{address}")
    assert answer.status_code == 200, answer.text
    return [hit["id"] for hit in answer.json()["hits"]]


def counts(asker: Asker, address: str, facet: str) -> dict[str, int]:
    told = asker.get(f"/search.json?{address}").json()["facets"][facet]
    return {count["value"]: count["count"] for count in told}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("泡沫", {HANS, HANT, HANT_COPY}),
        ("恐慌", {HANS, HANT_COPY}),
        ("英伟达", {HANS, HANT, EN}),
        ("輝達", {HANS, HANT, EN}),
        ("nvidia", {HANS, HANT, EN}),
        ("NVDA", {HANS, HANT, EN}),
        ("财报", {HANT}),
        ("大跌 泡沫", {HANS}),
        ("泡沫 -恐慌", {HANT}),
        ('"bubble fears"', {EN}),
        ('"fears bubble"', set()),
        ("collat*", {EN}),
        ("collat", set()),
        ("沫泡", set()),
    ],
)
def test_words_are_found_in_both_scripts(asker: Asker, query: str, wanted: set[str]) -> None:
    assert set(ids(asker, f"q={quote(query)}")) == wanted


def test_what_is_left_out_alone_leaves_everything_else(asker: Asker) -> None:
    assert len(ids(asker, "q=-bubble")) == 8 - len(ids(asker, "q=bubble"))


def test_a_line_has_its_marks_source_time_and_figures(asker: Asker) -> None:
    page = asker.get("/search?q=" + quote("泡沫")).text
    assert '<bdi lang="zh-Hans">人工智能<mark>泡沫</mark>恐慌蔓延，英伟达股价大跌</bdi>' in page
    assert "海港日报" in page
    assert "2025-11-21 15:30" in page
    assert 'fear <span class="figure">0.60</span>' in page
    assert "3 articles, 3 stories" in page


def test_a_passage_of_the_body_is_shown_with_its_mark(asker: Asker) -> None:
    page = asker.get("/search?q=collateral").text
    assert "Credit funds asked for more <mark>collateral</mark>." in page
    assert "Bubble fears mount as lenders" in page


def test_spaces_of_the_search_table_are_not_shown(newsroom: Path, open_asker: Any) -> None:
    with database(newsroom) as conn, transaction(conn):
        conn.execute(
            "INSERT INTO entries SELECT 90, 'aaaa000000000090', source, feed_url, guid, url, "
            "canonical_url, 'AI 泡沫 與 AI股 <b>', 'x', author, published_at, first_seen_at, "
            "date_note, origin FROM entries WHERE number = 3"
        )
        insert(conn, [(90, "AI 泡沫 與 AI股 <b>", "x", None)])
    page = open_asker(newsroom).get("/search?q=" + quote('"泡沫 與"')).text
    assert "AI <mark>泡沫 與</mark> AI股 &lt;b&gt;" in page


def test_the_other_spellings_are_told(asker: Asker) -> None:
    page = asker.get("/search?q=" + quote("英伟达 -泡沫 ban*")).text
    assert "<bdi>輝達</bdi>" in page
    assert "Without <strong>泡沫</strong>" in page
    assert "<strong>ban</strong> and whatever begins so" in page


def test_copies_of_a_story_are_one_line_unless_asked(asker: Asker) -> None:
    folded = asker.get("/search?channel=credit").text
    assert folded.count('class="headline"') == 1
    assert "2 copies" in folded
    assert "2 articles, 1 story" in folded
    every = asker.get("/search?channel=credit&copies=all").text
    assert every.count('class="headline"') == 2
    assert "2 copies" not in every


def test_counts_are_of_all_hits_and_combine(asker: Asker) -> None:
    words = "q=" + quote("泡沫")
    assert counts(asker, words, "language") == {"zh-Hant": 2, "zh-Hans": 1}
    assert counts(asker, words, "channel") == {"valuation": 2, "credit": 1}
    assert counts(asker, words, "month") == {"2025-11": 3}
    chosen = f"{words}&language=zh-Hant"
    assert counts(asker, chosen, "channel") == {"valuation": 1, "credit": 1}
    # A facet's own choice is left aside: what else could be chosen stays in sight.
    assert counts(asker, chosen, "language") == {"zh-Hant": 2, "zh-Hans": 1}
    assert ids(asker, f"{chosen}&channel=credit") == [HANT_COPY]
    assert len(ids(asker, f"{chosen}&language=zh-Hans")) == 3


def test_what_has_no_score_or_text_is_a_count_of_its_own(asker: Asker) -> None:
    told = counts(asker, "", "channel")
    assert told == {"valuation": 2, "credit": 2, "none": 2, "abstained": 1, "not scored": 1}
    assert counts(asker, "", "language")["no text"] == 1


def test_links_of_facets_lead_where_they_say(asker: Asker) -> None:
    page = asker.get("/search?q=" + quote("泡沫")).text
    aside = page[page.index('id="counts"') :]
    address, label = re.findall(r'href="(/search\?[^"]+)"[^>]*><span>(.*?)</span>', aside)[0]
    narrowed = unescape(address)
    assert "島嶼財經" in label
    assert "2 articles" in asker.get(narrowed).text
    again = asker.get(narrowed).text
    assert 'aria-label="What the hits are narrowed to"' in again
    assert 'aria-current="true"' in again


def test_labels_count_and_what_is_undone_does_not(asker: Asker) -> None:
    with database(asker.path) as conn:
        for key, grade, stance in ((HANS, 3, "fear"), (HANT, 0, "none")):
            number = reviews.add(
                conn, article_id=key, reviewer="Ann", now="t", fear=grade, stance=stance
            )
        assert counts(asker, "", "label")["grade 3"] == 1
        reviews.undo(conn, number, "t")
    told = counts(asker, "q=" + quote("泡沫"), "label")
    assert told == {"not reviewed": 2, "grade 3": 1, "stance fear": 1}
    assert ids(asker, "label=grade+3") == [HANS]


@pytest.mark.parametrize(
    ("sort", "first"),
    [("newest", HANT_COPY), ("oldest", HANT), ("fear", HANT_COPY), ("contribution", HANT_COPY)],
)
def test_orders(asker: Asker, sort: str, first: str) -> None:
    assert ids(asker, f"q={quote('泡沫')}&sort={sort}")[0] == first


def test_the_best_match_has_the_word_in_its_title(newsroom: Path, open_asker: Any) -> None:
    with database(newsroom) as conn, transaction(conn):
        for number, title, summary in ((91, "tulip mania", "x"), (92, "mania", "a tulip")):
            conn.execute(
                "INSERT INTO entries(number, id, source, title, first_seen_at, origin) "
                "VALUES (?, ?, 'Harbour Gazette', ?, ?, 'feed')",
                (number, f"cccc{number:012}", title, f"2025-12-{number - 90:02}T00:00:00Z"),
            )
            insert(conn, [(number, title, summary, None)])
    asker = open_asker(newsroom)
    assert [key[-2:] for key in ids(asker, "q=tulip&sort=match")] == ["91", "92"]
    assert [key[-2:] for key in ids(asker, "q=tulip")] == ["92", "91"]
    assert ids(asker, "sort=match") == ids(asker, "sort=newest")


def test_days_of_the_first_sight(asker: Asker) -> None:
    assert ids(asker, "from=2025-11-20&to=2025-11-20") == [HANT]
    assert len(ids(asker, "from=2025-11-21")) == 7


@pytest.mark.parametrize(
    "address", ["from=soon", "sort=x", "page=x", "from=2025-02-30", "q=bubble&to=1"]
)
def test_what_cannot_be_asked_is_a_line_and_no_failure(asker: Asker, address: str) -> None:
    page = asker.get(f"/search?{address}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert 'class="headline"' not in page.text
    for kind in ("json", "csv"):
        told = asker.get(f"/search.{kind}?{address}")
        assert told.status_code == 400
        assert told.json()["errors"]


@pytest.mark.parametrize("query", ["", "  ", '"', "***", "。，", "-", "()"])
def test_a_query_without_a_word_finds_nothing_and_fails_not(asker: Asker, query: str) -> None:
    answer = asker.get(f"/search?q={quote(query)}")
    assert answer.status_code == 200
    assert 'class="headline"' not in answer.text


def test_an_empty_search_has_examples_and_counts_of_everything(asker: Asker) -> None:
    page = asker.get("/search").text
    assert "For example" in page
    assert "8 articles in all" in page
    assert "/search?source=Harbour+Gazette" in page


def test_pages_of_hits(newsroom: Path, open_asker: Any) -> None:
    with database(newsroom) as conn, transaction(conn):
        rows = [(100 + n, f"bbbb{n:012x}", f"2025-10-{1 + n % 28:02}T00:00:00Z") for n in range(70)]
        conn.executemany(
            "INSERT INTO entries(number, id, source, title, first_seen_at, origin) "
            "VALUES (?, ?, 'Harbour Gazette', 'harbour', ?, 'import')",
            rows,
        )
        insert(conn, [(number, "harbour", None, None) for number, _, _ in rows])
    asker = open_asker(newsroom)
    pages = [asker.get(f"/search?q=harbour&page={n}").text for n in (1, 2, 3, 9)]
    shown = [re.findall(r"/article/(\w+)", page) for page in pages]
    assert [len(found) for found in shown] == [30, 30, 11, 11]
    assert len({key for found in shown for key in found}) == 71
    assert "Page 3 of 3" in pages[2]
    assert pages[2] == pages[3]
    assert "Next" not in pages[2]


def test_what_was_written_since_is_found(asker: Asker) -> None:
    assert counts(asker, "q=tulip", "month") == {}
    with database(asker.path) as conn, transaction(conn):
        conn.execute(
            "INSERT INTO entries(number, id, source, title, first_seen_at, origin) VALUES "
            "(99, 'cccc000000000099', 'Harbour Gazette', 'tulip', '2025-12-01T00:00:00Z', 'feed')"
        )
        insert(conn, [(99, "tulip", None, None)])
    assert counts(asker, "q=tulip", "month") == {"2025-12": 1}


def test_csv_has_all_hits_and_runs_no_formula(newsroom: Path, open_asker: Any) -> None:
    with database(newsroom) as conn, transaction(conn):
        conn.execute("UPDATE entries SET title = '=HYPERLINK(1)' WHERE number = 4")
    answer = open_asker(newsroom).get("/search.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 8
    assert "'=HYPERLINK(1)" in {row["title"] for row in rows}
    assert {row["fear"] for row in rows} >= {"", "0.6"}


def test_json_says_how_it_was_made(asker: Asker) -> None:
    told = asker.get("/search.json?q=" + quote("泡沫") + "&language=zh-Hant").json()
    assert (told["total"], told["stories"], told["scorer"]) == (2, 2, "finbert-multi.v1")
    assert told["filter"] == {"from": None, "to": None, "language": ["zh-Hant"]}
    assert told["words"][0]["spellings"][0] == "泡沫"
    assert {hit["id"] for hit in told["hits"]} == {HANT, HANT_COPY}


def test_a_query_is_shown_as_text(asker: Asker) -> None:
    page = asker.get("/search?q=" + quote('"><script>alert(1)</script>')).text
    assert "<script" not in page


def test_an_empty_database(tmp_path: Path, open_asker: Callable[..., Asker]) -> None:
    path = tmp_path / "empty.db"
    with database(path):
        pass
    asker = open_asker(path)
    for address in ("/search", "/search?q=bubble", "/search?q=bubble&language=en&sort=match"):
        page = asker.get(address)
        assert page.status_code == 200
    assert "0 articles" in page.text
    assert asker.get("/search.json?q=bubble").json()["hits"] == []
    assert asker.get("/search.csv").text.startswith("first_seen_at,")


def test_what_the_first_search_needs_is_read_before_it(asker: Asker) -> None:
    assert asker.datasette not in found._kept
    asyncio.run(found.prepare(asker.datasette))
    assert found._kept[asker.datasette]._columns is not None


def test_of_a_large_file_only_some_hits_are_looked_at_and_that_is_said(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    asker = open_asker(newsroom, bounds=Bounds(whole=3, looked=2))
    page = asker.get("/search?copies=all").text
    assert "There are 8. Listed and counted here are the 2 seen last" in page
    told = asker.get("/search.json?sort=oldest").json()
    assert (told["hits_in_all"], told["looked_at"], told["total"]) == (8, 2, 2)
    whole = open_asker(newsroom).get("/search.json?sort=oldest").json()
    assert (whole["hits_in_all"], whole["looked_at"], whole["total"]) == (8, 8, 8)
    assert told["hits"] == whole["hits"][:2]
