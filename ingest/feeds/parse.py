"""A feed's bytes to entries and problems: RSS, Atom, RDF, CDF and JSON Feed.

Nothing here raises for bad content: what can be read is returned, what is wrong is a `Problem`.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax import SAXException, SAXParseException

from ingest.charset import decode
from ingest.feeds.guard import instead, refusal
from ingest.feeds.items import Context, Item, to_entry
from ingest.feeds.jsonfeed import read_json_feed
from ingest.identity.keys import entry_key, sha256
from ingest.records import Entry, Feed, Problem
from ingest.urls import is_web_address
from ingest.web.limits import MAX_BODY_BYTES

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# XML 1.0 allows none of these; a single one makes the strict parser give up on the whole feed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_ROOT = re.compile(r"<((?:[\w-]+:)?(?:rss|feed|RDF|channel))\b", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|RDF|channel)\s*>", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:[\w-]+:)?(?:item|entry)\b", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
# From the start of a word only: an author of a megabyte without "@" would take hours.
_EMAIL = re.compile(r"(?:mailto:)?(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
# The parser looks for addresses in an author's name, from each letter of it to the end.
_ENDLESS_WORD = re.compile(r"(?<![A-Za-z0-9_.+-])([A-Za-z0-9_.+-]{2000})[A-Za-z0-9_.+-]++")
_TAIL = 4000


@dataclass(frozen=True)
class ParsedFeed:
    """What a feed's body holds.

    Attributes:
        entries: in the feed's order, each key once.
        problems: of the feed and of single items.
        title: the feed's own title.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str | None = None


@dataclass(frozen=True)
class _Raw:
    """Items as found, before they become entries; `trouble` is (problem code, reason)."""

    items: list[Item]
    title: str | None
    language: str | None
    trouble: tuple[str, str] | None = None
    homepage: str | None = None


def parse_feed(
    body: bytes,
    feed: Feed,
    now: str,
    content_type: str | None = None,
    address: str | None = None,
) -> ParsedFeed:
    """Read a feed.

    Args:
        body: the bytes as served (decompressed).
        feed: whose they are.
        now: UTC text; becomes every entry's `first_seen_at`.
        content_type: the HTTP header, for its charset.
        address: where the feed was found after redirects, if not at its own address. Relative
            links start from `xml:base`, else from the feed's own link, else from here.

    Returns:
        Entries and problems; a body that is refused or is no feed gives one problem, no entry.
    """
    fingerprint = sha256(body)
    if len(body) > MAX_BODY_BYTES:
        reason = f"{len(body):,} bytes, over the limit of {MAX_BODY_BYTES:,}"
        return ParsedFeed(problems=[Problem("feed.too_large", feed.url, reason, fingerprint)])
    decoded = decode(body, content_type)
    refused = refusal(decoded.text)
    if refused:
        return ParsedFeed(problems=[Problem(refused[0], feed.url, refused[1], fingerprint)])
    raw = _read(decoded.text)
    problems = []
    if decoded.note and raw.items:
        problems.append(Problem("feed.charset", feed.url, decoded.note, fingerprint))
    if raw.trouble:
        problems.append(Problem(raw.trouble[0], feed.url, raw.trouble[1], fingerprint))
    if not raw.items and not raw.trouble:
        reason = f"a feed without items: {raw.title or 'untitled'}"
        problems.append(Problem("feed.no_items", feed.url, reason, None))
    base = raw.homepage or address or feed.url
    context = Context(feed, now, feed.language or _as_language(raw.language), base)
    return _assemble(raw, context, problems)


def read_items(body: bytes, content_type: str | None = None) -> list[Item]:
    """The raw items of a feed, those too that are no entries for lack of any text."""
    text = decode(body, content_type).text
    return [] if refusal(text) else _read(text).items


def _read(text: str) -> _Raw:
    if text.lstrip().startswith(("{", "[")):
        return _read_json(text)
    legal = _REFERENCE.sub(_if_legal, _FORBIDDEN.sub("", text))
    return _read_xml(_ENDLESS_WORD.sub(r"\1", _from_the_declaration(legal)))


def _if_legal(reference: re.Match[str]) -> str:
    """A character reference, "" where it names none: `&#xD800;` would cost the whole feed."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    illegal = number > 0x10FFFF or _FORBIDDEN.match(chr(number))
    return "" if illegal else reference[0]


def _read_json(text: str) -> _Raw:
    try:
        found = read_json_feed(text)
    except ValueError as error:
        return _Raw([], None, None, ("feed.malformed", f"JSON that cannot be read: {error}"))
    if found is None:
        return _Raw([], None, None, ("feed.not_a_feed", f"JSON, but no JSON Feed: {text[:80]!r}"))
    return _Raw(found.items, found.title, found.language, None, _homepage(found.homepage))


def _from_the_declaration(text: str) -> str:
    """The document without what a server's own warnings put before it: `Notice: ... <?xml`."""
    root = _ROOT.search(text)
    start = text.find("<?xml", 0, root.start()) if root else -1
    return text[start:] if start > 0 else text


