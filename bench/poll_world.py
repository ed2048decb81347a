"""A made-up press of many feeds: what each of them holds, and which of them misbehave.

Every word is generated here. Feed ``n`` lies on host ``127.0.0.(1 + n % hosts)``.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

_STARTS = "bal cor den far gol hin jes kar lom mar nor pel quin ros sol tam ul ver wex zan".split()
_MIDDLES = "a e i o u an el im or un ari eto ila ona uri".split()
_ENDS = "d ck ll m n nt r rd s st th x".split()
_NOUNS = "shares loans chips orders servers bonds miners funds tokens plants".split()
_VERBS = "fall rise stall widen shrink return slip recover".split()
_HANS = (
    "芯片数据中心融资贷款机构市场投资者电力合同服务器订单模型价格代币股票债券监管公司报告季度增长"
    "下跌上涨风险信心扩张支出供应客户银行基金政策利率财报业绩预期分析师城市港口工厂交易银河"
)

EPOCH = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """One feed: how it answers, and the numbers of its items, newest first.

    Attributes:
        number: its place in the list.
        kind: ``fine``, ``slow``, ``500``, ``reset``, ``404`` or ``html``.
        wait: seconds before it answers.
        items: how many it shows.
        new: items that came since the first edition.
    """

    number: int
    kind: str
    wait: float
    items: int
    new: int = 0

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/feed/{self.number}"

    def guids(self) -> list[str]:
        """Of the items shown now, newest first."""
        return [f"{self.number}-{k}" for k in range(self.items + self.new, self.new, -1)]

    def body(self) -> bytes:
        """The document: RSS in feeds of even number, Atom in the others."""
        return _document(self, self.guids()).encode()


def make(number: int, items: int, slowest: float = 8.0) -> Made:
    """Feed ``number``: one in 20 is slow, one in 20 fails, one in 50 serves a page.

    The slow ones take from 3/8 of ``slowest`` seconds to all of it.
    """
    if number % 20 == 0:
        return Made(number, "slow", slowest * (3 + number // 20 % 25 * 5 / 24) / 8, items)
    if number % 20 == 7:
        return Made(number, ("404", "500", "reset")[number // 20 % 3], 0.0, items)
    if number % 50 == 13:
        return Made(number, "html", 0.0, items)
    return Made(number, "fine", 0.0, items)


def etag(body: bytes) -> str:
    """A validator that changes with the body."""
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def headline(guid: str) -> str:
    """An item's title: Chinese where the feed's number is divisible by three."""
    dice = random.Random(guid)
    if int(guid.split("-")[0]) % 3 == 0:
        return "".join(dice.choices(_HANS, k=dice.randint(12, 22)))
    name, place, other = (_name(dice) for _ in range(3))
    return (
        f"{name} {dice.choice(_NOUNS)} {dice.choice(_VERBS)} in {place} after the "
        f"{other} {dice.choice(_NOUNS)} {dice.choice(_VERBS)} by {dice.randint(2, 99)} percent"
    )


def _name(dice: random.Random) -> str:
    return (dice.choice(_STARTS) + dice.choice(_MIDDLES) + dice.choice(_ENDS)).title()


def summary(guid: str) -> str:
    """Some sentences, in the title's language."""
    number, place = guid.split("-")
    return ". ".join(headline(f"{number}-{place}0{part}") for part in (1, 2, 3))


def _document(feed: Made, guids: list[str]) -> str:
    if feed.number % 2:
        items = "".join(_atom(feed, guid) for guid in guids)
        head = f"<id>urn:desk:{feed.number}</id><title>Desk {feed.number}</title>"
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{items}</feed>'
    items = "".join(_rss(feed, guid) for guid in guids)
    return f'<rss version="2.0"><channel><title>Desk {feed.number}</title>{items}</channel></rss>'


def _rss(feed: Made, guid: str) -> str:
    moment = _published(guid).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"<item><title>{escape(headline(guid))}</title><link>{_link(feed, guid)}</link>"
        f'<guid isPermaLink="false">{guid}</guid><pubDate>{moment}</pubDate>'
        f"<description>&lt;p&gt;{escape(summary(guid))}&lt;/p&gt;</description></item>"
    )


def _atom(feed: Made, guid: str) -> str:
    moment = _published(guid).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"<entry><title>{escape(headline(guid))}</title><id>{guid}</id>"
        f'<link href="{_link(feed, guid)}"/><updated>{moment}</updated>'
        f"<summary>{escape(summary(guid))}</summary></entry>"
    )


def _link(feed: Made, guid: str) -> str:
    return f"https://desk-{feed.number}.example/news/{guid}?utm_source=feed"


def _published(guid: str) -> datetime:
    number, place = guid.split("-")
    return EPOCH + timedelta(minutes=10 * int(place) + int(number) % 10)
