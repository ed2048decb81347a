"""What only a browser shows of an article: tips by mouse, keyboard and touch, and columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

ARTICLE = "/article/aaaa000000000001"


def test_the_pointer_over_a_name_tells_it_and_its_sentence(page: Page) -> None:
    page.goto(ARTICLE)
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_hidden()
    page.locator("#s2 .name").hover()
    expect(tip).to_contain_text("entity: Nvidia (Nvidia)")
    expect(tip).to_contain_text("Sentence 3: fear 0.30")
    tip.hover()
    page.wait_for_timeout(300)
    expect(tip).to_be_visible()
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_the_keyboard_opens_a_tip_and_escape_closes_it(page: Page) -> None:
    page.goto(ARTICLE)
    tip = page.get_by_role("tooltip")
    page.locator("#s4 .mark").focus()
    expect(tip).to_contain_text("Sentence 5: fear 1.00")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#a4$"))
    page.keyboard.press("Tab")
    expect(page.locator("#a4 a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#s4$"))


def test_a_number_opens_the_table_that_its_row_is_in(page: Page) -> None:
    page.goto(ARTICLE)
    table = page.locator("details:has(#a1)")
    table.evaluate("(details) => { details.open = false; }")
    page.locator("#s1 .mark").click()
    expect(page.locator("#a1")).to_be_in_viewport()


def test_a_finger_opens_a_tip_and_a_tap_elsewhere_closes_it(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390, has_touch=True)
    page.goto(ARTICLE)
    tip = page.get_by_role("tooltip")
    page.locator("#s3").tap(position={"x": 20, "y": 8})
    expect(tip).to_contain_text("Sentence 4: fear 0.70")
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator("h1").tap()
    expect(tip).to_be_hidden()


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (390, False)])
def test_the_copy_in_another_script_stands_beside_or_below(
    open_page: Callable[..., Page], width: int, beside: bool
) -> None:
    page = open_page(width=width)
    page.goto(ARTICLE)
    text = page.locator(".text.title").bounding_box()
    copy = page.locator(".copy").bounding_box()
    assert text is not None
    assert copy is not None
    assert (copy["x"] > text["x"] + text["width"]) == beside
    assert (copy["y"] > text["y"] + text["height"]) != beside


def test_without_script_the_numbers_lead_to_the_sums(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(ARTICLE)
    mark = page.locator("#s0 .mark")
    expect(mark).to_have_attribute("title", re.compile("^Sentence 1: fear 0.90"))
    mark.click()
    expect(page).to_have_url(re.compile("#arithmetic$"))


def test_a_day_as_it_was_known_leads_to_what_is_known_now(page: Page) -> None:
    page.goto("/day/2025-11-20?as_of=2025-11-20T22:00")
    expect(page.locator(".notice").first).to_contain_text("As it was known at")
    page.get_by_role("link", name="As it is known now").click()
    expect(page).to_have_url(re.compile("/day/2025-11-20$"))
