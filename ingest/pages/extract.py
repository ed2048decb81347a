"""Article pages: the body as a reader sees it, with title, author, date and language."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.charset import decode
from ingest.language import detect
from ingest.pages.authors import chinese_author
from ingest.pages.body import Reading, read_body
from ingest.pages.dates import page_date
from ingest.pages.json_ld import is_free, statements
from ingest.pages.sites import read_by_rules
from ingest.pages.walls import judge
from ingest.records import Page
from ingest.text import plain_line
from ingest.urls import canonical_url, host_of, is_web_address, join

if TYPE_CHECKING:
    from ingest.web.fetch import Fetcher

_CANONICAL = re.compile(
    r"<link\b(?=[^<>]*\brel\s*=\s*[\"']?canonical\b)[^<>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.I
)
_LANGUAGE_SAMPLE = 2000

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
        The page. Status "ok"; "stub" where a paywall, consent form, robot check or teaser of a
        line or two stands in place of the article; "empty" where no text was found. `reason` says
        which.
    """
    is_page = _may_be_html(html, content_type)
    text = decode(html, content_type).text if is_page else ""
    read, status, reason = _read(text, url)
    language = detect(read.body[:_LANGUAGE_SAMPLE] or read.title or "")
    zone = timezone or ("Asia/Shanghai" if language.startswith("zh") else None)
    return Page(
        url=url,
        canonical_url=_canonical(text, url),
        title=read.title,
        body=read.body,
        author=_author(text, read, language),
        published_at=page_date(text, url, zone, now),
        status=status,
        language=language,
        reason=reason if is_page else "not a page",
    )


def _read(html: str, url: str) -> tuple[Reading, str, str | None]:
    """Reading, status and reason; a site's own rules are asked where the general ones fail."""
    read = read_body(html, url)
    free = is_free(statements(html))
    status, reason = judge(read, html, free)
    if status == "ok":
        return read, status, reason
    other = read_by_rules(html, url)
    if other is None:
        return read, status, reason
    better = replace(
        read, body=other.body, untrimmed=other.body, author=other.author or read.author
    )
    judged = judge(better, html, free)
    return (better, *judged) if judged[0] == "ok" else (read, status, reason)


def _author(html: str, read: Reading, language: str) -> str | None:
    if not language.startswith("zh"):
        return read.author
    return chinese_author(html, read.body, read.title)


def not_asked(url: str) -> Page:
    """The empty page of an address that leads to no text, see `ingest.pages.links`."""
    return Page(url, None, None, "", None, None, "empty", "other", "not a page")


def fetch_page(fetcher: Fetcher, url: str, now: str) -> Page:
    """Fetch and read an article page, if the site's robots.txt lets us.

    After a redirect the rules of where it led count as well: a link shortener forbids nothing.

    Raises:
        RobotsRefusedError: if it does not.
        FetchError: if the page cannot be fetched.
    """
    fetched = fetcher.fetch(url, robots=True)
    page = extract_page(fetched.body, fetched.final_url, now, fetched.content_type)
    return replace(page, url=url)


def _may_be_html(html: bytes, content_type: str | None) -> bool:
    """Not a PDF, an image or a video, which news lists link to as well."""
    if html[:5] in (b"%PDF-", b"\x89PNG\r", b"GIF8"):
        return False
    kind = (content_type or "text/html").partition(";")[0].strip().lower()
    return kind.startswith("text/") or "html" in kind or "xml" in kind


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
