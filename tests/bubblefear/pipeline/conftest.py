"""A newsroom on this machine: feeds, pages and robots.txt, slow where a test wants time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from bubblefear.config import Settings
from bubblefear.pipeline.recording import Run, recorded
from nlp.lexicon_scorer import create

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from nlp.protocol import Scorer


@dataclass
class Newsroom:
    """What the server answers and what it was asked."""

    address: str = ""
    delay: float = 0.0
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """Full address of a path."""
        return self.address + path

    def feed(self, path: str, titles: list[str]) -> str:
        """Serve an RSS feed; each item links to a page under the feed's path."""
        items = "".join(
            f"<item><title>{escape(title)}</title><guid>{path}-{place}</guid>"
            f"<link>{self.url(f'{path}/{place}.html')}</link>"
            f"<description>{escape(title)}, our desk reports.</description></item>"
            for place, title in enumerate(titles)
        )
        body = f"<rss version='2.0'><channel><title>{path}</title>{items}</channel></rss>"
        self.answers[path] = (200, "application/rss+xml", body.encode())
        return self.url(path)

    def page(self, path: str, sentences: list[str]) -> None:
        """Serve an article page."""
        body = "".join(f"<p>{escape(s)}</p>" for s in sentences)
        html = (
            f"<html><head><title>News</title></head><body><article>{body}</article></body></html>"
        )
        self.answers[path] = (200, "text/html", html.encode())


def _handler(newsroom: Newsroom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            newsroom.asked.append(self.path)
            time.sleep(newsroom.delay)
            status, kind, body = newsroom.answers.get(self.path, (404, "text/plain", b"no"))
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in newsroom.headers.get(self.path, {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the reader was killed

        def log_message(self, *args: object) -> None:
            return

    return Handler


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A running newsroom without any feed."""
    made = Newsroom()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings() -> Settings:
    """The lexicon, and feeds on this machine."""
    return Settings(scorer="lexicon.v1", allow_private=True, workers=2)


@pytest.fixture
def scorer() -> Scorer:
    """The lexicon scorer, which needs no weights."""
    return create()


@pytest.fixture
def run(conn: sqlite3.Connection, settings: Settings, clock: Callable[[], str]) -> Iterator[Run]:
    """A run that is open while the test runs."""
    with recorded(conn, "test", settings, clock) as found:
        yield found
