"""The queue by keyboard: single keys, proposals, contradictions, undo, the keys' own list."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import audit, database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import OpenPage, Serve, Site
    from playwright.sync_api import Page

HARBOUR, LENDERS = "aaaa000000000004", "aaaa000000000001"


@pytest.fixture(scope="module")
def coding(printed: Path, tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Site:
    """A newsroom with a sample of two, the harbour, then the lenders; each test codes as itself."""
    path = tmp_path_factory.mktemp("queue") / "news.db"
    shutil.copy(printed, path)
    with database(path) as conn:
        drawn = audit.Sample("audit-new", "t", "finbert-multi.v1", 1, 2, None, None, {})
        audit.add_sample(conn, drawn, [(k, "Post", "s", 9, 1, 9.0) for k in (HARBOUR, LENDERS)])
    return serve(path)


@pytest.fixture
def coder(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


@pytest.fixture
def desk(open_page: OpenPage, coding: Site, coder: str) -> Page:
    page = open_page(at=coding)
    page.goto("/queue")
    page.get_by_label("Your name").fill(coder)
    page.get_by_label("Write token").fill(coding.token)
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector("[data-keys]:not([hidden])")
    return page


def chosen(page: Page) -> dict[str, str]:
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('fieldset.answers input:checked')]"
        ".map(e => [e.name, e.value]))"
    )


def article(page: Page) -> str | None:
    return page.locator("input[name=article]").get_attribute("value")


def stored(site: Site, coder: str) -> list[tuple[object, ...]]:
    """Article, topic, fear, stance and kind of what a coder said and did not take back."""
    with database(site.database, create=False) as conn:
        codes = audit.all_codes(conn)
    return [(code[0], *code[2:6]) for code in codes if code[1] == coder]


def test_two_keys_code_what_is_off_the_topic(desk: Page, coding: Site, coder: str) -> None:
    assert article(desk) == HARBOUR
    desk.keyboard.press("o")
    none = {"stance": "none", "kind": "none", "channel": "none"}
    assert chosen(desk) == {"topic": "0", "fear": "0", **none}
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert article(desk) == LENDERS
    assert stored(coding, coder) == [(HARBOUR, 0, 0, "none", "none")]


def test_a_proposal_gives_way_and_a_contradiction_is_told_at_once(
    desk: Page, coding: Site, coder: str
) -> None:
    desk.keyboard.press("0")
    desk.keyboard.press("2")
    assert chosen(desk) == {"topic": "1", "fear": "2", "stance": "fear"}
    for key in "tv0":
        desk.keyboard.press(key)
    told = desk.locator("[data-clashes] li")
    assert told.all_inner_texts() == [
        "Without fear there is no kind: choose none.",
        "Without fear or relief there is no channel: choose none.",
    ]
    desk.keyboard.press("Enter")
    assert stored(coding, coder) == []
    for key in "kh":
        desk.keyboard.press(key)
    assert told.count() == 0
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert [row[2] for row in stored(coding, coder)] == [0]


def test_undo_brings_the_article_back_as_it_was_coded(desk: Page, coding: Site, coder: str) -> None:
    for key in "3ac":
        desk.keyboard.press(key)
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    with desk.expect_navigation():
        desk.keyboard.press("u")
    assert article(desk) == HARBOUR
    given = {"topic": "1", "fear": "3", "stance": "fear", "kind": "act", "channel": "credit"}
    assert chosen(desk) == given
    assert stored(coding, coder) == []


def test_another_grade_after_an_undo_keeps_nothing_that_followed_from_the_first(
    desk: Page, coding: Site, coder: str
) -> None:
    for key in ("0", "Enter", "u"):
        with desk.expect_navigation() if key != "0" else nullcontext():
            desk.keyboard.press(key)
    none = {"stance": "none", "kind": "none", "channel": "none"}
    assert chosen(desk) == {"fear": "0", **none}
    desk.keyboard.press("2")
    assert chosen(desk) == {"topic": "1", "fear": "2", "stance": "fear"}
    assert stored(coding, coder) == []


def test_what_is_not_answered_is_told_where_it_is_asked(desk: Page) -> None:
    asked = []
    desk.on("request", lambda request: asked.append(request.url))
    for key in ("2", "Enter"):
        desk.keyboard.press(key)
    told = desk.locator("[data-clashes] li")
    assert told.all_inner_texts() == ["Choose a kind.", "Choose a channel."]
    assert asked == []
    desk.keyboard.press("t")
    assert told.count() == 0


def test_skip_goes_on_without_a_word(desk: Page, coding: Site, coder: str) -> None:
    with desk.expect_navigation():
        desk.keyboard.press("s")
    assert article(desk) == LENDERS
    assert stored(coding, coder) == []


def test_typing_a_note_presses_no_key(desk: Page) -> None:
    desk.keyboard.press("e")
    desk.keyboard.type("2 of 3, so i say")
    assert chosen(desk) == {}
    assert desk.get_by_label("Note").input_value() == "2 of 3, so i say"
    desk.keyboard.press("Escape")
    desk.keyboard.press("1")
    assert chosen(desk)["fear"] == "1"


def test_the_list_of_keys_opens_and_closes_and_takes_the_keys(desk: Page) -> None:
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog", name="Keys")
    assert dialog.is_visible()
    desk.keyboard.press("3")
    assert chosen(desk) == {}
    desk.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_single_keys_can_be_turned_off_for_good(desk: Page) -> None:
    desk.get_by_label("Single keys").uncheck()
    desk.keyboard.press("3")
    desk.reload()
    desk.locator("h1").click()
    desk.keyboard.press("3")
    assert chosen(desk) == {}
    assert not desk.locator("fieldset kbd").first.is_visible()


def test_without_a_script_it_is_a_form(
    open_page: Callable[..., Page], coding: Site, coder: str
) -> None:
    page = open_page(at=coding, java_script_enabled=False)
    page.goto("/queue")
    page.get_by_label("Your name").fill(coder)
    page.get_by_label("Write token").fill(coding.token)
    page.get_by_role("button", name="Start").click()
    page.locator("input[name=fear][value='0']").check()
    page.get_by_role("button", name="Save and next").click()
    assert article(page) == LENDERS
    page.get_by_role("button", name="Take it back").click()
    assert article(page) == HARBOUR
    assert stored(coding, coder) == []
