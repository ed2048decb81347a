"""The lab's pages in a browser: plots load, tables become cards, filters need no script."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import claim_results, database, transaction

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import OpenPage, Serve, Site
    from playwright.sync_api import Locator

BARS = {"kind": "bars", "label": ["calm", "stress"], "value": [1.0, -2.0], "y_label": "percent"}
MANY = {
    "kind": "curve", "label": [f"choice {n}" for n in range(30)],
    "estimate": [n / 10 for n in range(30)], "lo": [n / 10 - 1 for n in range(30)],
    "hi": [n / 10 + 1 for n in range(30)], "stated": None,
    "choices": [{"lag": n % 3} for n in range(30)],
}  # fmt: skip
DETAIL = {"unit": "percent", "first": "2025-02-03", "last": "2025-11-20", "error": "HAC, 6 lags",
          "says": "Fear goes with falls", "plot": [BARS, MANY],
          "path": list(range(40))}  # fmt: skip
CLAIM = {
    "id": "1", "claim": "ACME fell by 20 percent.", "verdict": "not reproduced",
    "stated": {"fall": 20.0}, "value": {"fall": 12.0, "volume": 3.0}, "interval": None, "n": 2,
    "data": {"sha256": "ab" * 32}, "missing": [], "note": "Unadjusted bars.", "plots": [BARS],
}  # fmt: skip
PAGES = ("/transmission", "/transmission/0", "/claims", "/health?deep=1")


@pytest.fixture(scope="module")
def lab(printed: Path, tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Site:
    """The newsroom with a run of tests, an audit of claims and feeds that were polled."""
    path = shutil.copy(printed, tmp_path_factory.mktemp("lab") / "news.db")
    with database(path) as conn, transaction(conn):
        conn.execute(
            "INSERT INTO runs(id, command, settings, versions, started_at, finished_at) VALUES"
            " ('t2', 'test', '{}', '{}', '2025-11-22T02:00:00Z', '2025-11-22T02:01:00Z')"
        )
        for position, family in enumerate(("contemporaneous", "granger")):
            conn.execute(
                "INSERT INTO test_results VALUES ('t2', ?, ?, ?, 'declared', -0.2, -0.3, -0.1,"
                " 0.01, 0.02, 0.05, 0.1, 61, 'supported: -0.2', ?)",
                (position, f"H{position}", family, json.dumps(DETAIL)),
            )
        claim_results.write(conn, "t2", "mine.toml", "feed" * 16, [CLAIM])
        conn.execute(
            "INSERT INTO feed_states VALUES ('https://evil.example/rss', NULL, NULL,"
            " 'evil.example', 55, 1440, '2025-11-23T06:00:00Z', 0.4, 3, '2025-11-20T06:00:00Z')"
        )
    return serve(path)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_full_pages_fit_and_have_no_serious_finding(
    lab: Site, open_page: OpenPage, address: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = open_page(lab, color_scheme=scheme)
    page.goto(address)
    # What a summary hides is looked at as well.
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        found: dict[str, Any] = axe.Axe().run(page).response
        bad = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        told = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in bad]
        assert told == [], f"at {width} pixels"


def test_plots_load_when_they_are_shown(lab: Site, open_page: OpenPage) -> None:
    page = open_page(lab)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if ".svg" in one.url else None)
    page.goto("/transmission")
    page.wait_for_load_state("networkidle")
    assert asked == []
    page.get_by_text("2 plots").first.click()
    images = page.locator("details[open] img").all()
    assert [width_of(image) > 100 for image in images] == [True, True]
    # The wide drawing of the curve where there is room for it.
    assert {url.partition("?")[2] for url in asked} == {"run=t2", "run=t2&wide=1"}
    assert all(len(image.get_attribute("alt") or "") > 20 for image in images)


def width_of(image: Locator) -> int:
    """Of a picture, once it is loaded."""
    image.scroll_into_view_if_needed()
    return int(image.evaluate("async one => { await one.decode(); return one.naturalWidth; }"))


def test_a_telephone_gets_the_narrow_drawing(lab: Site, open_page: OpenPage) -> None:
    page = open_page(lab, width=390)
    page.goto("/transmission/0")
    image = page.locator("img").nth(1)
    assert width_of(image) > 100
    assert image.evaluate("one => one.currentSrc").endswith("/transmission/plot/0-1.svg?run=t2")


def test_filters_and_orders_work_without_script(lab: Site, open_page: OpenPage) -> None:
    page = open_page(lab, java_script_enabled=False)
    page.goto("/transmission")
    page.get_by_label("Family").select_option("granger")
    page.get_by_role("button", name="Show").click()
    assert page.locator(".tests th a").all_inner_texts() == ["H1"]
    page.goto("/health")
    page.get_by_role("link", name="Failures").click()
    assert "sort=failures" in page.url
    assert page.locator(".feeds th bdi").first.inner_text() == "<b>Evil & Sons</b>"
    assert page.locator('th[aria-sort="descending"]').inner_text() == "Failures"
