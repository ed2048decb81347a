from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Asker

WHERE = "/article/aaaa000000000001/review"
HOME = "http://localhost"
FORM = {
    "token": "right-token",
    "reviewer": "Ada",
    "fear": "2",
    "stance": "fear",
    "kind": "threat",
    "channel": "credit",
    "note": "the lenders are the subject",
}


def post(asker: Asker, where: str = WHERE, **keywords: Any) -> Any:
    return asker.send("POST", where, **({"data": FORM, "headers": {"origin": HOME}} | keywords))


def test_a_review_is_stored_and_shown(asker: Asker) -> None:
    answer = post(asker)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/article/aaaa000000000001#reviews"
    stored = (1, "aaaa000000000001", "Ada", 2, "fear", "threat", "credit", FORM["note"])
    assert asker.reviews() == [(*stored, "2025-11-22T08:00:00Z")]
    page = asker.get("/article/aaaa000000000001").text
    assert "<bdi>Ada</bdi>" in page
    assert FORM["note"] in page


def test_none_is_stored_as_missing_kind_and_channel(asker: Asker) -> None:
    calm = FORM | {"fear": "0", "stance": "none", "kind": "none", "channel": "none", "note": ""}
    assert post(asker, data=calm).status_code == 303
    assert asker.reviews()[0][3:8] == (0, "none", None, None, None)


def test_a_command_line_without_origin_may_write_with_the_token(asker: Asker) -> None:
    assert post(asker, headers={}).status_code == 303


@pytest.mark.parametrize(
    "keywords",
    [
        {"data": {k: v for k, v in FORM.items() if k != "token"}},
        {"data": FORM | {"token": ""}},
        {"data": FORM | {"token": "wrong-token"}},
        {"data": FORM | {"token": "ключ"}},
        {"headers": {"origin": "https://attacker.example"}},
        {"headers": {"origin": "http://localhost:9999"}},
        {"headers": {"origin": "null"}},
        {"headers": {"origin": "http://[bad"}},
        {"headers": {"origin": HOME, "sec-fetch-site": "cross-site"}},
        {"headers": {"sec-fetch-site": "same-site"}},
        {"data": None, "json": FORM},
        {"data": None, "content": "token=right-token", "headers": {"content-type": "text/plain"}},
        {"data": FORM | {"note": "x" * 70_000}},
    ],
)
def test_who_may_not_write_is_refused_and_nothing_is_written(
    asker: Asker, keywords: dict[str, Any]
) -> None:
    assert post(asker, **keywords).status_code == 403
    assert asker.reviews() == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_write_nothing(asker: Asker, method: str) -> None:
    answer = asker.send(method, WHERE, params=FORM, headers={"origin": HOME})
    assert answer.status_code == 403
    assert asker.reviews() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reviewer", "  "),
        ("reviewer", "x" * 81),
        ("fear", "4"),
        ("fear", ""),
        ("fear", "0"),
        ("stance", "panic"),
        ("kind", "'; DROP TABLE reviews; --"),
        ("channel", "rumour"),
        ("note", "x" * 4001),
    ],
)
def test_a_form_against_the_coding_rules_is_shown_again(
    asker: Asker, field: str, value: str
) -> None:
    answer = post(asker, data=FORM | {field: value})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert asker.reviews() == []


def test_a_refused_form_keeps_what_was_typed_but_not_the_token(asker: Asker) -> None:
    typed = FORM | {"fear": "", "note": "</textarea><script>alert(1)</script>"}
    page = post(asker, data=typed).text
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert 'value="credit" data-key="c" checked' in page
    assert "right-token" not in page


@pytest.mark.parametrize("name", ["unknown", "aaaa000000000008"])
def test_a_review_of_no_text_is_not_found(asker: Asker, name: str) -> None:
    assert post(asker, f"/article/{name}/review").status_code == 404
    assert asker.reviews() == []


def test_the_cookie_of_a_first_review_stands_for_the_token(asker: Asker) -> None:
    first = post(asker)
    given = first.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    assert "right-token" not in given
    cookies = {"bubblefear_reviewer": first.cookies["bubblefear_reviewer"]}
    page = asker.get("/article/aaaa000000000002", cookies=cookies).text
    assert 'name="token"' not in page
    assert "You write as <bdi>Ada</bdi>" in page
    bare = {k: v for k, v in FORM.items() if k != "token"}
    assert post(asker, data=bare, cookies=cookies).status_code == 303
    assert len(asker.reviews()) == 2


def test_the_cookie_counts_only_where_the_browser_names_our_page(asker: Asker) -> None:
    cookies = {"bubblefear_reviewer": post(asker).cookies["bubblefear_reviewer"]}
    bare = {k: v for k, v in FORM.items() if k != "token"}
    elsewhere = {"origin": "https://attacker.example"}
    assert post(asker, data=bare, cookies=cookies, headers={}).status_code == 403
    assert post(asker, data=bare, cookies=cookies, headers=elsewhere).status_code == 403
    forged = {"bubblefear_reviewer": "IkFkYSI.forged"}
    assert post(asker, data=bare, cookies=forged).status_code == 403
    assert len(asker.reviews()) == 1


def test_a_browser_writes_under_the_name_that_it_gave_with_the_token(asker: Asker) -> None:
    cookies = {"bubblefear_reviewer": post(asker).cookies["bubblefear_reviewer"]}
    bare = {k: v for k, v in FORM.items() if k != "token"}
    refusal = post(asker, data=bare | {"reviewer": "Bo"}, cookies=cookies)
    assert refusal.status_code == 403
    assert "another name" in refusal.text
    nameless = {k: v for k, v in bare.items() if k != "reviewer"}
    assert post(asker, data=nameless, cookies=cookies).status_code == 303
    assert post(asker, data=FORM | {"reviewer": "Bo"}, cookies=cookies).status_code == 303
    assert [row[2] for row in asker.reviews()] == ["Ada", "Ada", "Bo"]


def test_grade_0_leaves_nothing_else_to_fill_in(asker: Asker) -> None:
    assert post(asker, data={"token": "right-token", "reviewer": "Ada", "fear": "0"}).is_redirect
    assert asker.reviews()[0][3:8] == (0, "none", None, None, None)


def test_nothing_else_can_be_written(asker: Asker) -> None:
    before = asker.get("/bubblefear/entries.json?_shape=array&_size=max").json()
    for sql in ("DELETE FROM entries", "INSERT INTO reviews VALUES (9,'a','b',1,'','','','','')"):
        assert asker.get("/bubblefear.json", params={"sql": sql}).status_code == 400
    for path in ("/bubblefear/problems_lately", "/bubblefear", "/", "/-/messages", "/-/logout"):
        assert asker.send("POST", path, data=FORM).status_code == 403
    queries = asker.get("/-/metadata.json").json()["databases"]["bubblefear"]["queries"]
    assert not any(query.get("write") for query in queries.values())
    assert asker.get("/bubblefear/entries.json?_shape=array&_size=max").json() == before
    assert asker.reviews() == []


def test_the_token_is_on_no_page(asker: Asker) -> None:
    for path in ("/", "/article/aaaa000000000001", "/-/metadata.json", "/-/settings.json",
                 "/-/plugins.json", "/bubblefear.json"):  # fmt: skip
        assert "right-token" not in asker.get(path).text
