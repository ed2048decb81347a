"""One item as a feed gives it, before anything is believed; and how an entry is made of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from ingest.dates import parse_date
from ingest.identity.keys import entry_key, sha256
from ingest.identity.redirects import target_of
from ingest.language import detect
from ingest.records import Entry, Feed, Problem
from ingest.text import first_words, plain_line, plain_text
from ingest.urls import canonical_url, is_web_address, join

_LANGUAGE_SAMPLE = 300
_LONGEST_SUMMARY = 1500


@dataclass(frozen=True, slots=True)
class Item:
    """The raw strings of one item; "" where the feed has none."""

    title: str = ""
    link: str = ""
    guid: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    date: str = ""
    publisher: str = ""
    publisher_url: str = ""
    original_link: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What all items of one poll share; relative links start from `base`."""

    feed: Feed
    now: str
    language: str | None
    base: str


def to_entry(item: Item, number: int, context: Context) -> tuple[Entry | None, list[Problem]]:
    """Make an entry of an item.

    Args:
        item: the raw strings.
        number: its place in the feed, from 1, to name it in problems.
        context: feed, time and language hint.

    Returns:
        The entry, `None` if the item has neither title nor text; and what was wrong with it.
    """
    feed = context.feed
    raw = sha256(json.dumps(asdict(item), ensure_ascii=False, sort_keys=True))
    problems: list[Problem] = []

    def complain(code: str, reason: str) -> None:
        problems.append(Problem(code, f"{feed.url} item {number}", reason, raw))

    source, title = _source_and_title(item, feed)
    summary, body = _texts(item)
    if feed.publisher_from_entry and _only_repeats(summary, title, source):
        summary = None
    if not title:
        title = first_words(summary or body or "")
        took = "took the first words of its text" if title else "and no text: not kept"
        complain("entry.empty_title", f"no title, {took}")
        if not title:
            return None, problems
    published_at, note = _date(item, context)
    if note and published_at is None:
        complain("entry.date", note)
    url, others = _links(item, context.base)
    canonical = canonical_url(url) if url else None
    entry = Entry(
        key=entry_key(source, canonical, item.guid or None, title),
        source=source,
        feed_url=feed.url,
        guid=item.guid or None,
        url=url,
        canonical_url=canonical,
        title=title,
        summary=summary,
        body=body,
        author=plain_line(item.author) or None,
        published_at=published_at,
        first_seen_at=context.now,
        date_note=note,
        language=_language(title, summary, context.language),
        other_urls=tuple(dict.fromkeys(map(canonical_url, others))),
        publisher_url=_publisher_url(item, feed),
    )
    return entry, problems


def _source_and_title(item: Item, feed: Feed) -> tuple[str, str]:
    """An aggregator's entry names its publisher, and repeats it: "Chips fall - Reuters"."""
    title = plain_line(item.title)
    if not feed.publisher_from_entry:
        return feed.source, title
    publisher = plain_line(item.publisher)
    if not publisher:
        return feed.source, title
    for dash in (" - ", " – ", " — ", " | "):
        title = title.removesuffix(dash + publisher)
    return publisher, title


def _texts(item: Item) -> tuple[str | None, str | None]:
    """Summary and body; a whole article in the summary's place is a body."""
    summary = plain_text(item.summary)
    body = plain_text(item.content)
    if body == summary:
        body = ""
    if not body and len(summary) > _LONGEST_SUMMARY:
        summary, body = "", summary
    return summary or None, body or None


def _date(item: Item, context: Context) -> tuple[str | None, str | None]:
    if not item.date.strip():
        return None, None
    return parse_date(item.date, context.feed.timezone, context.now)


def _only_repeats(summary: str | None, title: str, publisher: str) -> bool:
    """An aggregator's summary is often the headline again, with its publisher: it says nothing."""
    said = (summary or "").removesuffix(publisher).strip(" -–—|\n")
    return said == title


def _links(item: Item, base: str) -> tuple[str | None, list[str]]:
    """The item's own address and the redirects to it that the feed gives.

    A counter's link (`feedproxy.google.com/~r/...`) comes with the original beside or inside it;
    a GUID that is an address stands in for a missing link.
    """
    link = _absolute(item.link, base) or _permalink(item.guid, base)
    if link is None:
        return _absolute(item.original_link, base), []
    original = _absolute(item.original_link, base) or target_of(link)
    if original is None or canonical_url(original) == canonical_url(link):
        return link, []
    return original, [link]


def _absolute(text: str, base: str) -> str | None:
    text = text.strip()
    if not text or is_web_address(text):
        return text or None
    joined = join(base, text)  # "javascript:void(0)" stays what it is
    return joined if joined and is_web_address(joined) else None


def _permalink(guid: str, base: str) -> str | None:
    """A GUID as an address; "g1" is none, though it could be a relative path."""
    address = is_web_address(guid.strip()) or guid.strip().startswith("/")
    return _absolute(guid, base) if address else None


def _publisher_url(item: Item, feed: Feed) -> str | None:
    address = item.publisher_url.strip()
    return address if feed.publisher_from_entry and is_web_address(address) else None


def _language(title: str, summary: str | None, hint: str | None) -> str:
    # The title decides; a summary helps where the title alone has no telling character.
    sample = f"{title} {summary[:_LANGUAGE_SAMPLE]}" if summary else title
    return detect(sample, hint)
