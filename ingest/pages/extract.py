"""Article pages: the body as a reader sees it, with title, author, date and language.

trafilatura reads most pages; where it finds nothing, or takes a page laid out with tables for a
table, the block with most prose is taken (`ingest.pages.density`).
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.charset import decode
from ingest.errors import RobotsRefusedError
from ingest.language import detect
from ingest.pages.dates import page_date
from ingest.pages.density import densest_text
from ingest.pages.phrases import TAIL_HEADING, WALL
from ingest.records import Page
from ingest.text import plain_line, without_surrogates
from ingest.urls import canonical_url, host_of, is_web_address, join

if TYPE_CHECKING:
    from ingest.web.fetch import Fetcher

_CANONICAL = re.compile(
    r"<link\b(?=[^>]*\brel\s*=\s*[\"']?canonical\b)[^>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.I
)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.I | re.S)
_TAIL_FROM = 0.5
_STUB_WORDS = 120
_STUB_HAN = 200
_SHORTEST = 40
_LANGUAGE_SAMPLE = 2000
_TABLE_SHARE = 0.3

logging.getLogger("trafilatura").addHandler(logging.NullHandler())
logging.getLogger("htmldate").addHandler(logging.NullHandler())


def extract_page(
    html: bytes,
    url: str,
    now: str,
    content_type: str | None = None,
    timezone: str | None = None,
) -> Page:
    """Read an article page.

    Args:
        html: the bytes as served.
        url: its address, "" if unknown.
        now: UTC text; a publication date after it is not believed.
        content_type: the HTTP header, for its charset.
        timezone: IANA name for dates without a zone; by default UTC+8 for a Chinese page (one
            zone from Shanghai to Taipei) and UTC for any other.

    Returns:
        The page. Status "ok"; "stub" where a paywall, cookie wall or teaser of a line or two
        stands in place of the article; "empty" where no text was found.
    """
    text = decode(html, content_type).text if _may_be_html(html, content_type) else ""
    title, author, body = _article(text, url)
    body = _cut_tail(body)
    language = detect(body[:_LANGUAGE_SAMPLE] or title or "")
    zone = timezone or ("Asia/Shanghai" if language.startswith("zh") else None)
    return Page(
        url=url,
        canonical_url=_canonical(text, url),
        title=title,
        body=body,
        author=author,
        published_at=page_date(text, url, zone, now),
        status=_status(body),
        language=language,
    )


def fetch_page(fetcher: Fetcher, url: str, now: str) -> Page:
    """Fetch and read an article page, if the site's robots.txt lets us.

    After a redirect the rules of where it led count as well: a link shortener forbids nothing.

    Raises:
        RobotsRefusedError: if it does not.
        FetchError: if the page cannot be fetched.
    """
    if is_web_address(url):
        _ask(fetcher, url)
    fetched = fetcher.fetch(url)
    if fetched.final_url != url:
        _ask(fetcher, fetched.final_url)
    page = extract_page(fetched.body, fetched.final_url, now, fetched.content_type)
    return replace(page, url=url)


def _ask(fetcher: Fetcher, url: str) -> None:
    if not fetcher.robots.allows(url, fetcher):
        raise RobotsRefusedError(f"{host_of(url)}: robots.txt asks not to read {url}")


def _may_be_html(html: bytes, content_type: str | None) -> bool:
    """Not a PDF, an image or a video, which news lists link to as well."""
    if html[:5] in (b"%PDF-", b"\x89PNG\r", b"GIF8"):
        return False
    kind = (content_type or "text/html").partition(";")[0].strip().lower()
    return kind.startswith("text/") or "html" in kind or "xml" in kind


def _article(html: str, url: str) -> tuple[str | None, str | None, str]:
    """Title, author and body."""
    import trafilatura

    if not html.strip():
        return None, None, ""
    found = trafilatura.bare_extraction(
        html,
        url=url or None,
        include_comments=False,
        favor_precision=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    metadata = None if found is None or isinstance(found, dict) else found
    body = (metadata.text or "") if metadata else ""
    if not body or _is_layout(body):
        body = _longer(_without_tables(html, url), densest_text(html))
    title = (metadata.title if metadata else None) or _title(html)
    author = plain_line((metadata.author if metadata else None) or "") or None
    # Text may come from the page's JSON-LD, which can spell half a character.
    body = without_surrogates(body).strip()
    return plain_line(title) or None if title else None, author, body


def _without_tables(html: str, url: str) -> str:
    import trafilatura

    found = trafilatura.bare_extraction(
        html, url=url or None, include_comments=False, favor_precision=True, include_tables=False
    )
    return "" if found is None or isinstance(found, dict) else found.text or ""


def _longer(extracted: str, densest: str) -> str:
    """The extractor's text unless it missed most of the prose."""
    return extracted if len(extracted) > 0.5 * len(densest) else densest


def _is_layout(body: str) -> bool:
    """Is this "table" the page's own layout: a third of its lines are rows."""
    lines = body.split("\n")
    return sum("|" in line for line in lines) > _TABLE_SHARE * len(lines)


def _cut_tail(body: str) -> str:
    """End at a heading such as "Related articles" in the second half."""
    lines = body.split("\n")
    read = 0
    for number, line in enumerate(lines):
        if read >= _TAIL_FROM * len(body) and len(line) < 100 and TAIL_HEADING.match(line):
            return "\n".join(lines[:number]).strip()
        read += len(line) + 1
    return body


def _status(body: str) -> str:
    if not body:
        return "empty"
    han = sum("\u4e00" <= character <= "\u9fff" for character in body)
    short = han < _STUB_HAN if han > 20 else len(body.split()) < _STUB_WORDS
    if short and (WALL.search(body) or len(body) < _SHORTEST):
        return "stub"
    return "ok"


def _canonical(html: str, url: str) -> str | None:
    """The page's own canonical address, if it stays on its site; else the address itself."""
    here = canonical_url(url) if is_web_address(url) else None
    found = _CANONICAL.search(html)
    if found is None:
        return here
    there = join(url, plain_line(found[1]))
    if not there or not is_web_address(there) or (here and _site(there) != _site(url)):
        return here
    return canonical_url(there)


def _site(url: str) -> str:
    return ".".join(host_of(url).split(".")[-2:])


def _title(html: str) -> str | None:
    found = _TITLE.search(html)
    return plain_line(found[1]) if found else None
