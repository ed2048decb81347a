"""The history on the home page as a browser draws it, drags it and falls back from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FloatRect, Page

DRAWN = "#history .drawn svg"
HEAD = 280  # pixels of the chart above its overview


def chart(page: Page) -> FloatRect:
    """Where the chart is, once it is there."""
    expect(page.locator(DRAWN)).to_be_visible(timeout=30_000)
    page.locator(DRAWN).scroll_into_view_if_needed()
    box = page.locator(DRAWN).bounding_box()
    assert box is not None
    return box


def test_the_chart_takes_the_place_of_the_fallback(page: Page) -> None:
    page.goto("/")
    box = chart(page)
    expect(page.locator("#history .fallback")).to_be_hidden()
    whole = page.locator("#history").bounding_box()
    assert whole is not None
    expect(page.get_by_role("img", name="Total from 2025-11-03 to 2025-11-21")).to_be_visible()
    assert 0.95 * whole["width"] <= box["width"] <= whole["width"]


def test_a_day_under_the_pointer_tells_its_figures_and_opens(page: Page) -> None:
    page.goto("/")
    box = chart(page)
    page.mouse.move(box["x"] + box["width"] - 30, box["y"] + HEAD / 2)
    tooltip = page.locator(".vg-tooltip.visible")
    expect(tooltip).to_contain_text("2025-11-21")
    expect(tooltip).to_contain_text("158.3")
    expect(page.locator(".readout a")).to_have_attribute("href", "/day/2025-11-21")
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] + HEAD / 2)
    page.wait_for_url("**/day/2025-11-21")


def test_a_span_dragged_over_the_chart_zooms_and_can_be_sent_to_a_colleague(
    page: Page, open_page: Callable[..., Page]
) -> None:
    page.goto("/")
    box = chart(page)
    middle = box["y"] + HEAD / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("since=2025-11-09"))
    expect(page.locator("input[name=since]")).to_have_value("2025-11-09")
    since, until = "2025-11-09", page.locator("input[name=until]").input_value()
    assert since < "2025-11-14" < until < "2025-11-17"
    told = page.locator("#sessions summary").inner_text()
    assert f"{since} to {until}" in told
    expect(page.locator(".vg-tooltip.visible")).to_have_count(0)

    other = open_page()
    other.goto(page.url)
    chart(other)
    assert other.locator("#sessions summary").inner_text() == told


def test_the_window_below_pans_and_the_table_follows(page: Page) -> None:
    page.goto("/?since=2025-11-04&until=2025-11-10")
    box = chart(page)
    below = box["y"] + HEAD + 34 + 20
    page.mouse.move(box["x"] + box["width"] * 0.22, below)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.62, below, steps=8)
    page.mouse.up()
    expect(page.locator("input[name=since]")).not_to_have_value("2025-11-04")
    since = page.locator("input[name=since]").input_value()
    assert since > "2025-11-08"
    assert f"since={since}" in page.url
    expect(page.locator("#sessions summary")).to_contain_text(f"{since} to ")


def test_another_view_comes_in_place_and_the_way_back_leads_back(page: Page) -> None:
    page.goto("/")
    chart(page)
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Channels").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=channels**")
    expect(page.locator("#history .key")).to_contain_text("credit")
    chart(page)
    expect(page.get_by_role("link", name="Channels")).to_be_focused()
    page.go_back()
    expect(page.locator("#history .key")).to_contain_text("7-day mean")
    assert page.evaluate("window.stayed")


def test_the_days_of_the_form_are_shown_by_keyboard(page: Page) -> None:
    page.goto("/")
    chart(page)
    page.locator("input[name=since]").fill("2025-11-12")
    page.locator("input[name=until]").fill("2025-11-14")
    page.locator("form.span button").press("Enter")
    expect(page.locator("#sessions summary")).to_have_text(
        "Table of 3 sessions, 2025-11-12 to 2025-11-14"
    )
    chart(page)


def test_the_chart_follows_the_scheme_and_the_width(page: Page) -> None:
    page.goto("/")
    wide = chart(page)["width"]
    colour = f"getComputedStyle(document.querySelector('{DRAWN} text')).fill"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colour) != light
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function(
        f"document.querySelector('{DRAWN}').getBoundingClientRect().width < {wide / 2}"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_the_library_the_fallback_stays_and_says_so(
    page: Page, complaints: list[str]
) -> None:
    page.route("**/vega.js", lambda route: route.abort())
    page.goto("/")
    expect(page.locator(".plot-failed")).to_contain_text("could not be drawn")
    expect(page.locator("#history .fallback svg")).to_be_visible()
    complaints.clear()  # the browser tells that the library did not come


def test_without_script_everything_is_there(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    expect(page.locator("#history .fallback svg")).to_be_visible()
    page.get_by_role("link", name="Channels").click()
    page.locator("input[name=since]").fill("2025-11-12")
    page.locator("form.span button").click()
    expect(page.locator("#sessions summary")).to_contain_text("2025-11-12 to 2025-11-21")
    page.locator("#sessions summary").click()
    expect(page.locator("#sessions tbody tr")).to_have_count(8)


def test_a_finger_sees_the_day_before_it_opens_it(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390, has_touch=True)
    page.goto("/")
    box = chart(page)
    page.touchscreen.tap(box["x"] + box["width"] - 14, box["y"] + HEAD / 2)
    link = page.locator(".readout a")
    expect(link).to_have_text("Open 2025-11-21")
    assert "/day/" not in page.url
    link.tap()
    page.wait_for_url("**/day/2025-11-21")
