"""Taking a review back: one's own, with the guards of writing one, and then it counts nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import database, reviews

if TYPE_CHECKING:
    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
HOME = {"origin": "http://localhost"}
# A browser sends a form without fields as this kind of body all the same.
FIELDLESS = {"content-type": "application/x-www-form-urlencoded"}
FORM = {
    "token": "right-token",
    "reviewer": "Ada",
    "fear": "2",
    "stance": "fear",
    "kind": "threat",
    "channel": "credit",
    "note": "lenders",
}
BARE = {"token": "right-token", "reviewer": "Ada"}


@pytest.fixture
def cookies(asker: Asker) -> dict[str, str]:
    """Ada has written review 1, and Bo review 2."""
    first = asker.send("POST", f"{ARTICLE}/review", data=FORM, headers=HOME)
    asker.send("POST", f"{ARTICLE}/review", data=FORM | {"reviewer": "Bo"}, headers=HOME)
    return {"bubblefear_reviewer": first.cookies["bubblefear_reviewer"]}


def undone(asker: Asker) -> list[int]:
    with database(asker.path, create=False) as conn:
        return [row[0] for row in conn.execute("SELECT review_id FROM review_undos")]


def undo(asker: Asker, number: int = 1, method: str = "POST", **keywords: Any) -> Any:
    return asker.send(
        method, f"/reviews/{number}/undo", **({"headers": HOME | FIELDLESS} | keywords)
    )


def test_ones_own_review_is_taken_back_and_shown_struck_through(
    asker: Asker, cookies: dict[str, str]
) -> None:
    page = asker.get(ARTICLE, cookies=cookies).text
    assert re.findall(r'action="(/reviews/\d+/undo)"', page) == ["/reviews/1/undo"]
    answer = undo(asker, cookies=cookies)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ARTICLE}#reviews")
    page = asker.get(ARTICLE, cookies=cookies).text
    assert "<s>lenders</s>" in page
    assert "taken back" in page
    assert "/undo" not in page
    assert len(asker.reviews()) == 2
    with database(asker.path, create=False) as conn:
        found = reviews.find(conn, 1)
    assert found is not None
    assert found.undone_at == "2025-11-22T08:00:00Z"


def test_from_the_queue_it_leads_back_to_the_same_article_there(
    asker: Asker, cookies: dict[str, str]
) -> None:
    where = "/reviews/1/undo?order=uncertain&language=en&skip=aaaa000000000002"
    answer = asker.send("POST", where, headers=HOME | FIELDLESS, cookies=cookies)
    back = "/queue?order=uncertain&language=en&skip=aaaa000000000002&article=aaaa000000000001"
    assert answer.headers["location"] == back
    page = asker.get(back, cookies=cookies).text
    assert 'name="article" value="aaaa000000000001"' in page
    assert 'value="credit" data-key="c" checked' in page  # what was said is there to be mended
    assert ">lenders</textarea>" in page


def test_with_the_token_no_cookie_is_needed(asker: Asker, cookies: dict[str, str]) -> None:
    assert undo(asker, data=BARE, headers={}).status_code == 303
    assert undone(asker) == [1]


def test_a_second_undo_changes_nothing(asker: Asker, cookies: dict[str, str]) -> None:
    assert [undo(asker, cookies=cookies).status_code for _ in range(2)] == [303, 303]
    assert undone(asker) == [1]


@pytest.mark.parametrize(
    ("number", "keywords"),
    [
        (2, {}),  # Bo's
        (2, {"data": BARE}),
        (1, {"data": {"reviewer": "Bo"}}),
        (1, {"headers": {}}),
        (1, {"headers": {"origin": "https://attacker.example"}}),
        (1, {"headers": HOME | {"sec-fetch-site": "cross-site"}}),
        (1, {"cookies": {}}),
        (1, {"cookies": {}, "data": {"reviewer": "Ada"}}),
        (1, {"cookies": {"bubblefear_reviewer": "IkFkYSI.forged"}}),
        (1, {"data": BARE | {"token": "wrong-token"}}),
        (1, {"data": {"token": "right-token"}}),
        (1, {"json": BARE}),
    ],
)
def test_who_may_not_undo_is_refused_and_nothing_is_written(
    asker: Asker, cookies: dict[str, str], number: int, keywords: dict[str, Any]
) -> None:
    keywords = {"cookies": cookies, "headers": HOME} | keywords
    if "json" not in keywords:
        keywords["headers"] = keywords["headers"] | FIELDLESS
    assert undo(asker, number, **keywords).status_code == 403
    assert undone(asker) == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_other_methods_undo_nothing(asker: Asker, cookies: dict[str, str], method: str) -> None:
    assert undo(asker, method=method, cookies=cookies, params=BARE).status_code == 403
    assert undone(asker) == []


def test_what_was_never_written_is_not_found(asker: Asker, cookies: dict[str, str]) -> None:
    assert undo(asker, 9, data=BARE).status_code == 404
    assert undo(asker, 10**20, data=BARE).status_code == 403  # no such address takes a POST


def test_what_is_taken_back_counts_in_no_query(asker: Asker, cookies: dict[str, str]) -> None:
    def named(query: str) -> str:
        return asker.get(f"/bubblefear/{query}.json?_shape=array").text

    assert "Ada grade 2" in named("disagreements")
    undo(asker, cookies=cookies)
    assert "Ada grade 2" not in named("disagreements")
    assert "Bo grade 2" in named("disagreements")
