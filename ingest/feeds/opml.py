"""Lists of feeds as OPML, the format that every feed reader imports and exports.

Beside the usual attributes an outline may carry four of ours: `source`, `language`, `timezone`
and `publisherFromEntry`. Other readers leave them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from ingest.errors import OpmlError
from ingest.identity.keys import sha256
from ingest.language import LANGUAGES
from ingest.records import Feed, Problem
from ingest.urls import host_of, is_web_address
from ingest.web.limits import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class FeedList:
    """The feeds of a list in order, folders flattened, each address once; and what was wrong."""

    feeds: list[Feed]
    problems: list[Problem]


def read_opml(source: Path | str) -> FeedList:
    """Read a feed list.

    An outline that names no address a feed could have is a `Problem` (`feeds.outline`), and so is
    a language or zone that there is not, without which its feed is kept. Folders are not kept.

    Args:
        source: a file, or OPML text.

    Raises:
        OpmlError: if the whole is not OPML, declares entities or is too large.
    """
    root = _root(source)
    name = source.name if isinstance(source, Path) else "OPML"
    feeds: dict[str, Feed] = {}
    problems: list[Problem] = []
    for number, outline in enumerate(root.iter("outline"), start=1):
        attributes = {key.lower(): value.strip() for key, value in outline.attrib.items()}
        if not _is_feed(attributes, outline):
            continue
        feed, reasons = _feed(attributes)
        raw = sha256(tostring(outline, encoding="unicode"))
        subject = f"{name} outline {number}"
        problems.extend(Problem("feeds.outline", subject, reason, raw) for reason in reasons)
        if feed is not None:
            feeds.setdefault(feed.url, feed)
    return FeedList(list(feeds.values()), problems)


def _root(source: Path | str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        raw = source.read_bytes() if isinstance(source, Path) else source.encode("utf-8")
        if len(raw) > MAX_BODY_BYTES:
            raise OpmlError(f"{len(raw):,} bytes, over the limit of {MAX_BODY_BYTES:,}")
        root: Element = fromstring(raw)
    except OSError as error:
        raise OpmlError(f"cannot read {source}: {error.strerror}") from error
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise OpmlError(f"not OPML: {' '.join(str(error).split())}") from error
    if root.tag.lower() != "opml":
        raise OpmlError(f"not OPML: the root is <{root.tag}>")
    return root


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
    return read_opml(files("ingest").joinpath("default_feeds.opml").read_text("utf-8")).feeds


def _is_feed(attributes: dict[str, str], outline: Element) -> bool:
    """Has it an address, or says that it is a feed; folders and notes do neither."""
    if "xmlurl" in attributes:
        return True
    return attributes.get("type", "").lower() in ("rss", "atom") and len(outline) == 0


def _feed(attributes: dict[str, str]) -> tuple[Feed | None, list[str]]:
    named = attributes.get("title") or attributes.get("text")
    url = _address(attributes.get("xmlurl", ""))
    if not url:
        return None, [f"no xmlUrl: {(named or 'untitled')[:120]!r}"]
    if not is_web_address(url):
        return None, [f"not a feed address: {url[:120]!r}"]
    reasons = []
    language = attributes.get("language") or None
    if language is not None and language not in LANGUAGES:
        reasons.append(f"{url}: language {language!r} is none of {', '.join(LANGUAGES)}")
        language = None
    timezone = attributes.get("timezone") or None
    if timezone is not None and not _is_zone(timezone):
        reasons.append(f"{url}: no such time zone: {timezone[:60]!r}")
        timezone = None
    title = named or host_of(url)
    source = attributes.get("source") or title
    aggregator = attributes.get("publisherfromentry", "").lower() == "true"
    return Feed(url, source, title, language, timezone, aggregator), reasons


def _address(text: str) -> str:
    """`feed://a.example/rss` and `feed:https://a.example/rss` are what some readers export."""
    if text.lower().startswith("feed://"):
        return f"http://{text[7:]}"
    return text[5:] if text.lower().startswith("feed:http") else text


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


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
