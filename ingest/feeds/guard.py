"""What is checked before a body may reach the feed parser.

The parser expands internal entities (1 KB became 2 MB in a trial), so documents that declare any
are refused; no feed of the default list, nor RSS 0.91's own DOCTYPE, does.
"""

from __future__ import annotations

import re

_MISC = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*(\[)?", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<html\b|<head\b|<body\b", re.IGNORECASE)
_HTML_DOCTYPE = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_HEAD = 3000
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)")
# What is met at addresses of feeds, by its root.
_OTHERS = {
    "urlset": "a sitemap",
    "sitemapindex": "an index of sitemaps",
    "opml": "a list of feeds: `bubblefear feeds import` reads it",
    "opensearchdescription": "a description of a search form",
    "error": "an error message",
    "svg": "an image",
}


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
    root = _ELEMENT.match(head)
    if root and root[1].lower() in _OTHERS:
        return False  # an OPML list has a <body> too
    page = _HTML_ROOT.search(head)
    feed = _FEED_ROOT.search(head)
    if feed is None:
        return page is not None or _HTML_DOCTYPE.match(head) is not None
    return page is not None and page.start() < feed.start()


def instead(text: str) -> str:
    """What a document that is no feed is, for the message: ": the root is <urlset>, a sitemap"."""
    root = _ELEMENT.match(text, _after_misc(text))
    if root is None:
        start = " ".join(text[:60].split())
        return f": {start!r}"
    kind = _OTHERS.get(root[1].lower())
    return f": the root is <{root[1][:40]}>" + (f", {kind}" if kind else "")


def _after_misc(text: str) -> int:
    """Where white space, comments and processing instructions of the prolog end."""
    position = 0
    while found := _MISC.match(text, position):
        position = found.end()
    return position
