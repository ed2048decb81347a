from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
EVIL = "/article/aaaa000000000005"


def test_home_shows_the_newest_value_its_band_and_change(asker: Asker) -> None:
    page = asker.get("/").text
    assert "<strong>158.2</strong>" in page
    assert "90 % band 140.5 to 176.0" in page
    assert '<span class="up">+28.2</span> since 2025-11-20' in page  # from the revised 130.0
    assert '<a href="/day/2025-11-21">2025-11-21</a>' in page


def test_home_shows_what_moved_it_by_contribution(asker: Asker) -> None:
    page = asker.get("/").text
    first, second = page.index("aaaa000000000001"), page.index("aaaa000000000002")
    assert first < second < page.index("aaaa000000000005")
    assert "2 articles, 2 sources" in page
    assert "channel:credit" in page
    assert "aaaa000000000003" not in page  # first seen before the close of the 20th
    assert "aaaa000000000004" not in page  # not relevant


def test_home_draws_a_gap_for_a_missing_session(asker: Asker) -> None:
    page = asker.get("/").text
    assert "2025-11-11: missing" in page
    line = re.search(r'class="line" d="([^"]+)"', page)
    assert line is not None
    assert line.group(1).count("M") == 2


def test_home_without_an_index_says_so(tmp_path: Path, open_asker: Callable[..., Asker]) -> None:
    with database(tmp_path / "empty.db"):
        pass
    answer = open_asker(tmp_path / "empty.db").get("/")
    assert answer.status_code == 200
    assert "No index yet" in answer.text


def test_home_after_the_newest_session_was_missing(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO index_points VALUES "
            "('v1', '2025-11-21T21:10:00Z', 'total', '2025-11-24', NULL, NULL, NULL, NULL, NULL, 1)"
        )
    page = asker.get("/").text
    assert "<strong>158.2</strong>" in page
    assert "1 later session missing" in page


def test_what_is_written_meanwhile_is_seen(asker: Asker, newsroom: Path) -> None:
    assert "Dawn edition" not in asker.get(ARTICLE).text
    with database(newsroom) as conn:
        conn.execute("UPDATE entries SET title = 'Dawn edition' WHERE number = 1")
    assert "Dawn edition" in asker.get(ARTICLE).text


def test_a_sample_is_said_on_every_page(
    newsroom: Path, open_asker: Callable[..., Asker], asker: Asker
) -> None:
    paths = ("/", "/day/2025-11-21", "/day/2025-11-22", ARTICLE, "/search?q=bubble",
             "/bubblefear", "/bubblefear/entries")  # fmt: skip
    assert [path for path in paths if "SAMPLE" in asker.get(path).text] == []
    with database(newsroom) as conn:
        conn.execute("UPDATE sources SET kind = 'sample' WHERE name = 'Harbour Gazette'")
    sample = open_asker(newsroom)
    assert [path for path in paths if "SAMPLE" not in sample.get(path).text] == []


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


@pytest.mark.parametrize("date", ["2025-13-40", "0001-01-01", "9999-12-31", "today"])
def test_day_that_cannot_be_is_not_found(asker: Asker, date: str) -> None:
    assert asker.get(f"/day/{date}").status_code == 404


def test_article_shows_times_evidence_and_arithmetic(asker: Asker) -> None:
    page = asker.get(ARTICLE).text
    assert "2025-11-21T13:00:00Z" in page
    assert "2025-11-21T14:00:00Z" in page
    assert "2025-11-21T21:05:00Z" in page
    assert "= relevance 0.90 × fear 0.80" in page
    assert "<strong>0.72</strong>" in page
    assert '<span class="phrase" title="matched phrase">Bubble fears</span> mount' in page
    assert '<span class="name" title="entity: Nvidia">Nvidia</span> shares fell' in page
    assert "sentence fear-4 relief-0" in page
    assert 'href="https://gazette.example/1"' in page
    assert "lexicon.v1: relevance 0.90, fear 0.30" in page


def test_article_shows_its_story_in_the_other_script(asker: Asker) -> None:
    page = asker.get(ARTICLE).text
    assert '<bdi lang="zh-Hant">放貸人懷疑資料中心債務，泡沫恐慌升溫</bdi>' in page


def test_article_that_abstained_says_why(asker: Asker) -> None:
    assert "abstained: language:other" in asker.get("/article/aaaa000000000006").text


def test_article_says_that_only_a_stub_was_read(asker: Asker) -> None:
    page = asker.get("/article/aaaa000000000003").text
    assert "Body: stub." in page
    assert "date in the future, not believed" in page


def test_entry_without_text_has_a_page_without_form(asker: Asker) -> None:
    page = asker.get("/article/aaaa000000000008").text
    assert "(no title)" in page
    assert '<form class="review"' not in page


@pytest.mark.parametrize("name", ["nothing", "a%00b", "x" * 200, "..%2F..%2Fetc", "%F0%9F%92%A5"])
def test_unknown_article_is_not_found(asker: Asker, name: str) -> None:
    assert asker.get(f"/article/{name}", follow_redirects=True).status_code == 404


def test_hostile_text_is_shown_as_text(asker: Asker) -> None:
    for path in (EVIL, "/", "/day/2025-11-21", "/search?q=alert"):
        page = asker.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "<svg onload" not in page
        assert "<i>Mallory" not in page
        assert "<b>Evil" not in page
        assert 'href="javascript:' not in page
        assert "\u202e" not in page
    assert "not a web address: <code>javascript:alert" in asker.get(EVIL).text
    assert "⟨U+202E⟩gpj.exe" in asker.get(EVIL).text


def test_sentences_that_moved_are_not_shaded(asker: Asker) -> None:
    page = asker.get(EVIL).text
    assert "The text has changed since it was scored." in page
    assert "no longer stand where they were" in page
    assert 'id="s0"' not in page


def test_a_title_of_a_megabyte_is_cut_in_lists(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute("UPDATE entries SET title = ? WHERE number = 1", ("泡沫" * 500_000,))
    assert len(asker.get("/").content) < 200_000
    assert asker.get(ARTICLE).status_code == 200


@pytest.mark.parametrize("path", ["/", "/day/2025-11-21", "/day/2025-11-22", ARTICLE, "/search"])
def test_our_pages_allow_no_script_and_no_inline_style(asker: Asker, path: str) -> None:
    answer = asker.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert "style=" not in answer.text
    assert "<script" not in answer.text
    assert "<style" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_fetch_nothing_from_elsewhere(asker: Asker) -> None:
    for path in ("/", "/day/2025-11-21", ARTICLE, "/search?q=bubble", "/bubblefear"):
        page = asker.get(path).text
        loaded = re.findall(r'<(?:link|script|img|iframe)\b[^>]*?(?:href|src)="([^"]+)"', page)
        away = [address for address in loaded if re.match(r"(\w+:)?//(?!localhost/)", address)]
        assert away == []
    style = asker.get("/-/bubblefear/review.css")
    assert style.status_code == 200
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_other_hosts_are_refused(newsroom: Path, open_asker: Callable[..., Asker]) -> None:
    asker = open_asker(newsroom, hosts=frozenset({"127.0.0.1", "localhost", "::1"}))
    for foreign in ("attacker.example", "attacker.example:8001", "127.0.0.1.attacker.example"):
        answer = asker.get("/", headers={"host": foreign})
        assert answer.status_code == 403
        assert "158.2" not in answer.text
    for own in ("127.0.0.1:8001", "localhost:8001", "[::1]:8001"):
        assert asker.get("/", headers={"host": own}).status_code == 200
