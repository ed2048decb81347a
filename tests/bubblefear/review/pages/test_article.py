from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
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
    assert '<span class="phrase" data-tip="matched phrase">Bubble fears</span> mount' in page
    assert '<span class="name" data-tip="entity: Nvidia">Nvidia</span> shares fell' in page
    assert "sentence fear-4 relief-0" in page
    assert 'href="https://gazette.example/1"' in page
    assert '<th scope="row">lexicon.v1</th><td class="num">0.27</td>' in page
    assert '<a href="/day/2025-11-21">2025-11-21</a>' in page


def test_every_sentence_number_leads_to_its_row_and_back(asker: Asker) -> None:
    page = asker.get(ARTICLE).text
    told = "Sentence 3: fear 0.30, relief 0.00, relevance 1.00, weight 0.10; act; named: Nvidia"
    assert f'data-row="#a2" title="{told}" aria-label="{told}">3</a>' in page
    for number in range(5):
        assert f'id="s{number}"' in page
        assert f'<tr id="a{number}"><td><a href="#s{number}"' in page


def test_article_tells_what_it_added_to_its_session(
    accounted: Path, open_asker: Callable[..., Asker]
) -> None:
    page = open_asker(accounted).get(ARTICLE).text
    assert "<strong>80.0</strong>" in page
    assert "points of the 158.2 of" in page
    assert "number 1 of 3 articles" in page
    assert "0.72 (relevance × fear) × 1.00 (novelty) × 111.1 (points" in page


def test_another_scorers_score_explains_nothing_of_the_index(asker: Asker, newsroom: Path) -> None:
    """The first article as ``lexicon.v1`` alone read it, while the index is of another scorer."""
    with database(newsroom) as conn:
        conn.execute("DELETE FROM scores WHERE scorer <> 'lexicon.v1' AND article_id LIKE '%01'")
    page = asker.get(ARTICLE).text
    assert "= relevance 0.90 × fear 0.30" in page
    assert "It has not been scored by the index&#39;s scorer." in page


def test_article_tells_why_it_was_counted_with_others(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO story_links VALUES ('aaaa000000000007', 'aaaa000000000001', 'meaning',"
            ' 0.91, \'["<b>debt</b>", "figure:5.7e+10"]\')'
        )
    later = asker.get("/article/aaaa000000000007").text
    assert "This article was counted with the story as it tells the same in other words as" in later
    assert (
        "(probability 0.91); both tell <bdi>&lt;b&gt;debt&lt;/b&gt;, 57,000,000,000</bdi>" in later
    )
    assert "joined: the same in other words as this one (probability 0.91)" in (
        asker.get(ARTICLE).text
    )


def test_article_shows_what_its_publisher_changed(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO entry_versions VALUES ('aaaa000000000002', '2025-11-21T18:00:00Z',"
            " '人工智能泡沫恐慌消退，英伟达股价大跌', NULL, NULL, NULL, 'sha-9')"
        )
    page = asker.get("/article/aaaa000000000002").text
    assert "人工智能泡沫恐慌<del>蔓延</del><ins>消退</ins>，英伟达股价大跌" in page


def test_article_tells_its_names_and_troubles(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO entry_aliases VALUES ('0123456789abcdef', 'aaaa000000000001', 'redirect',"
            " 'https://away.example/1', '2025-11-21T14:00:00Z')"
        )
        conn.execute(
            "INSERT INTO problems VALUES ('p2', 'page.failed', 'https://away.example/1',"
            " 'the page answered <403>', NULL, '2025-11-21T15:00:00Z', '2025-11-21T15:00:00Z', 2)"
        )
    page = asker.get(ARTICLE).text
    assert "Redirect <code>https://away.example/1</code>, met" in page
    assert "the page answered &lt;403&gt;" in page


def test_article_as_data_has_every_sentence_and_blind_none(
    accounted: Path, open_asker: Callable[..., Asker]
) -> None:
    asker = open_asker(accounted)
    data = asker.get(f"{ARTICLE}.json").json()
    assert [line["position"] for line in data["lines"]] == [0, 1, 2, 3, 4]
    assert data["share"]["part"]["points"] == 80.0
    assert [copy["id"] for copy in data["copies"]] == ["aaaa000000000007"]
    blind = asker.get(f"{ARTICLE}.json?blind=1").json()
    assert list(blind) == ["article"]
    assert asker.get("/article/nothing.json").status_code == 404


def test_blind_page_gives_nothing_away(asker: Asker) -> None:
    page = asker.get(f"{ARTICLE}?blind=1").text
    assert "Bubble fears mount" in page
    told = ("0.72", "0.80", "data-tip", 'class="mark"', "2025-11-21T21:05:00Z", "lexicon", "放貸人")
    assert [word for word in told if word in page] == []


def test_a_long_body_is_marked_as_far_as_anybody_reads(asker: Asker, newsroom: Path) -> None:
    sentences = [f"Lender {n} fears the bubble." for n in range(1500)]
    body = " ".join(sentences)
    starts = [body.index(f"Lender {n} ") for n in range(1500)]
    rows = [
        ("aaaa000000000004", "finbert-multi.v1", n, "body", start, start + len(text), text,
         1.0, 0.5, 0.0, 1 / 1500, '["bubble"]')
        for n, (start, text) in enumerate(zip(starts, sentences, strict=True))
    ]  # fmt: skip
    with database(newsroom) as conn:
        conn.execute("UPDATE articles SET body = ? WHERE id = 'aaaa000000000004'", (body,))
        conn.executemany(
            'INSERT INTO evidence(article_id, scorer, position, field, start, "end", sentence,'
            " relevance, fear, relief, weight, phrases)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    page = asker.get("/article/aaaa000000000004").text
    assert "The last 500 sentences were scored like the others" in page
    assert page.count('class="mark"') == 1000
    assert "1460 more with smaller terms" in page
    assert "Lender 1499 fears the bubble." in page


def test_article_shows_its_story_in_the_other_script(asker: Asker) -> None:
    page = asker.get(ARTICLE).text
    assert '<bdi lang="zh-Hant">放貸人懷疑資料中心債務，泡沫恐慌升溫</bdi>' in page


def test_article_that_abstained_says_why(asker: Asker) -> None:
    assert "abstained: language:other" in asker.get("/article/aaaa000000000006").text


def test_article_says_that_only_a_stub_was_read(asker: Asker) -> None:
    page = asker.get("/article/aaaa000000000003").text
    assert "Body: stub (the page shows its start alone)." in page
    assert "date in the future, not believed" in page


def test_entry_without_text_has_a_page_without_form(asker: Asker) -> None:
    page = asker.get("/article/aaaa000000000008").text
    assert "(no title)" in page
    assert '<form class="review"' not in page


@pytest.mark.parametrize("name", ["nothing", "x" * 200, "..%2F..%2Fetc", "%F0%9F%92%A5"])
def test_unknown_article_is_not_found(asker: Asker, name: str) -> None:
    assert asker.get(f"/article/{name}", follow_redirects=True).status_code == 404


def test_an_address_with_a_nul_is_refused(asker: Asker) -> None:
    assert asker.get("/article/a%00b").status_code == 400


def test_sentences_that_moved_are_not_shaded(asker: Asker) -> None:
    page = asker.get(EVIL).text
    assert "The text has changed since it was scored." in page
    assert "no longer stand where they were" in page
    assert 'id="s0"' not in page
