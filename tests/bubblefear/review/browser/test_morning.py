"""A morning with the real news of the e2e file: all of it is there, the newest days are scored.

Scoring 128,757 articles takes a quarter of an hour, so the newest week is imported, grouped
and scored first, by the shipped model, and the rest of the file is imported after it: that can be
searched and read, and waits for its scores. ``BUBBLEFEAR_E2E_DB`` names a database with all scores.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

SCORED_FROM = "2025-12-24"
# Five sessions are too few for the windows of the published index.
SETTINGS = """[index]
base_sessions = 3
burn_in = 3
min_fear_sessions = 2
"""


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory, shared_data: Path, repository: Path) -> Path:
    """The database, for this module's one test; it may be written to."""
    built = os.environ.get("BUBBLEFEAR_E2E_DB")
    if built:
        return Path(shutil.copy(built, tmp_path_factory.mktemp("morning") / "news.db"))
    folder = tmp_path_factory.mktemp("morning")
    _build(folder, shared_data / "e2e", repository)
    return folder / "news.db"


def _build(folder: Path, e2e: Path, root: Path) -> None:
    news = e2e / "news_dev_2025-08_2025-12.csv.gz"
    newest, settings = folder / "newest.csv", folder / "bubblefear.toml"
    _cut(news, newest)
    settings.write_text(SETTINGS, encoding="utf-8")
    for words in (
        ["init"],
        ["import", str(newest)],
        ["prices", "import", str(e2e / "market")],
        ["score"],
        ["index"],
        ["import", str(news)],
    ):
        command = [sys.executable, "-m", "bubblefear", *words, "--db", str(folder / "news.db")]
        if words != ["init"]:
            command += ["--config", str(settings)]
        subprocess.run(command, cwd=root, check=True, capture_output=True)


def _cut(news: Path, newest: Path) -> None:
    with (
        gzip.open(news, "rt", encoding="utf-8", newline="") as source,
        newest.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.DictReader(source)
        writer = csv.DictWriter(target, rows.fieldnames or [])
        writer.writeheader()
        writer.writerows(row for row in rows if row["published_at"] >= SCORED_FROM)


def test_a_morning(
    morning: Path, serve: Callable[[Path], Any], open_page: Callable[..., Page]
) -> None:
    site = serve(morning)
    page = open_page(site)
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    day, article = _walk_in(page)
    _label_and_take_back(page, site.token)
    _search(page)
    _export(page, day, article)
    _stays_inside(page)


def _walk_in(page: Page) -> tuple[str, str]:
    """Home -> the day of its value -> the article that added most; their addresses."""
    page.locator("main a[href^='/day/2']:visible").first.click()
    page.wait_for_url("**/day/2025-12-*")
    day = urlsplit(page.url).path
    headline = page.locator("main a.headline").first
    title = headline.inner_text()
    headline.click()
    page.wait_for_url("**/article/*")
    expect(page.locator("h1")).to_contain_text(title[:40])
    return day, urlsplit(page.url).path


def _label_and_take_back(page: Page, token: str) -> None:
    form = page.locator("form.review")
    for field, value in (("fear", "2"), ("stance", "fear"), ("kind", "threat")):
        form.locator(f"input[name={field}][value='{value}']").check()
    form.locator("input[name=channel][value=valuation]").check()
    form.locator("input[name=reviewer]").fill("Ada")
    form.locator("input[name=token]").fill(token)
    form.get_by_role("button", name="Save review").click()
    row = page.locator("#reviews tbody tr").filter(has_text="Ada")
    expect(row).to_contain_text("valuation")
    row.get_by_role("button", name="Take back").click()
    expect(row).to_contain_text("taken back")
    expect(row.locator("s").first).to_be_visible()


def _search(page: Page) -> None:
    """Each word finds hits; a company is found by its names in both scripts."""
    found = {word: _hits(page, word) for word in ("泡沫", "輝達", "英伟达", "bubble")}
    assert found["輝達"] == found["英伟达"]
    assert all(found.values())
    page.locator("ol.found a.headline").first.click()
    page.wait_for_url("**/article/*")
    page.go_back()


def _hits(page: Page, word: str) -> int:
    page.locator("header input[type=search]").fill(word)
    page.locator("header input[type=search]").press("Enter")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [word])
    told = re.match(r"([\d,]+) articles?", page.get_by_role("status").inner_text())
    assert told is not None
    return int(told[1].replace(",", ""))


def _export(page: Page, day: str, article: str) -> None:
    """What was searched, the day, the article and the index, as files that can be read."""
    hits = int(page.get_by_role("status").inner_text().split()[0].replace(",", ""))
    with page.expect_download() as download:
        page.locator(".exports").get_by_role("link", name="CSV").click()
    with download.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + hits
    assert len({len(row) for row in rows}) == 1
    for address in (f"{day}.json", f"{article}.json", "/index.json", "/search.json?q=泡沫"):
        assert page.request.get(address).json()
    assert page.request.get("/index.csv").text().count("\n") > 5


def _stays_inside(page: Page) -> None:
    """In this test and not in one of its own, for which another worker would wait."""
    for address in ("/", "/queue", "/search?q=泡沫", "/health"):
        page.goto(address)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
