"""A place in which a page's commands can be run: a checkout, its `.venv` and feeds, all local.

What stands in for what: `https://example.org` is a server of this machine, and so are the default
feeds after `init`; ports of the page are free ones of this machine; prices cannot be fetched, since
every way out leads to a port that is closed. The rest is the checkout itself.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LINKED: Final = ("claims", "docs", "models", "data/sample", "Makefile", "pyproject.toml")
ELSEWHERE: Final = "https://example.org"
NOWHERE: Final = "http://127.0.0.1:9"
PORT: Final = re.compile(r"\b(8000|84\d\d)\b")

# After `init` the feeds are one of this machine; everything else is the command line as it is.
BUBBLEFEAR: Final = """#!/bin/sh
{python} -m bubblefear "$@"
code=$?
if [ "$1" = init ] && [ "$code" -eq 0 ]; then
  sqlite3 "${{BUBBLEFEAR_DB:-data/bubblefear.db}}" "UPDATE feeds SET enabled = 0"
  {python} -m bubblefear feeds add {server}/feed --source "Example Post" > /dev/null
fi
exit "$code"
"""
# For pages that show no figures: loading the embedded model takes three seconds each time. The
# tutorial runs the job as it is.
QUICK: Final = {"BUBBLEFEAR_SCORER": "lexicon.v1"}
# The reader's shell has none of these; under `make test` a make of the page would say where it is.
INHERITED: Final = ("BUBBLEFEAR_", "MAKE", "MFLAGS")
PYTHON: Final = """#!/bin/sh
PIP_TARGET={folder}/lib PIP_DISABLE_PIP_VERSION_CHECK=1 exec {python} "$@"
"""


def build(folder: Path, server: str) -> dict[str, str]:
    """Make the place and return the environment of its commands."""
    bin_folder = folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (folder / "data").mkdir()
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    (folder / "constraints.txt").symlink_to(ROOT / "constraints.txt")
    words = {"python": sys.executable, "server": server, "folder": folder}
    for name, text in (("bubblefear", BUBBLEFEAR), ("python", PYTHON), ("python3", PYTHON)):
        program = bin_folder / name
        program.write_text(text.format(**words), encoding="utf-8")
        program.chmod(0o755)
    (folder / ".venv" / ".core").touch()  # so that make finds everything installed
    return environment(folder, bin_folder)


def environment(folder: Path, bin_folder: Path) -> dict[str, str]:
    """The variables of a page's commands: no way out, no browser, one time zone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(INHERITED)}
    ways_out = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    return (
        kept
        | ways_out
        | {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{folder / 'lib'}{os.pathsep}{ROOT}",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "BROWSER": "true",
            "TZ": "UTC",
            "COLUMNS": "100",
            "BUBBLEFEAR_INGEST_ALLOW_PRIVATE": "true",
            "BUBBLEFEAR_PRICES_SYMBOLS": "BTC-USD",  # one refusal is enough
        }
    )


def localised(text: str, server: str, ports: dict[str, int]) -> str:
    """A page's text with this machine in place of the addresses that it names."""

    def local(found: re.Match[str]) -> str:
        return str(ports.setdefault(found.group(), free_port()))

    return PORT.sub(local, text).replace(ELSEWHERE, server)


def as_shown(text: str, server: str, ports: dict[str, int]) -> str:
    """What was printed, with the page's own addresses again."""
    for name, port in ports.items():
        text = text.replace(str(port), name)
    return text.replace(server, ELSEWHERE)


def free_port() -> int:
    """A port that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def feed(server: str) -> str:
    """An RSS feed of the last hours, in words of our own."""
    now = datetime.now(UTC)
    titles = (
        "Investors fear that the AI bubble will burst",
        "Harbour festival draws a crowd",
        "Lenders doubt that data-centre debt can be repaid",
    )
    items = "".join(
        f"<item><title>{title}</title><link>{server}/news/{n}.html</link>"
        f"<pubDate>{format_datetime(now - timedelta(hours=n + 1))}</pubDate></item>"
        for n, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>Example Post</title>{items}</channel></rss>'


class Site(BaseHTTPRequestHandler):
    """Feeds under `/rss` and `/feed`, no robots.txt, and a page everywhere else."""

    def do_GET(self) -> None:
        """Answer one request."""
        host, port = self.server.server_address[:2]
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        is_feed = self.path in ("/rss", "/feed")
        body = (feed(f"http://{host!s}:{port}") if is_feed else PAGE).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


PAGE: Final = (
    "<html><head><title>Lenders ask what happens if the AI boom ends</title></head><body><article>"
    + "<p>Lenders to data centres asked on Wednesday what happens to their loans if the AI boom "
    "ends. Some fear that prices are a bubble.</p>" * 3 + "</article></body></html>"
)
