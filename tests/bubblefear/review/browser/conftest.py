"""A real browser over a real server; nothing in a test leaves this machine unseen.

Every test of this folder is marked ``browser`` and ``slow`` and skipped where chromium is absent.
Playwright's event loop stays in its thread while a browser is open, so a module of these tests
must ask with the browser alone: ``asyncio.run`` (``asker``) would refuse.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
OPTIONS = (
    "--no-sandbox",  # root, as in a container, has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What would leave the machine is also refused, not only told.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_SAID = re.compile(r"Review at (http://127\.0\.0\.1:\d+)/\nWrite token: (\S+)\n")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark this folder's tests, before ``-m`` chooses among them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Site:
    """A served database.

    Attributes:
        address: Without a slash at its end.
        token: What writing needs.
        database: The file, which the test may read and write.
    """

    address: str
    token: str
    database: Path


Serve = Callable[[Path], Site]
OpenPage = Callable[..., "Page"]


@contextmanager
def serving(database: Path, root: Path) -> Iterator[Site]:
    """``bubblefear review`` of a database in a process of its own."""
    command = [sys.executable, "-m", "bubblefear", "review"]
    command += ["--port", "0", "--no-browser", "--db", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as server:
        try:
            assert server.stdout is not None
            lines = server.stdout.readline() + server.stdout.readline()
            said = _SAID.fullmatch(lines)
            assert said is not None, f"the server said {lines!r}"
            yield Site(said[1], said[2], database)
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                raise


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Debian chromium, headless; never a downloaded one."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (make chromium)")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def chinese_fonts() -> None:
    """A skip with its reason where this machine has no font with Chinese signs."""
    lister = shutil.which("fc-list")
    listed = lister and subprocess.run([lister, ":lang=zh-tw"], capture_output=True, check=True)
    if not (listed and listed.stdout):
        pytest.skip("no font with Chinese signs is installed (make chromium)")


@pytest.fixture(scope="module")
def serve(repository: Path) -> Iterator[Serve]:
    """Serves databases until the module's tests are done."""
    with ExitStack() as servers:
        yield lambda database: servers.enter_context(serving(database, repository))


@pytest.fixture(scope="module")
def site(printed: Path, tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Site:
    """The made-up newsroom, served; shared by a module's tests, so write to a copy instead."""
    return serve(Path(shutil.copy(printed, tmp_path_factory.mktemp("served") / "news.db")))


@pytest.fixture
def complaints() -> list[str]:
    """What pages complained of; a test that expects a complaint takes it out."""
    return []


@pytest.fixture
def open_page(browser: Browser, site: Site, complaints: list[str]) -> Iterator[OpenPage]:
    """Opens pages whose relative addresses are the site's, and holds them to their manners.

    A console error (each breach of the content policy is one), an uncaught exception and a
    request to another host fail the test.
    """
    with ExitStack() as contexts:

        def opened(at: Site = site, width: int = 1280, **options: Any) -> Page:
            context = browser.new_context(
                base_url=at.address,
                viewport={"width": width, "height": 900},
                locale="en-GB",
                timezone_id="UTC",
                reduced_motion="reduce",  # where something stands is asked at once
                **options,
            )
            contexts.callback(context.close)
            page = context.new_page()
            _listen(page, complaints)
            return page

        yield opened
    assert complaints == []


def _listen(page: Page, complaints: list[str]) -> None:
    page.set_default_timeout(30_000)
    page.on(
        "console",
        lambda said: complaints.append(f"console: {said.text}") if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    page.on(
        "request",
        lambda asked: None if _stays(asked.url) else complaints.append(f"left: {asked.url}"),
    )


def _stays(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or parts.hostname == "127.0.0.1"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page of the newsroom's site: light, 1280 pixels wide."""
    return open_page()