def _homepage(link: str | None) -> str | None:
    return link if link and is_web_address(link) else None


def _read_xml(text: str) -> _Raw:
    import feedparser

    whole, cut = _complete(text)
    # The text is decoded already: without its declaration, and said to be UTF-8, no second guess.
    data = _DECLARATION.sub("", whole, count=1).encode("utf-8")
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed: dict[str, Any] = feedparser.parse(
            io.BytesIO(data),  # a bare string could be taken for a file's name
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,  # texts are stripped of markup here, not cleaned
        )
    except (AssertionError, LookupError, RecursionError, TypeError, ValueError) as error:
        # Its lenient mode walks broken markup with an SGML parser that asserts what it expects.
        return _Raw([], None, None, ("feed.malformed", f"cannot be parsed: {error}"[:200]))
    items = [_item(entry) for entry in parsed["entries"]]
    about = parsed["feed"]
    trouble = _trouble(parsed, len(items), cut, whole)
    title, language = _string(about, "title") or None, _string(about, "language")
    return _Raw(items, title, language, trouble, _homepage(_string(about, "link")))


def _complete(text: str) -> tuple[str, bool]:
    """A feed cut short is closed after its last whole item: half a headline is not a headline."""
    root = _ROOT.search(text)
    if root is None or _ROOT_END.search(text, max(0, len(text) - _TAIL)):
        return text, False
    end = max((found.end() for found in _ITEM_END.finditer(text)), default=None)
    if end is None:
        begun = _ITEM_START.search(text)
        end = begun.start() if begun else len(text)
    name = root[1]
    closing = f"</channel></{name}>" if name.lower().endswith("rss") else f"</{name}>"
    return text[:end] + closing, True


def _trouble(parsed: dict[str, Any], items: int, cut: bool, text: str) -> tuple[str, str] | None:
    if not dict.get(parsed, "version") and not items:
        return "feed.not_a_feed", f"neither RSS, Atom, RDF nor JSON Feed{instead(text)}"
    if cut:
        return "feed.truncated", f"the document breaks off; {items} whole items were read"
    error = parsed.get("bozo_exception")
    if isinstance(error, SAXException):
        where = f", line {error.getLineNumber()}" if isinstance(error, SAXParseException) else ""
        reason = f"not well-formed XML ({error.getMessage()}{where}); read leniently, {items} items"
        return "feed.malformed", reason
    return None


def _item(entry: dict[str, Any]) -> Item:
    contents = dict.get(entry, "content") or []
    source = dict.get(entry, "source") or {}
    return Item(
        title=_string(entry, "title"),
        link=_string(entry, "link"),
        guid=_string(entry, "id"),
        summary=_string(entry, "summary"),
        content="\n".join(_string(part, "value") for part in contents),
        author=_author(entry),
        date=next((d for n in ("published", "updated", "created") if (d := _string(entry, n))), ""),
        publisher=_string(source, "title"),
        publisher_url=_string(source, "href") or _string(source, "link"),
        original_link=_string(entry, "feedburner_origlink"),
    )


def _author(entry: dict[str, Any]) -> str:
    """Names where there are names: "desk@a.example (Ada Reed)" is Ada Reed."""
    people = [p for p in dict.get(entry, "authors") or [] if isinstance(p, dict)]
    named = [name for person in people if (name := _string(person, "name"))]
    if len(named) > 1:
        return ", ".join(dict.fromkeys(named))
    # The parser's own cut makes "ple (Ada Reed" of "desk@a.example (Ada Reed)".
    given = _string(entry, "author")
    return _EMAIL.sub("", given).strip(" ()<>,;") or given


def _string(data: dict[str, Any], name: str) -> str:
    # Past the parser's own lookup, which answers "updated" with "published" and a warning.
    value = dict.get(data, name)
    return value if isinstance(value, str) else ""


def _assemble(raw: _Raw, context: Context, problems: list[Problem]) -> ParsedFeed:
    entries: dict[str, Entry] = {}
    for number, item in enumerate(raw.items, start=1):
        entry, complaints = to_entry(item, number, context)
        problems.extend(complaints)
        if entry is not None:
            _keep(entry, entries)
    return ParsedFeed(list(entries.values()), problems, raw.title)


def _keep(entry: Entry, entries: dict[str, Entry]) -> None:
    """Add an entry under the first of its keys that no other item of this feed has.

    A blog may link all of a day's items to the same page: those are several entries, told apart
    by GUID or title; the same title under the same key is the same item twice.
    """
    for key in (
        entry.key,
        entry_key(entry.source, None, entry.guid, entry.title),
        entry_key(entry.source, None, None, entry.title),
    ):
        first = entries.setdefault(key, replace(entry, key=key))
        if first.title == entry.title:
            return


def _as_language(tag: str | None) -> str | None:
    """Our name for an RFC 5646 tag such as `zh-TW`, `zh-Hans-CN`, `en-us`."""
    parts = (tag or "").lower().replace("_", "-").split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] != "zh":
        return None
    return "zh-Hant" if {"hant", "tw", "hk", "mo", "cht"} & set(parts) else "zh-Hans"
