"""Publishers' dates, read from the raw string and believed only when they can be true.

Feed libraries guess: one reads "2016/6/29 15:07:41" as the first of June. Here a format is known
or the date is refused with its reason, and a date in the future, or from before news had feeds,
is not believed. A refused date costs little: `first_seen_at` decides what was known when.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.clock import from_text, to_text
from ingest.date_formats import Parts, match, unreadable

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_LONGEST = 120

_FAST = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")

# RFC 822 names these; every other abbreviation is read only if the source's own zone uses it.
# CST is not among them: for a Chinese source it is China's.
_ABBREVIATIONS = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT"), 0),
    **{"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
}
_CENTRAL_STANDARD = -6


@dataclass(frozen=True)
class ReadDate:
    """A date as read.

    Attributes:
        moment: aware UTC datetime, `None` if refused.
        note: why it was refused, or what had to be assumed.
        day_only: no time of day was given; `moment` is the start of that day in its zone.
    """

    moment: datetime | None
    note: str | None
    day_only: bool = False


def parse_date(raw: str, timezone: str | None, now: str) -> tuple[str | None, str | None]:
    """Read a publisher's date.

    Args:
        raw: the string as published: RFC 822, ISO 8601, `2026年11月20日 09:30`,
            `2016/6/29 15:07:41`, `Dec 11, 2025 4:05 PM`, or seconds since 1970.
        timezone: IANA name for dates without a zone; UTC is assumed, and said, without it.
        now: the present, UTC text; more than a day after it is refused.

    Returns:
        UTC text and a note. The text is `None` where the date is refused; the note then says why,
        else what was assumed, and is `None` when nothing was.
    """
    read = read_date(raw, timezone, now)
    return (to_text(read.moment) if read.moment else None), read.note


def read_date(raw: str, timezone: str | None, now: str | None) -> ReadDate:
    """As `parse_date`, with the moment and whether a time of day was given.

    Args:
        raw: the string as published.
        timezone: IANA name for dates without a zone.
        now: the present, UTC text; `None` = the future cannot be told.
    """
    if _FAST.match(raw):
        try:
            return _plausible(datetime.fromisoformat(raw), None, False, now)
        except ValueError:
            return ReadDate(None, f"no such date: {raw}")
    text = " ".join(unicodedata.normalize("NFKC", raw[:_LONGEST]).split())
    if not text:
        return ReadDate(None, "no date given")
    try:
        parts = match(text)
        if parts is None:
            return ReadDate(None, unreadable(text))
        moment, note = _place(parts, timezone)
    except (ValueError, OverflowError):
        return ReadDate(None, f"no such date: {text[:60]!r}")
    if moment is None:
        return ReadDate(None, note)
    return _plausible(moment, note, parts.day_only, now)


def _plausible(moment: datetime, note: str | None, day_only: bool, now: str | None) -> ReadDate:
    if moment < EARLIEST:
        return ReadDate(None, f"before {EARLIEST.year}: {to_text(moment)}")
    if now is not None and moment > _latest(now):
        return ReadDate(None, f"in the future: {to_text(moment)}, read at {now}")
    return ReadDate(moment, note, day_only)


@lru_cache(maxsize=16)
def _latest(now: str) -> datetime:
    return from_text(now) + _AHEAD


def _place(parts: Parts, name: str | None) -> tuple[datetime | None, str | None]:
    """Put clock time into its zone; `(None, reason)` if the zone cannot be known."""
    clock = _clock_time(parts)
    if parts.offset is not None:
        return clock.replace(tzinfo=timezone(parts.offset)).astimezone(UTC), None
    local = _zone(name)
    if parts.zone is not None:
        zone = _abbreviated(parts.zone, clock, local)
        if zone is None:
            return None, f"unknown time zone {parts.zone!r}"
        return clock.replace(tzinfo=zone).astimezone(UTC), None
    if local is None:
        note = f"unknown time zone {name!r}, read as UTC" if name else "no zone given, read as UTC"
        return clock.replace(tzinfo=UTC), note
    return clock.replace(tzinfo=local).astimezone(UTC), None


def _clock_time(parts: Parts) -> datetime:
    # 24:00 is the next midnight and second 60 a leap second: both are written, neither is a time.
    hour, carry = (0, 1) if parts.hour == 24 and parts.minute == 0 else (parts.hour, 0)
    moment = datetime(parts.year, parts.month, parts.day, hour, parts.minute, min(parts.second, 59))
    return moment + timedelta(days=carry)


def _abbreviated(abbreviation: str, clock: datetime, local: tzinfo | None) -> tzinfo | None:
    wanted = abbreviation.upper()
    if local is not None and clock.replace(tzinfo=local).tzname() == wanted:
        return local
    if wanted in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[wanted]))
    if wanted == "CST" and _may_be_american(local, clock):
        return timezone(timedelta(hours=_CENTRAL_STANDARD))
    return None


def _may_be_american(local: tzinfo | None, clock: datetime) -> bool:
    offset = local.utcoffset(clock) if local is not None else None
    return offset is None or offset < timedelta(0)


@lru_cache(maxsize=64)
def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
