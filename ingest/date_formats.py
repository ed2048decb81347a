"""The date formats that feeds, pages and files are seen to use, as patterns.

A pattern must match the whole string: what is left over would be a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s*)?"
_MONTH = r"(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_TIME = r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,:]\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
_OFFSET = r"(?:GMT|UTC)?(?P<off>[+-]\d{1,2}:?\d{2}|[+-]\d{1,2})"
_ZONE = rf"(?:\s*\(?(?:{_OFFSET}|(?P<zone>[a-z]{{1,5}}))\)?)?"
# "+0800 (CST)": the offset is what counts.
_COMMENT = r"(?:\s*\([^)]*\))?"

_CHINESE_HALF = r"(?P<cnhalf>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚间|晚間|晚)?"
_CHINESE_MINUTES = r"(?P<mi>\d{1,2})(?:[:分]\s*(?:(?P<s>\d{1,2})秒?)?)?"
_CHINESE_TIME = rf"(?:(?P<h>\d{{1,2}})(?::|时|時|点|點)\s*(?:{_CHINESE_MINUTES})?)?"
_WEEKDAY_CN = r"(?:\s*\(?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]\)?)?"
_US_ORDER = r"(?P<mo>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])"
_DAY_FIRST = r"(?P<d2>1[3-9]|2\d|3[01])/(?P<mo2>0?[1-9]|1[0-2])"
_EITHER_ORDER = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?!\d)")
_RELATIVE = re.compile(
    r"(?:昨天|今天|前天|昨日|今日|刚刚|剛剛|yesterday|today|just now)|"
    r"(?:\d+|an?)\s*(?:秒|分|小时|小時|天|周|週|个月|個月|(?:sec|min|hour|hr|day|week|month)\w*)"
    r"\S*\s*(?:前|ago)",
    re.IGNORECASE,
)

_PATTERNS = tuple(
    re.compile(pattern + r"\Z", re.IGNORECASE)
    for pattern in (
        # ISO 8601 and its relatives: 2025-12-11T21:00:00+08:00, 2016/6/29 15:07:41, 2025.12.11
        r"(?P<y>\d{4})(?P<sep>[-/.])(?P<mo>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
        rf"(?:(?:\s*T\s*|,?\s+){_TIME}{_ZONE}{_COMMENT})?",
        # Compact: 20251211, 20251211T210000Z, 20251211210000
        r"(?P<y>(?:19|20)\d\d)(?P<mo>\d\d)(?P<d>\d\d)"
        rf"(?:[T ]?(?P<h>\d\d):?(?P<mi>\d\d)(?::?(?P<s>\d\d))?(?P<half>){_ZONE})?",
        # RFC 822: Thu, 11 Dec 2025 21:00:00 GMT, also without weekday or seconds, or with dashes
        rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<y>\d{{4}}|\d{{2}})"
        rf"(?:(?:,|\s+at)?\s+{_TIME}{_ZONE}{_COMMENT})?",
        # US: Dec 11, 2025 9:00 PM EST
        rf"{_WEEKDAY}{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})"
        rf"(?:(?:,|\s+at)?\s+{_TIME}{_ZONE}{_COMMENT})?",
        # asctime: Thu Dec 11 21:00:00 GMT 2025
        rf"{_WEEKDAY}{_MONTH}\s+(?P<d>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<y>\d{{4}})",
        # Chinese: 2026年11月20日 星期五 下午 3:05, 2025年12月11日 21时05分, 民國114年12月11日
        rf"{_WEEKDAY_CN}\s*(?:(?P<y>\d{{4}})|(?:中[華华]民[國国]|民[國国])\s*(?P<roc>\d{{1,3}}))"
        r"\s*年\s*(?P<mo>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号號]?"
        rf"{_WEEKDAY_CN}\s*{_CHINESE_HALF}\s*{_CHINESE_TIME}{_ZONE}",
        # 2025/12/11 下午 03:05
        r"(?P<y>\d{4})(?P<sep>[-/.])(?P<mo>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
        rf"{_WEEKDAY_CN}\s+{_CHINESE_HALF}\s*{_CHINESE_TIME}{_ZONE}",
        # 12/31/2025 and 31/12/2025: one of the two is no month (see `unreadable`)
        rf"(?:{_US_ORDER}|{_DAY_FIRST})/(?P<y>\d{{4}})(?:,?\s+{_TIME}{_ZONE}{_COMMENT})?",
    )
)
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?\Z|(\d{12,13})\Z")
_WIDEST_OFFSET = timedelta(hours=14)  # Kiribati
_EVENING = ("傍晚", "晚上", "晚间", "晚間", "晚")
_AFTERNOON = ("下午", *_EVENING)
_MORNING = ("凌晨", "清晨", "早上", "上午")
_ROC_EPOCH = 1911  # 民國 1 is 1912


@dataclass(frozen=True)
class Parts:
    """What a date string says: clock time, and either an offset, a zone's name, or neither."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    offset: timedelta | None
    zone: str | None
    day_only: bool


