"""When a page says that it was published.

In this order: what the page says to machines with a time and zone; what it shows to Chinese
readers (`发布时间：2026年11月20日 09:30`, which htmldate took for the first of January); htmldate.
"""

from __future__ import annotations

import re

from ingest.clock import to_text
from ingest.dates import read_date
from ingest.pages.visible import visible_lines

_META = re.compile(
    r"<meta\b(?=[^<>]*\b(?:property|name|itemprop)\s*=\s*[\"']?"
    r"(?:article:published_time|og:published_time|og:pubdate|datePublished|pubdate|publishdate"
    r"|publish-date|publish_time|parsely-pub-date|sailthru\.date|dc\.date\.issued"
    r"|dcterms\.created|weibo: article:create_at)[\"'\s>])"
    r"[^<>]*\bcontent\s*=\s*[\"']([^\"']{8,60})[\"']",
    re.IGNORECASE,
)
_JSON_LD = re.compile(r"[\"']datePublished[\"']\s*:\s*[\"']([^\"']{8,60})[\"']", re.IGNORECASE)
_TIME_ELEMENT = re.compile(r"<time\b[^<>]*\bdatetime\s*=\s*[\"']([^\"']{8,60})[\"']", re.IGNORECASE)

_DAY = r"\d{4}\s*(?:年|-|/|\.)\s*\d{1,2}\s*(?:月|-|/|\.)\s*\d{1,2}\s*(?:日|号|號)?"
_CLOCK = r"\s*(?:星期.|周.|週.)?\s*\d{1,2}\s*[:：时時点點]\s*\d{1,2}(?:\s*[:：分]\s*\d{1,2}秒?)?"
_LABEL = r"(?:发布|發布|发表|發表|刊登|出版|更新|时间|時間|日期|来源|來源)[^\d<]{0,12}"
_LABELLED = re.compile(rf"{_LABEL}({_DAY}(?:{_CLOCK})?)")
# Software from America prints 9/17/2004 5:54:13 AM beneath Chinese headlines.
_AMERICAN = re.compile(rf"{_LABEL}(\d{{1,2}}/\d{{1,2}}/\d{{4}} \d{{1,2}}:\d\d(?::\d\d)? [AP]M)")
_WITH_CLOCK = re.compile(rf"(?<![\d.])({_DAY}{_CLOCK})(?!\d)")
_ALONE = re.compile(rf"\W*{_DAY}\W*\Z")
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_NEW_YEAR = re.compile(r"01[-/.]?01|\b1/1\b|1\s*月\s*1\s*日|\bjan\w*\.? 0?1\b|\b0?1 jan", re.I)
_HAN = re.compile("[\u4e00-\u9fff]")


def page_date(html: str, url: str, timezone: str | None, now: str) -> str | None:
    """The publication time of a page, UTC text; midnight of its zone where only a day is given.

    Args:
        html: the page.
        url: its address, in which dates are often written.
        timezone: IANA name for dates without a zone.
        now: the present, UTC text.
    """
    for raw in _candidates(html):
        read = read_date(_even(raw), timezone, now)
        if read.moment is not None:
            return to_text(read.moment)
    return _guessed(html, url, timezone, now)


def _candidates(html: str) -> list[str]:
    for_machines = [
        found[1] for pattern in (_META, _JSON_LD) if (found := pattern.search(html)) is not None
    ]
    lines = visible_lines(_BODY.split(html, maxsplit=1)[-1])
    visible = " ".join(lines)
    if _HAN.search(visible):
        for pattern in (_LABELLED, _AMERICAN, _WITH_CLOCK):
            for_machines += pattern.findall(visible)[:1]
        for_machines += [line for line in lines if _ALONE.match(line)][:1]
    return for_machines + _TIME_ELEMENT.findall(html)[:1]


def _even(raw: str) -> str:
    """One spelling for what readers see: 2005 - 9 - 7 11：57 and 2005年9月7日11:57."""
    american = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4}) (.*[AP]M)", raw)
    if american is not None:
        return f"{american[3]}-{int(american[1]):02}-{int(american[2]):02} {american[4]}"
    day = re.match(r"\W*(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})(?!\d)\s*[日号號]?", raw)
    if day is None:
        return raw
    rest = re.sub(r"\s*[：时時点點分]\s*", ":", raw[day.end() :]).strip(" :秒")
    clock = re.sub(r"^(?:星期.|周.|週.)\s*", "", rest)
    return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02} {clock}".strip()


def _guessed(html: str, url: str, timezone: str | None, now: str) -> str | None:
    from htmldate import find_date
    from lxml.etree import ParserError

    try:
        day = find_date(html, extensive_search=True, original_date=True, url=url, max_date=now[:10])
    except (ParserError, ValueError):
        return None
    if not day or (day.endswith("-01-01") and not _NEW_YEAR.search(html)):
        return None  # it fills up a bare year so
    moment = read_date(day, timezone, now).moment
    return to_text(moment) if moment else None
