"""What is checked before a body may reach the feed parser.

The parser expands internal entities (1 KB became 2 MB in a trial), so documents that declare any
are refused; no feed of the default list, nor RSS 0.91's own DOCTYPE, does.
"""

from __future__ import annotations

import re

MAX_FEED_BYTES = 20 * 1024 * 1024

_MISC = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*(\[)?", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<html\b|<head\b|<body\b", re.IGNORECASE)
_HTML_DOCTYPE = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_HEAD = 3000


def refusal(text: str) -> tuple[str, str] | None:
    """Why this text must not be parsed as a feed, as (problem code, reason); `None` = go on."""
    if not text.strip():
        return "feed.empty", "the body is empty"
    if declares_entities(text):
        return "feed.entities", "the document declares entities, which could be a bomb: not parsed"
    if looks_like_html(text):
        return "feed.html", "an HTML page was served instead of a feed"
    return None


def declares_entities(text: str) -> bool:
    """Has the prolog a DOCTYPE with an internal subset, and the document an ENTITY declaration."""
    doctype = _DOCTYPE.match(text, _after_misc(text))
    if doctype is None:
        return False
    return doctype[1] is not None and "<!ENTITY" in text


def looks_like_html(text: str) -> bool:
    """Is the root an HTML page; a feed that is merely *served* as text/html is none."""
    head = text[_after_misc(text) :][:_HEAD]
    page = _HTML_ROOT.search(head)
    feed = _FEED_ROOT.search(head)
    if feed is None:
        return page is not None or _HTML_DOCTYPE.match(head) is not None
    return page is not None and page.start() < feed.start()


def _after_misc(text: str) -> int:
    """Where white space, comments and processing instructions of the prolog end."""
    position = 0
    while found := _MISC.match(text, position):
        position = found.end()
    return position