def match(text: str) -> Parts | None:
    """Read a date string (NFKC, single spaces) by the first pattern that fits it wholly."""
    epoch = _EPOCH.match(text)
    if epoch:
        return _from_epoch(int(epoch[1] or epoch[2]) // (1 if epoch[1] else 1000))
    for pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            return _parts(found, text)
    return None


def unreadable(text: str) -> str:
    """Why a string that no pattern fits is not read."""
    if _EITHER_ORDER.match(text):
        return f"day or month first, and nothing tells which: {text[:60]!r}"
    if _RELATIVE.match(text):
        return f"relative to a present that is not known: {text[:60]!r}"
    return f"unknown date format: {text[:60]!r}"


def _from_epoch(seconds: int) -> Parts:
    moment = datetime.fromtimestamp(seconds, UTC)
    clock = (moment.hour, moment.minute, moment.second)
    return Parts(moment.year, moment.month, moment.day, *clock, timedelta(0), None, False)


def _parts(found: re.Match[str], text: str) -> Parts:
    groups = found.groupdict()
    month = groups.get("mo") or groups.get("mo2")
    number = int(month) if month else _MONTHS.index(groups["mon"].lower()) + 1
    given_hour = groups.get("h")
    return Parts(
        year=_year(groups["y"]) if groups["y"] else _ROC_EPOCH + int(groups["roc"]),
        month=number,
        day=int(groups["d"] or groups["d2"]),
        hour=_hour(int(given_hour or 0), groups.get("half"), groups.get("cnhalf")),
        minute=int(groups.get("mi") or 0),
        second=int(groups.get("s") or 0),
        offset=_offset(groups.get("off"), text),
        zone=groups.get("zone"),
        day_only=given_hour is None,
    )


def _year(text: str) -> int:
    # RFC 2822, section 4.3: two digits, 00-49 are this century's.
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _hour(hour: int, half: str | None, chinese: str | None) -> int:
    afternoon = (half or "").lower() == "p" or chinese in _AFTERNOON
    if afternoon and hour < 12:
        return hour + 12
    if chinese == "中午" and hour < 4:  # 中午1点 is 13:00, 中午11点 is 11:00
        return hour + 12
    if hour == 12 and chinese in _EVENING:
        raise ValueError("twelve in the evening is midnight, of which day it does not say")
    midnight = hour == 12 and ((half or "").lower() == "a" or chinese in _MORNING)
    return 0 if midnight else hour


def _offset(text: str | None, whole: str) -> timedelta | None:
    if text is None:
        return None
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    delta = timedelta(hours=int(hours), minutes=int(minutes))
    if delta > _WIDEST_OFFSET:
        raise ValueError(f"no such offset: {whole}")
    return -delta if text[0] == "-" else delta
