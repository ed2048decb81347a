"""The site: built without a warning, complete, and loading nothing from another host."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
# Attributes by which a page makes a browser load something; `a href` only leads somewhere.
LOADING = {
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("video", "src"),
}
OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.I)
CSS_LOADS = re.compile(
    r"url\(\s*['\"]?((?:https?:)?//[^)]+)|@import\s+['\"]((?:https?:)?//[^'\"]+)"
)


class Loads(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if value and (tag, name) in LOADING]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; a warning of the builder fails."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@pytest.mark.slow
def test_every_page_of_the_documents_is_in_it(site: Path) -> None:
    pages = [page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")]
    missing = [page for page in pages if not (site / page.with_suffix(".html")).is_file()]
    assert pages
    assert not missing


@pytest.mark.slow
def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    looked = 0
    for page in site.rglob("*.html"):
        loads = Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        assert [there for there in loads.found if OUTSIDE.match(there)] == [], page
        looked += len(loads.found)
    assert looked > 100
    for sheet in site.rglob("*.css"):
        assert CSS_LOADS.findall(sheet.read_text(encoding="utf-8")) == [], sheet


@pytest.mark.slow
def test_the_interfaces_are_shown_with_their_docstrings(site: Path) -> None:
    for page, words in {
        "store": ("open_database", "DatabaseMissing"),
        "models-index": ("IndexSpec", "build_realtime"),
        "models-transmission": ("LocalProjections", "Lab"),
        "nlp": ("load_scorer", "Evidence"),
        "ingest": ("parse_feed", "read_market_folder"),
    }.items():
        text = (site / "api" / f"{page}.html").read_text(encoding="utf-8")
        assert len(text) > 20_000
        assert all(word in text for word in words)


@pytest.mark.slow
def test_search_knows_both_languages(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["en", "zh"]
    texts = " ".join(entry["text"] for entry in index["docs"])
    assert "简体中文" in texts


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's address on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def opened(address: str, width: int) -> Iterator[tuple[Page, list[str]]]:
    """A page of a browser, and what it complained of or asked of other hosts."""
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("request", lambda r: None if r.url.startswith(address) else said.append(r.url))
        yield page, said
        browser.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed")
def test_a_browser_reads_and_searches_it(site: Path) -> None:
    with served(site) as address, opened(address, 390) as (page, said):
        for name in ("index", "tutorial", "findings", "schema", "api/nlp"):
            page.goto(f"{address}/{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.goto(f"{address}/index.html?q=" + "泡沫")
        page.locator(".md-search-result__item").first.wait_for(state="attached")
        page.goto(f"{address}/index.html?q=calibrate")
        page.locator(".md-search-result__item").first.wait_for(state="attached")
        assert "alibrat" in page.locator(".md-search-result__list").inner_text()
        assert [line for line in said if not line.startswith(("blob:", "data:"))] == []
