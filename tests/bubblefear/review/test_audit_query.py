"""Coding an audit's items in the browser: the list, the blind page, the answer on the topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import audit, database, reviews

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

ARTICLES = ("aaaa000000000004", "aaaa000000000001")
FORM = {
    "token": "right-token",
    "reviewer": "Ann",
    "topic": "1",
    "fear": "0",
    "stance": "none",
    "kind": "none",
    "channel": "none",
}


@pytest.fixture
def asker(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    """The newsroom with two samples."""
    with database(newsroom) as conn:
        for name, articles in (("audit-old", ARTICLES[:1]), ("audit-new", ARTICLES)):
            sample = audit.Sample(name, "t", "finbert-multi.v1", 1, 2, None, None, {})
            audit.add_sample(conn, sample, [(key, "Post", "s", 9, 1, 9.0) for key in articles])
    return open_asker(newsroom)


def pages(asker: Asker, name: str) -> list[str]:
    answer = asker.get(f"/bubblefear/audit_to_do.json?name={name}&_shape=array")
    return [row["page"] for row in answer.json()]


def post(asker: Asker, form: dict[str, str], where: str = ARTICLES[0]) -> Any:
    origin = {"origin": "http://localhost"}
    return asker.send("POST", f"/article/{where}/review?blind=1", data=form, headers=origin)


def test_the_query_lists_what_a_reviewer_has_still_to_code(asker: Asker) -> None:
    assert pages(asker, "Ann") == [f"/article/{key}?blind=1" for key in ARTICLES]
    with database(asker.path) as conn:
        reviews.add(conn, article_id=ARTICLES[0], reviewer="Ann", now="t", fear=0, stance="none")
        reviews.add(conn, article_id=ARTICLES[1], reviewer="Ann", now="t", note="unsure")
    assert pages(asker, "%20Ann") == [f"/article/{ARTICLES[1]}?blind=1"]
    assert len(pages(asker, "Bo")) == 2
    page = asker.get("/bubblefear/audit_to_do?name=Ann").text
    assert f'<a href="/article/{ARTICLES[1]}?blind=1">' in page


def test_a_blind_page_shows_the_text_and_nothing_of_its_scores(asker: Asker) -> None:
    with database(asker.path) as conn:
        reviews.add(conn, article_id=ARTICLES[1], reviewer="Bo", now="t", fear=3, stance="fear")
    seen, blind = (asker.get(f"/article/{ARTICLES[1]}{end}").text for end in ("", "?blind=1"))
    text = "Banks are cutting their lending. Nvidia shares fell with the rest of the sector."
    assert text in blind
    for told in ("finbert-multi.v1", 'id="score"', 'class="sentence', "<bdi>Bo</bdi>"):
        assert told in seen
        assert told not in blind
    assert "same story elsewhere" in seen
    assert "same story elsewhere" not in blind
    assert 'class="notice"' not in blind
    assert f'action="/article/{ARTICLES[1]}/review?blind=1"' in blind


def test_a_refused_form_stays_blind(asker: Asker) -> None:
    answer = post(asker, FORM | {"fear": "9"}, ARTICLES[1])
    assert answer.status_code == 400
    assert ">Score</h2>" not in answer.text
    assert 'name="topic" value="1" data-key="i" checked' in answer.text


@pytest.mark.parametrize(("topic", "stored"), [("1", 1), ("0", 0), ("", None)])
def test_an_answer_on_the_topic_is_stored_with_the_review(
    asker: Asker, topic: str, stored: int | None
) -> None:
    assert post(asker, FORM | {"topic": topic}).status_code == 303
    with database(asker.path) as conn:
        found = audit.last_code(conn, ARTICLES[0], "Ann")
    assert found == audit.Code(0, "none", None, None, topic=stored)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"topic": "2"}, "Choose a topic"),
        ({"topic": "0", "fear": "1", "stance": "fear"}, "needs topic 1"),
        ({"topic": "0", "stance": "relief"}, "needs topic 1"),
    ],
)
def test_a_topic_that_cannot_be(asker: Asker, change: dict[str, str], said: str) -> None:
    answer = post(asker, FORM | change)
    assert answer.status_code == 400
    assert said in answer.text
    assert asker.reviews() == []
