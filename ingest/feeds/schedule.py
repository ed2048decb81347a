"""How often a feed is worth asking: so often that no item slips through between two polls.

A feed shows its newest items and forgets the rest. What matters is therefore not how often
something new comes but how soon all that it shows has been replaced. A feed is asked when about a
quarter of its items has been; the fastest that it was lately decides. Entry-frequency scheduling as
in miniflux asks once for every new item instead: for 20 items an hour that is every 3 minutes,
although a feed that shows 100 items loses nothing within 5 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.clock import from_text, to_text

SHORTEST = 15
LONGEST = 24 * 60
SAFETY = 4
DAYS = 7
_BACK_OFF = 1.5
# Beyond twice the rhythm half of a feed's items could be replaced unseen.
_MOST_BACK_OFF = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """When a feed is asked next.

    Attributes:
        rhythm: minutes in which a quarter of its items is replaced; `None` = never seen any.
        interval: minutes from this poll to the next.
        due: UTC text, not asked before.
    """

    rhythm: int | None
    interval: int
    due: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the polls of the last days gave, this one left out.

    Attributes:
        since: when the first of them was made, UTC text; `None` = there was none.
        new: items that were new in them, the first of them left out: it found a feed's past.
    """

    since: str | None = None
    new: int = 0


def rhythm(published: Sequence[str | None], heard: Heard, new: int, now: str) -> int | None:
    """Minutes in which a quarter of a feed's items is replaced.

    Args:
        published: when the items of a whole answer were published, UTC text, in any order.
        heard: the polls of the last days.
        new: items of this answer that are new to us.
        now: the time of the answer, UTC text.

    Returns:
        Whole minutes from 15 to 1,440; `None` for an answer without items. The faster of what the
        dates say and of what our polls saw counts, since publishers' dates can be wrong or missing.
    """
    if not published:
        return None
    moment = from_text(now)
    paces = [_dated_pace(published, moment), _polled_pace(heard, new, moment)]
    known = [pace for pace in paces if pace is not None]
    if not known:
        return _within(60) if not any(published) else LONGEST
    return _within(min(known) * len(published) / SAFETY)


def after_answer(
    known: int | None, previous: int | None, *, new: int, saturated: bool, now: str
) -> Plan:
    """The plan after an answer that could be read, or "not modified".

    Args:
        known: the feed's rhythm in minutes.
        previous: minutes that were waited for this answer.
        new: items that were new.
        saturated: nothing of the answer had been seen before.
        now: the time of the answer, UTC text.
    """
    base = _within(known if known is not None else 60)
    interval = base
    if saturated:
        interval = _within(min(base, (previous or base) / 2))
    elif new == 0:
        interval = _within(max(base, min((previous or base) * _BACK_OFF, base * _MOST_BACK_OFF)))
    return Plan(known, interval, _later(now, interval))


def after_failure(known: int | None, failures: int, *, now: str, wait: float | None = None) -> Plan:
    """The plan after a poll that failed: twice as long each time, up to a day.

    Args:
        known: the feed's rhythm in minutes.
        failures: polls that failed one after another, this one included.
        now: the time of the failure, UTC text.
        wait: seconds that the server asked us to wait.
    """
    base = _within(known if known is not None else 60)
    doubled = base * 2 ** min(max(failures - 1, 0), 10)
    interval = _within(max(doubled, (wait or 0.0) / 60))
    return Plan(known, interval, _later(now, interval))


def _dated_pace(published: Sequence[str | None], now: datetime) -> float | None:
    """Minutes for each item by their dates within the last week; the newer half may be faster."""
    first = now - timedelta(days=DAYS)
    dated = (from_text(text) for text in published if text)
    recent = sorted(moment for moment in dated if first <= moment <= now)
    if len(recent) < 2:
        return None
    newer = recent[len(recent) // 2 :]
    return min(_minutes(now - part[0]) / len(part) for part in (recent, newer))


def _polled_pace(heard: Heard, new: int, now: datetime) -> float | None:
    """Minutes for each item that polls found new, from the first poll of the week on."""
    if heard.since is None or not heard.new + new:
        return None
    return _minutes(now - from_text(heard.since)) / (heard.new + new)


def _minutes(span: timedelta) -> float:
    """Never under one, so that a feed whose items all say "now" has a pace."""
    return max(1.0, span.total_seconds() / 60)


def _within(minutes: float) -> int:
    return round(min(max(minutes, SHORTEST), LONGEST))


def _later(now: str, minutes: int) -> str:
    return to_text(from_text(now) + timedelta(minutes=minutes))
