"""Whether an item is one that is stored already, by what its names say together.

Three witnesses are heard: link, GUID and title; the publication time is the fourth. One witness
alone may err: slugs are edited, GUIDs are made anew by a new content system or given to another
article, headlines are rewritten. Two that agree are believed; and a name that several items bear
(a page of the day, a GUID that is always "1") names none of them unless the title agrees too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from ingest.identity import digest
from ingest.names import folded, loosened
from ingest.redirects import is_redirect
from ingest.urls import identifies_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.records import Entry

WEAK_DAYS = 3
_AKIN = 0.5
_WORD = re.compile(r"[a-z0-9]{3,}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")

Agreement = Literal["same", "variant", "borne by several", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Known:
    """A stored item as far as its identity goes.

    Attributes:
        id: its row.
        source: as in `Entry`, and so the next five.
        feed_url: where it was met first.
        guid: as first seen.
        canonical_url: as first seen.
        title: as first seen.
        published_at: as first seen.
        links: further addresses under which it was met.
        guids: further GUIDs of the same source.
        titles: further titles, folded.
    """

    id: str
    source: str
    feed_url: str | None
    guid: str | None
    canonical_url: str | None
    title: str
    published_at: str | None
    links: frozenset[str] = field(default_factory=frozenset)
    guids: frozenset[str] = field(default_factory=frozenset)
    titles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the four witnesses say of an item and a stored one."""

    link: Agreement
    guid: Agreement
    title: Literal["same", "akin", "other"]
    date: Literal["same", "near", "far", "unknown"]
    same_feed: bool
    same_key: bool


def likeness(item: Entry, known: Known, shared: frozenset[str]) -> int:
    """How surely a stored item is this one.

    Args:
        item: of an answer.
        known: a stored item that bears one of its names.
        shared: hashes of the names that several stored items bear.

    Returns:
        0 = another item; 1 = by title alone; above, the more witnesses the more.
    """
    found = evidence(item, known, shared)
    strong = _same_by_names(found)
    if not strong:
        if found.same_key and not (_own_link(item) or item.guid):
            # It has no other name than its title, under which it is stored.
            return 2 * (found.title == "same" and found.date != "far")
        return int(_same_by_title(found))
    link = {"same": 3, "variant": 2, "borne by several": 1}.get(found.link, 0)
    guid = {"same": 3, "borne by several": 1}.get(found.guid, 0)
    title = {"same": 4, "akin": 1}.get(found.title, 0)
    return 1 + link + guid + title


def twins(item: Entry, other: Entry) -> bool:
    """Are two items of one answer the same one, listed twice.

    A feed that shows two items at once means two, unless their titles are the same and a link or
    GUID agrees with it; or link and GUID agree, are two things, and the titles are akin.
    """
    found = evidence(item, _as_known(other), frozenset())
    agreeing = found.link in ("same", "variant"), found.guid == "same"
    if found.title == "same":
        return any(agreeing) or item.key == other.key
    return all(agreeing) and found.title == "akin" and item.guid not in (item.url, None)


def evidence(item: Entry, known: Known, shared: frozenset[str]) -> Evidence:
    """Hear the witnesses."""
    return Evidence(
        link=_link(item, known, shared),
        guid=_guid(item, known, shared),
        title=_title(item, known),
        date=_date(item.published_at, known.published_at),
        same_feed=item.feed_url == known.feed_url,
        same_key=item.key == known.id,
    )


def _same_by_names(found: Evidence) -> bool:
    if found.title == "same":
        return found.link not in ("other", "unknown") or found.guid not in ("other", "unknown")
    akin = found.title == "akin" or found.date == "same"
    if found.guid == "same":
        # A GUID given to another article comes with another link and another title, or as the
        # next issue of a column days later; where there is no link to ask, with another time.
        return (
            found.link in ("same", "variant")
            or (akin and found.date != "far")
            or (found.link != "other" and found.date == "unknown")
        )
    if found.link == "same":
        # The publisher rewrote the headline. With a new GUID too it is a new item of a page that
        # is rewritten all day.
        return akin or found.guid != "other"
    return found.link == "variant" and akin


def _same_by_title(found: Evidence) -> bool:
    if found.title != "same" or found.guid in ("same", "borne by several"):
        return False
    if found.date == "same":
        return True  # new link and new GUID: the site moved, or puts a random number in both
    # One of the two has only an aggregator's link: the same story in the publisher's own feed.
    return found.link == "unknown" and not found.same_feed and found.date != "far"


def _link(item: Entry, known: Known, shared: frozenset[str]) -> Agreement:
    mine = {u for u in (item.canonical_url, *item.other_urls) if u and identifies_article(u)}
    theirs = {u for u in (known.canonical_url, *known.links) if u and identifies_article(u)}
    met = mine & theirs
    if met:
        borne = all(digest("link", loosened(u)) in shared for u in met)
        return "borne by several" if borne else "same"
    loose = {loosened(u) for u in mine} & {loosened(u) for u in theirs}
    if loose:
        borne = all(digest("link", address) in shared for address in loose)
        return "borne by several" if borne else "variant"
    own, other = _own_link(item), known.canonical_url
    if not own or not other or not identifies_article(other):
        return "unknown"
    return "other" if is_redirect(own) == is_redirect(other) else "unknown"


def _own_link(item: Entry) -> str | None:
    url = item.canonical_url
    return url if url and identifies_article(url) else None


def _guid(item: Entry, known: Known, shared: frozenset[str]) -> Agreement:
    if not item.guid or not (known.guid or known.guids):
        return "unknown"
    same_feed = item.feed_url == known.feed_url
    if item.guid.isdigit() and not same_feed:
        return "unknown"  # each feed counts for itself
    if item.source == known.source and (item.guid == known.guid or item.guid in known.guids):
        borne = digest("guid", item.source, item.guid) in shared
        return "borne by several" if borne else "same"
    # Two feeds of one source may number one article differently.
    return "other" if same_feed else "unknown"


def _title(item: Entry, known: Known) -> Literal["same", "akin", "other"]:
    if item.title == known.title:
        return "same"
    mine = folded(item.title)
    if mine and (mine == folded(known.title) or mine in known.titles):
        return "same"
    return "akin" if akin(item.title, known.title) else "other"


def akin(title: str, other: str) -> bool:
    """Do two headlines share half of the shorter one's words, or pairs of characters in CJK."""
    mine, theirs = set(_pieces(title)), set(_pieces(other))
    shorter = min(len(mine), len(theirs))
    return shorter > 0 and len(mine & theirs) >= _AKIN * shorter


def _pieces(title: str) -> Iterator[str]:
    yield from _WORD.findall(title.lower())
    for run in _CJK.findall(title):
        yield from (run[i : i + 2] for i in range(max(1, len(run) - 1)))


def _date(mine: str | None, theirs: str | None) -> Literal["same", "near", "far", "unknown"]:
    if not mine or not theirs:
        return "unknown"
    if mine == theirs:
        return "same"
    apart = abs(datetime.fromisoformat(mine) - datetime.fromisoformat(theirs))
    return "far" if apart.days >= WEAK_DAYS else "near"


def _as_known(entry: Entry) -> Known:
    return Known(
        id=entry.key,
        source=entry.source,
        feed_url=entry.feed_url,
        guid=entry.guid,
        canonical_url=entry.canonical_url,
        title=entry.title,
        published_at=entry.published_at,
        links=frozenset(entry.other_urls),
    )
