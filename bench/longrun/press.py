"""The feeds and pages of the long run as they stand at a simulated instant.

A feed shows its newest items. One item in 25 comes a day late, one in 20 has another title a day
after it came, on some days a feed fails, and on one day what came the day before gets new
addresses. Two pages in three can be read from the day after only, one in seven never.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from bench.longrun.newsroom import body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.longrun.items import Item

LATE, EDITED = 25, 20
# Not before the next day: with title, address and GUID new at once nothing could tell the item.
_UNTIL_EDITED: Final = timedelta(hours=24)
_UPDATED: Final = {"en": " (updated)", "zh-Hans": "（更新）", "zh-Hant": "（更新）"}
_FAILURES: Final = ((404, b"no such feed"), (500, b"out of order"), (200, b"<html>Welcome</html>"))


@dataclass(frozen=True)
class Answer:
    """What a request gets: status, body, kind of body, validators."""

    status: int
    body: bytes = b""
    kind: str = "text/plain"
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An item and from when on its feed shows it."""

    at: datetime
    item: Item


class Desk:
    """One publisher: its feed, and the host that the feed and its pages lie on."""

    def __init__(self, number: int, name: str, items: Sequence[Item], base: str, size: int) -> None:
        """Take a desk's items; the feed shows ``size`` of them at ``base``/feed/``number``."""
        self.number, self.name, self._base, self._size = number, name, base, size
        self._shown = sorted((_shown(item) for item in items), key=lambda s: (s.at, s.item.number))
        self.languages = frozenset(item.language for item in items)

    @property
    def url(self) -> str:
        """Address of the feed."""
        return f"{self._base}/feed/{self.number}"

    @cached_property
    def _times(self) -> list[datetime]:
        return [shown.at for shown in self._shown]

    def window(self, now: datetime) -> list[Shown]:
        """What the feed shows, newest first."""
        end = bisect_right(self._times, now)
        return self._shown[max(0, end - self._size) : end][::-1]

    def answer(self, now: datetime, again: datetime | None) -> Answer:
        """The document; what came in the day before ``again`` has new addresses."""
        day = now.toordinal()
        if (7 * self.number + 3 * day) % 29 == 0:
            return Answer(*_FAILURES[day % 3], "text/html")
        window = self.window(now)
        write, frame = (self._atom, _ATOM) if self.number % 2 else (self._rss, _RSS)
        entries = "".join(write(shown, now, again) for shown in window)
        text = frame.format(name=escape(self.name), number=self.number, entries=entries)
        code = "gb18030" if self.languages == {"zh-Hans"} and self.number % 3 == 0 else "utf-8"
        whole = f'<?xml version="1.0" encoding="{code}"?>\n{text}'.encode(code, "xmlcharrefreplace")
        # Some servers know one validator, some the other, some both.
        tag = f'"{hashlib.sha256(whole).hexdigest()[:16]}"' if self.number % 3 else None
        newest = _changed(window, now, again) if window and self.number % 3 != 1 else None
        modified = format_datetime(newest, usegmt=True) if newest else None
        return Answer(200, whole, "application/xml", tag, modified)

    def _names(self, shown: Shown, now: datetime, again: datetime | None) -> tuple[str, str, str]:
        """Title, address and GUID.

        What has a new address keeps its title: where all three are new at once, nothing can tell.
        A day's grace was too little: on the day of the new addresses a feed may fail.
        """
        number = shown.item.number
        renamed = again is not None and again - timedelta(days=1) <= shown.at < again
        path = f"again/{number}" if renamed else f"news/{number}"
        title = shown.item.title if renamed else _title(shown, now)
        return escape(title), f"{self._base}/{path}?utm_source=feed", f"{path}@{self.number}"

    def _rss(self, shown: Shown, now: datetime, again: datetime | None) -> str:
        title, link, guid = self._names(shown, now, again)
        item = shown.item
        date = format_datetime(datetime.fromisoformat(item.published_at))
        summary = f"<description>{escape(item.summary)}</description>" if item.summary else ""
        return (
            f"<item><title>{title}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{guid}</guid><pubDate>{date}</pubDate>{summary}</item>\n'
        )

    def _atom(self, shown: Shown, now: datetime, again: datetime | None) -> str:
        title, link, guid = self._names(shown, now, again)
        item = shown.item
        summary = f"<summary>{escape(item.summary)}</summary>" if item.summary else ""
        return (
            f'<entry><title>{title}</title><link href="{link}"/>'
            f"<id>{guid}</id><updated>{item.published_at}</updated>{summary}</entry>\n"
        )


_RSS: Final = '<rss version="2.0"><channel><title>{name}</title>{entries}</channel></rss>'
_ATOM: Final = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title><id>urn:desk:{number}</id>'
    "{entries}</feed>"
)


def desks(items: Sequence[Item], port: int, days: int, hosts: int) -> list[Desk]:
    """Every desk, in the order of their names; a feed shows a day and a half of its items."""
    by_name: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_name[item.desk].append(item)
    return [
        Desk(
            number, name, own, f"http://127.0.0.{1 + number % hosts}:{port}",
            max(10, int(1.5 * len(own) / days)),
        )
        for number, (name, own) in enumerate(sorted(by_name.items()))
    ]  # fmt: skip


def page(item: Item, now: datetime) -> Answer:
    """The page of an item."""
    opens = _shown(item).at + timedelta(hours=0 if item.number % 3 == 0 else 20)
    if item.number % 7 == 0 or now < opens:
        return Answer(403, b"for subscribers")
    title = escape(item.title)
    text = (
        f'<!doctype html><html lang="{item.language}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body><article><h1>{title}</h1>\n"
        f"{body(item.number, item.language)}</article></body></html>"
    )
    return Answer(200, text.encode(), "text/html; charset=utf-8")


def _shown(item: Item) -> Shown:
    late = timedelta(hours=26 if item.number % LATE == 1 else 0)
    return Shown(datetime.fromisoformat(item.published_at).astimezone(UTC) + late, item)


def _title(shown: Shown, now: datetime) -> str:
    edited = shown.item.number % EDITED == 2 and now >= shown.at + _UNTIL_EDITED
    return shown.item.title + (_UPDATED[shown.item.language] if edited else "")


def _changed(window: Sequence[Shown], now: datetime, again: datetime | None) -> datetime:
    """When the document last changed: an item came, or got another title or address."""
    changes = [s.at + _UNTIL_EDITED for s in window if s.item.number % EDITED == 2]
    changes += [again] if again else []
    return max([window[0].at, *(change for change in changes if change <= now)])
