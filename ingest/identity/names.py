"""The names under which an item may come again: links, GUID, title.

A name is evidence and no proof: publishers change links, content systems reuse GUIDs, a column has
the same title every Monday. `ingest.identity.sameness` weighs what the names say together.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.identity.keys import digest, entry_key
from ingest.identity.redirects import is_redirect
from ingest.urls import host_of, identifies_article

if TYPE_CHECKING:
    from ingest.records import Entry

_SITE = re.compile(r"^(?:www\d?|m|mobile|amp|wap|3g)\.(?=[^.]+\.)")
_AMP_CACHE = re.compile(r"^/[cv]/(?:s/)?")
_AMP_PATH = re.compile(r"(?:^/amp(?=/.))|(?:[/.]amp)?/*$|(?:/index\.html?)$")
_AMP_QUERY = re.compile(r"(?:^|&)(?:amp(?:=1|=true)?|outputType=amp)(?=&|$)")
# Signs between two digits stay: 1.5 is not 15.
_SIGNS = re.compile(r"(?<!\d)[^\w%]+|[^\w%]+(?!\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """One name: its hash, its kind (url, redirect, guid or title) and the name itself."""

    alias: str
    kind: str
    value: str


def names(entry: Entry) -> list[Name]:
    """What is looked up for every item of an answer: its links and its GUID."""
    links = [*filter(None, [entry.canonical_url]), *entry.other_urls]
    found = [
        Name(digest("link", loosened(u)), "redirect" if is_redirect(u) else "url", u)
        for u in links
        if identifies_article(u)
    ]
    if entry.guid:
        found.append(Name(digest("guid", entry.source, entry.guid), "guid", entry.guid))
    return found


def title_names(entry: Entry) -> list[Name]:
    """The weakest names: the title at the source, and the title on the source's site.

    The site joins an aggregator's item with the publisher's own where the two call the publisher
    differently ("WSJ", "The Wall Street Journal").
    """
    title = folded(entry.title)
    scopes = [entry.source, *filter(None, [site_of(entry)])]
    return [Name(digest("titled", scope, title), "title", title) for scope in scopes if title]


def keys(entry: Entry) -> list[str]:
    """Ids that this item would have in a database that was written before names were kept."""
    urls = [*filter(None, [entry.canonical_url]), *entry.other_urls]
    found = [entry_key(entry.source, u, None, "") for u in urls if identifies_article(u)]
    if entry.guid:
        found.append(entry_key(entry.source, None, entry.guid, ""))
    return [entry.key, *found]


def loosened(url: str) -> str:
    """A canonical address without what publishers change and the article stays the same.

    `http://m.a.example/x/amp/` and `https://www.a.example/x` are loosened to `a.example/x`. Such
    a variant is not the same address: a site may well show something else under it.
    """
    parts = urlsplit(url)
    host, path = parts.netloc, parts.path
    if host.endswith(".cdn.ampproject.org") and _AMP_CACHE.match(path):
        host, _, path = _AMP_CACHE.sub("", path).partition("/")
        path = f"/{path}"
    query = _AMP_QUERY.sub("", parts.query).strip("&")
    return f"{_SITE.sub('', host)}{_AMP_PATH.sub('', path)}{'?' if query else ''}{query}"


def site_of(entry: Entry) -> str | None:
    """The publisher's site: of its address where an aggregator names it, else of the link."""
    if entry.publisher_url:
        return _SITE.sub("", host_of(entry.publisher_url)) or None
    if entry.canonical_url and not is_redirect(entry.canonical_url):
        return _SITE.sub("", host_of(entry.canonical_url)) or None
    return None


def folded(text: str) -> str:
    """A text without case, width, white space and punctuation: what an editor may touch up."""
    if text.isascii():
        return _SIGNS.sub("", text.lower())
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())
