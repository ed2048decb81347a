from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
EVIL = "/article/aaaa000000000005"


def test_what_is_written_meanwhile_is_seen(asker: Asker, newsroom: Path) -> None:
    assert "Dawn edition" not in asker.get(ARTICLE).text
    with database(newsroom) as conn:
        conn.execute("UPDATE entries SET title = 'Dawn edition' WHERE number = 1")
    assert "Dawn edition" in asker.get(ARTICLE).text


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


def test_sentences_that_moved_are_not_shaded(asker: Asker) -> None:
    page = asker.get(EVIL).text
    assert "The text has changed since it was scored." in page
    assert "no longer stand where they were" in page
    assert 'id="s0"' not in page
