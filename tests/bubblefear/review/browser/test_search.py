"""The search page as it is used: by keyboard, without script, on a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@pytest.mark.parametrize("words", ["泡沫", "英伟达", "輝達", "bubble"])
def test_words_from_the_masthead_are_marked(page: Page, words: str) -> None:
    page.goto("/")
    page.fill("#q", words)
    page.press("#q", "Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator(".found mark").first).to_be_visible()
    expect(page.locator(".search input[name=q]")).to_have_value(words)


def test_a_choice_narrows_and_is_taken_away_again(page: Page) -> None:
    page.goto("/search?q=泡沫")
    expect(page.locator(".told")).to_contain_text("3 articles")
    page.click("#counts >> text=Chinese (traditional)")
    expect(page.locator(".told")).to_contain_text("2 articles")
    expect(page.locator("#counts .chosen")).to_contain_text("Chinese (traditional)")
    page.click(".filters a")
    expect(page.locator(".told")).to_contain_text("3 articles")


def test_the_form_keeps_choices_and_order(page: Page) -> None:
    page.goto("/search?q=泡沫&language=zh-Hant")
    page.select_option("select[name=sort]", "fear")
    page.fill("input[name=from]", "2025-11-21")
    page.press(".search input[name=q]", "Enter")
    page.wait_for_url("**/search?*sort=fear*")
    expect(page.locator(".told")).to_contain_text("1 article, 1 story")
    expect(page.locator(".filters li")).to_have_count(2)


def test_all_hits_are_downloaded(page: Page) -> None:
    page.goto("/search?q=泡沫&language=zh-Hant")
    with page.expect_download() as got:
        page.click(".exports >> text=CSV")
    lines = got.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert all("zh-Hant" in line for line in lines[1:])


def test_without_script_and_by_keyboard_on_a_telephone(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390, java_script_enabled=False)
    page.goto("/search?q=泡沫")
    page.focus("a.jump")
    page.keyboard.press("Enter")
    expect(page.locator("#counts")).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#counts .chosen")).to_have_count(1)


def test_what_cannot_be_asked_is_said(page: Page, complaints: list[str]) -> None:
    page.goto("/search?q=bubble&from=2025-13-01")
    expect(page.get_by_role("alert")).to_contain_text("From 2025-13-01 is no date")
    expect(page.locator(".search input[name=q]")).to_have_value("bubble")
    complaints.clear()  # of the status 400
