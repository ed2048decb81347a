"""In a real browser nothing of a hostile text runs, asks or stands where it should not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]

OURS = ["/", "/day/2025-11-21", "/article/aaaa000000000001", "/article/aaaa000000000005", "/queue",
        "/transmission", "/health", "/claims", "/agreement", "/search?q=bubble"]  # fmt: skip
DATASETTES = ["/bubblefear", "/bubblefear/entries", "/bubblefear/entries/5", "/bubblefear/sources",
              "/bubblefear/evidence", "/bubblefear/most_fearful_today",
              "/bubblefear?sql=select+title,url,source+from+entries",
              "/bubblefear/what_moved?date=2025-11-21&_hide_sql=0", "/-/metadata"]  # fmt: skip


@pytest.fixture(scope="module")
def evil(_hostile: Path, serve: Callable[..., Any]) -> Any:
    return serve(_hostile)


@pytest.mark.parametrize("address", [*OURS, *DATASETTES])
def test_nothing_of_a_hostile_text_runs(evil: Any, open_page: OpenPage, address: str) -> None:
    """The page fixture fails where the console complains or another host is asked."""
    page = open_page(evil, width=390)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(address, timeout=30_000)
    assert page.evaluate("window.pwned") is None
    assert dialogs == []
    assert page.locator("x-pwned, [x-pwned], main img, main iframe, main math").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", DATASETTES)
def test_datasettes_pages_stand_in_our_frame(
    open_page: OpenPage, address: str, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(address)
    assert page.locator("header nav[aria-label=Pages] a").count() >= 5
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(map(int, paper.removeprefix("rgb(").removesuffix(")").split(", "))) < 384
    assert dark == (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_sql_editor_and_the_column_menu_work_under_the_policy(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/bubblefear?sql=select+title+from+entries+where+number=1")
    page.click(".CodeMirror")
    page.click("#sql-format")
    assert "\n" in page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    page.get_by_role("button", name="Run SQL").click()
    page.wait_for_url("**sql=select%0D%0A**")
    assert page.locator("tbody tr").count() == 1
    page.goto("/bubblefear/entries")
    page.locator("th.col-source .dropdown-menu-icon").click()
    page.get_by_role("link", name="Sort descending").click()
    page.wait_for_url("**_sort_desc=source**")


def test_a_link_from_another_site_opens_a_page_and_its_script_reads_nothing(
    evil: Any, site: Any, open_page: OpenPage, complaints: list[str]
) -> None:
    page = open_page()
    page.goto("/")
    seen = page.evaluate(
        "address => fetch(address).then(answer => answer.text(), () => 'refused')",
        f"{evil.address.rstrip('/')}/",
    )
    assert seen == "refused"
    complaints.clear()  # the browser says that the policy stopped it
