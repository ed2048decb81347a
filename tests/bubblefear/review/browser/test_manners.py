"""What the other tests rely on: a page's bad manners are noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_home_shows_the_value(page: Page) -> None:
    page.goto("/")
    assert "158.2" in page.inner_text("main")


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("setTimeout(() => { throw new Error('oh') })", "uncaught: oh"),
        ("fetch('https://news.example/').catch(() => 0)", "Content Security Policy"),
        ("location.href = 'https://news.example/'", "left: https://news.example/"),
        ("document.body.append(Object.assign(document.createElement('script'), "
         "{textContent: '1'}))", "Content Security Policy"),
    ],
)  # fmt: skip
def test_bad_manners_are_noticed(page: Page, complaints: list[str], deed: str, told: str) -> None:
    page.goto("/")
    page.evaluate(f"() => {{ {deed} }}")
    page.wait_for_timeout(200)
    assert any(told in complaint for complaint in complaints)
    complaints.clear()
