"""The review queue: blind, by name, never the same article twice, usable without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import audit, database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

HOME = {"origin": "http://localhost"}
SIGN = {"token": "right-token", "reviewer": "Ada"}
LENDERS, ACT, HARBOUR = (f"aaaa00000000000{n}" for n in (1, 2, 4))
CODE = {"fear": "2", "stance": "fear", "kind": "threat", "channel": "credit"}


@pytest.fixture
def asker(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    """The newsroom with a sample: the harbour first, then the lenders."""
    with database(newsroom) as conn:
        sample = audit.Sample("audit-new", "t", "finbert-multi.v1", 1, 2, None, None, {})
        audit.add_sample(conn, sample, [(k, "Post", "s", 9, 1, 9.0) for k in (HARBOUR, LENDERS)])
    return open_asker(newsroom)


def signed_in(asker: Asker, name: str = "Ada") -> dict[str, str]:
    answer = asker.send("POST", "/queue/coder", data=SIGN | {"reviewer": name}, headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    return {"bubblefear_reviewer": answer.cookies["bubblefear_reviewer"]}


def save(
    asker: Asker, article: str, cookies: dict[str, str], query: str = "", **change: str
) -> Any:
    data = {"article": article, **CODE, **change}
    where = f"/queue/review{query}"
    return asker.send("POST", where, data=data, cookies=cookies, headers=HOME)


def shown(page: str) -> str | None:
    found = re.search(r'name="article" value="(\w+)"', page)
    return found[1] if found else None


def test_who_has_not_said_a_name_is_asked_for_it(asker: Asker) -> None:
    page = asker.get("/queue").text
    assert 'action="/queue/coder"' in page
    assert shown(page) is None
    cookies = signed_in(asker)
    page = asker.get("/queue", cookies=cookies).text
    assert "<bdi>Ada</bdi>" in page
    assert 'name="token"' not in page
    assert 'action="/queue/coder"' in asker.get("/queue?coder=other", cookies=cookies).text


def test_a_name_that_is_none_is_asked_for_again(asker: Asker) -> None:
    for name in ("  ", "x" * 81):
        answer = asker.send("POST", "/queue/coder", data=SIGN | {"reviewer": name}, headers=HOME)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert "set-cookie" not in answer.headers


def test_the_audit_comes_first_in_its_order_and_never_twice(asker: Asker) -> None:
    cookies = signed_in(asker)
    assert shown(asker.get("/queue", cookies=cookies).text) == HARBOUR
    answer = save(asker, HARBOUR, cookies, topic="0", fear="0", stance="", kind="", channel="")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    page = asker.get("/queue", cookies=cookies).text
    assert shown(page) == LENDERS
    assert "1 coded today, 1 in all" in page
    assert "1 of 2 of audit-new" in page
    save(asker, LENDERS, cookies)
    assert asker.get("/queue.json?order=audit", cookies=cookies).json()["waiting"] == []
    assert "none was drawn yet" in asker.get("/queue?order=audit", cookies=cookies).text
    # Without a word on the order, the next one that has something.
    assert (
        'href="/queue?order=uncertain" aria-current="page"'
        in asker.get("/queue", cookies=cookies).text
    )
    assert shown(asker.get("/queue", cookies=signed_in(asker, "Bo")).text) == HARBOUR


def test_only_the_audit_is_said_to_be_a_sample(asker: Asker) -> None:
    cookies = signed_in(asker)
    for order in ("audit", "uncertain", "contribution", "disagreement"):
        page = asker.get(f"/queue?order={order}", cookies=cookies).text
        assert ("It is no sample" in page) == (order != "audit")


def test_the_page_shows_the_text_and_nothing_of_its_scores(asker: Asker) -> None:
    cookies = signed_in(asker)
    with database(asker.path) as conn:
        audit.add_review(
            conn, LENDERS, "Bo", audit.Code(3, "fear", "act", "policy", 1, "mine"), "t"
        )
    page = asker.get(f"/queue?order=uncertain&article={LENDERS}", cookies=cookies).text
    assert "Banks are cutting their lending." in page
    assert "It looks like a bubble," in page
    for told in (
        "finbert-multi",
        "0.72",
        "0.80",
        "contribution",
        'class="sentence',
        ">mine<",
        "Bo</bdi>",
    ):
        assert told not in page.partition('<div class="desk">')[2].partition("Agreement")[0]
    told = asker.get("/queue.json?order=uncertain", cookies=cookies).json()
    assert set(told) == {"coder", "order", "progress", "waiting"}
    assert all(isinstance(one, str) for one in told["waiting"])


def test_skipping_puts_an_article_at_the_end(asker: Asker) -> None:
    cookies = signed_in(asker)
    page = asker.get("/queue?order=audit", cookies=cookies).text
    link = re.search(r'data-deed="s" href="([^"]+)"', page)
    assert link is not None
    page = asker.get(link[1].replace("&amp;", "&"), cookies=cookies).text
    assert shown(page) == LENDERS
    assert "1 skipped" in page
    query = f"?order=audit&skip={HARBOUR}"
    assert save(asker, LENDERS, cookies, query).headers["location"] == f"/queue{query}"
    assert shown(asker.get(f"/queue{query}", cookies=cookies).text) == HARBOUR


def test_a_language_alone(asker: Asker) -> None:
    cookies = signed_in(asker)
    found = asker.get("/queue.json?order=uncertain&language=zh-Hans", cookies=cookies).json()
    assert found["waiting"] == [ACT]
    page = asker.get("/queue?order=uncertain&language=zh-Hans", cookies=cookies).text
    assert '<option value="zh-Hans" lang="zh-Hans" selected>' in page
    assert '<bdi lang="zh-Hans">' in page


def test_what_breaks_a_rule_is_shown_again_with_what_was_typed(asker: Asker) -> None:
    cookies = signed_in(asker)
    answer = save(asker, LENDERS, cookies, "?order=audit", fear="0", note="</textarea><b>")
    assert answer.status_code == 400
    assert "Stance fear needs a grade above 0." in answer.text
    assert shown(answer.text) == LENDERS
    assert 'value="credit" data-key="c" checked' in answer.text
    assert "&lt;/textarea&gt;&lt;b&gt;" in answer.text
    assert asker.reviews() == []


def test_an_article_that_was_coded_is_not_shown_by_name(asker: Asker) -> None:
    cookies = signed_in(asker)
    save(asker, LENDERS, cookies)
    page = asker.get(f"/queue?order=audit&article={LENDERS}", cookies=cookies).text
    assert shown(page) == HARBOUR


def test_the_last_review_can_be_taken_back_from_here(asker: Asker) -> None:
    cookies = signed_in(asker)
    assert "/undo" not in asker.get("/queue", cookies=cookies).text
    save(asker, LENDERS, cookies)
    page = asker.get("/queue?order=audit", cookies=cookies).text
    assert 'action="/reviews/1/undo?order=audit"' in page
    assert "grade 2, fear, threat, credit" in page


@pytest.mark.parametrize("where", ["/queue/coder", "/queue/review"])
@pytest.mark.parametrize(
    "keywords",
    [
        {"data": SIGN | {"token": "wrong"}},
        {"data": {"reviewer": "Ada"}},
        {"headers": {"origin": "https://attacker.example"}},
        {"headers": HOME | {"sec-fetch-site": "same-site"}},
        {"data": None, "json": SIGN | {"article": LENDERS, **CODE}},
        {"data": {"reviewer": "Ada"}, "cookies": {"bubblefear_reviewer": "IkFkYSI.forged"}},
    ],
)
def test_who_may_not_write_is_refused_and_nothing_is_written(
    asker: Asker, where: str, keywords: dict[str, Any]
) -> None:
    keywords = {"headers": HOME, "data": SIGN} | keywords
    if keywords["data"] is not None:
        keywords["data"] = {"article": LENDERS, **CODE} | keywords["data"]
    answer = asker.send("POST", where, **keywords)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert asker.reviews() == []


@pytest.mark.parametrize("where", ["/queue/coder", "/queue/review"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_write_nothing(asker: Asker, where: str, method: str) -> None:
    cookies = signed_in(asker)
    form = SIGN | {"article": LENDERS, **CODE}
    answer = asker.send(method, where, params=form, cookies=cookies, headers=HOME)
    assert answer.status_code == 403
    assert asker.reviews() == []


def test_one_coder_cannot_write_as_another(asker: Asker) -> None:
    cookies = signed_in(asker)
    assert save(asker, LENDERS, cookies, reviewer="Bo").status_code == 403
    assert asker.reviews() == []
    # A cookie does not even change its own name without the token.
    data = {"reviewer": "Bo"}
    answer = asker.send("POST", "/queue/coder", data=data, cookies=cookies, headers=HOME)
    assert answer.status_code == 403


@pytest.mark.parametrize("article", ["unknown", "", "aaaa000000000008"])
def test_a_review_of_no_text_is_not_found(asker: Asker, article: str) -> None:
    assert save(asker, article, signed_in(asker)).status_code == 404
    assert asker.reviews() == []


def test_hostile_names_and_texts_are_shown_as_text(asker: Asker) -> None:
    cookies = signed_in(asker, "<script>alert(1)</script>\u202e")
    page = asker.get("/queue?order=uncertain&article=aaaa000000000005", cookies=cookies).text
    assert shown(page) == "aaaa000000000005"
    assert "<script>" not in page
    assert "<img" not in page
    assert "<svg onload" not in page
    assert "\u202e" not in page
    assert "⟨U+202E⟩gpj.exe" in page
    assert 'href="javascript:' not in page


def test_an_empty_database_says_what_is_missing(
    tmp_path: Path, open_asker: Callable[..., Asker]
) -> None:
    with database(tmp_path / "empty.db"):
        pass
    empty = open_asker(tmp_path / "empty.db")
    cookies = signed_in(empty)
    for order, command in (
        ("audit", "bubblefear audit sample"),
        ("uncertain", "bubblefear score"),
        ("contribution", "bubblefear index"),
        ("disagreement", "bubblefear score --scorer lexicon.v1"),
    ):
        answer = empty.get(f"/queue?order={order}", cookies=cookies)
        assert answer.status_code == 200
        assert f"<code>{command}</code>" in answer.text
    assert empty.get("/agreement").status_code == 200
