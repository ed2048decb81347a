"""Lists of feeds as OPML, the format that every feed reader imports and exports.

Beside the usual attributes an outline may carry four of ours: `source`, `language`, `timezone`
and `publisherFromEntry`. Other readers leave them alone.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from ingest.errors import OpmlError
from ingest.language import LANGUAGES
from ingest.records import Feed
from ingest.urls import host_of, is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_opml(source: Path | str) -> list[Feed]:
    """Read a feed list.

    Args:
        source: a file, or OPML text.

    Returns:
        Its feeds in order, folders flattened, each address once.

    Raises:
        OpmlError: if it is not OPML, or an outline's address or language cannot be one.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        raw = source.read_bytes() if isinstance(source, Path) else source.encode("utf-8")
        root = fromstring(raw)
    except OSError as error:
        raise OpmlError(f"cannot read {source}: {error.strerror}") from error
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise OpmlError(f"not OPML: {' '.join(str(error).split())}") from error
    if root.tag.lower() != "opml":
        raise OpmlError(f"not OPML: the root is <{root.tag}>")
    feeds = [_feed(outline) for outline in root.iter("outline") if outline.get("xmlUrl")]
    return list({feed.url: feed for feed in reversed(feeds)}.values())[::-1]


def write_opml(feeds: Iterable[Feed]) -> str:
    """Write a feed list; `read_opml` gives the same feeds back."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "bubblefear feeds"
    body = SubElement(root, "body")
    for feed in feeds:
        SubElement(body, "outline", _attributes(feed))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def default_feeds() -> list[Feed]:
    """The feeds that the project polls unless told otherwise."""
    return read_opml(files("ingest").joinpath("default_feeds.opml").read_text("utf-8"))


def _feed(outline: Element) -> Feed:
    url = outline.get("xmlUrl", "").strip()
    if not is_web_address(url):
        raise OpmlError(f"not a feed address: {url[:120]!r}")
    language = outline.get("language") or None
    if language is not None and language not in LANGUAGES:
        raise OpmlError(f"{url}: language {language!r} is none of {', '.join(LANGUAGES)}")
    title = outline.get("title") or outline.get("text") or host_of(url)
    return Feed(
        url=url,
        source=outline.get("source") or title,
        title=title,
        language=language,
        timezone=outline.get("timezone") or None,
        publisher_from_entry=outline.get("publisherFromEntry", "").lower() == "true",
    )


def _attributes(feed: Feed) -> dict[str, str]:
    attributes = {"type": "rss", "text": feed.title, "title": feed.title, "xmlUrl": feed.url}
    attributes["source"] = feed.source
    if feed.language:
        attributes["language"] = feed.language
    if feed.timezone:
        attributes["timezone"] = feed.timezone
    if feed.publisher_from_entry:
        attributes["publisherFromEntry"] = "true"
    return attributes
