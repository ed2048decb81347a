"""How well each feed is: from one trial poll (``feeds check``) or from what is stored (``doctor``).

A finding needs grounds. Without dates nothing is called stale; without three answers in thirty
days there is no usual number of items to be below of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from bubblefear.instants import days_before
from bubblefear.pipeline.remedies import remedy
from bubblefear.store import entries, feeds, polling

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ingest.feeds.poll import PollOutcome

STALE_DAYS: Final = 7
STALE_INTERVALS: Final = 10
YIELD_DAYS: Final = 30
YIELD_POLLS: Final = 3
YIELD_SHARE: Final = 0.5
TROUBLE_SHARE: Final = 0.2


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a feed or worth a look."""

    url: str
    state: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Shares:
    """Of the items of one answer: with a date that was not believed, without a title, doubled."""

    dates: float
    titles: float
    doubled: float


def of_poll(conn: sqlite3.Connection, outcome: PollOutcome) -> list[Finding]:
    """What a trial poll shows, with what is stored of the feed beside it."""
    url = outcome.feed.url
    if outcome.failure is not None or outcome.poll.error is not None:
        return [_failing(url, outcome.poll.error or "")]
    state = polling.state(conn, url)
    moment = outcome.poll.polled_at
    known, _ = polling.usual_items(conn, url, days_before(moment, YIELD_DAYS))
    found = [
        _moved(url, outcome.moved_to or (state.address if state else None)),
        _stale(url, _newest(outcome), state.interval_minutes if state else None, moment),
        _saturated(conn, outcome),
        _thin(url, known, len(outcome.entries)),
        *_troubled(url, shares(outcome)),
    ]
    return [finding for finding in found if finding is not None]


def of_store(conn: sqlite3.Connection, now: str) -> list[Finding]:
    """What the polls so far show of every feed that is polled; nothing is asked."""
    from ingest.feeds.breaker import host_key

    hosts = polling.hosts(conn)
    found: list[Finding] = []
    for row in feeds.listed(conn):
        host = hosts.get(host_key(row.asked_at))
        alone = _left_alone(row.url, host, now)
        found += [alone] if alone else _of_row(conn, row, now)
    return found


def shares(outcome: PollOutcome) -> Shares:
    """How many of an answer's items are in trouble, from 0 to 1."""
    codes = Counter(problem.code for problem in outcome.problems)
    titles = Counter(entry.title for entry in outcome.entries)
    doubled = sum(number - 1 for number in titles.values())
    total = max(1, len(outcome.entries))
    return Shares(codes["entry.date"] / total, codes["entry.empty_title"] / total, doubled / total)


def _of_row(conn: sqlite3.Connection, row: feeds.FeedRow, now: str) -> list[Finding]:
    if row.last_error:
        since = f" (since {row.failing_since}, {row.failures} polls)" if row.failures > 1 else ""
        return [_failing(row.url, row.last_error + since)]
    counts, last = polling.usual_items(conn, row.url, days_before(now, YIELD_DAYS))
    found = [
        _moved(row.url, row.address),
        _stale(row.url, polling.last_new(conn, row.url), row.interval_minutes, now),
        _finding(row.url, "saturated", "no item of its last poll was there before")
        if row.last_saturated
        else None,
        _thin(row.url, counts, last) if last is not None else None,
    ]
    return [finding for finding in found if finding is not None]


def _finding(url: str, state: str, why: str) -> Finding:
    return Finding(url, state, why, remedy(state))


def _failing(url: str, error: str) -> Finding:
    code = error.partition(": ")[0]
    return Finding(url, "failing", error, remedy(code))


def _left_alone(url: str, host: polling.HostRow | None, now: str) -> Finding | None:
    if host is None or host.closed_until is None or host.closed_until <= now:
        return None
    rounds = f"{host.failures} rounds without an answer" if host.failures else "it asked for that"
    why = f"{host.host} until {host.closed_until}: {rounds} since {host.since}; {host.reason}"
    return _finding(url, "left alone", why)


def _moved(url: str, address: str | None) -> Finding | None:
    return _finding(url, "moved", f"to {address}") if address and address != url else None


def _newest(outcome: PollOutcome) -> str | None:
    return max((e.published_at for e in outcome.entries if e.published_at), default=None)


def _stale(url: str, newest: str | None, interval: int | None, now: str) -> Finding | None:
    if newest is None:
        return None
    minutes = max(STALE_DAYS * 24 * 60, STALE_INTERVALS * (interval or 0))
    limit = datetime.fromisoformat(now) - timedelta(minutes=minutes)
    if datetime.fromisoformat(newest) >= limit:
        return None
    return _finding(url, "stale", f"nothing new since {newest}")


def _saturated(conn: sqlite3.Connection, outcome: PollOutcome) -> Finding | None:
    """Nothing of the answer is stored although the feed was read before."""
    last = polling.last_new(conn, outcome.feed.url)
    keys = [entry.key for entry in outcome.entries]
    if last is None or not keys or entries.existing(conn, keys):
        return None
    why = f"none of its {len(keys)} items is stored, though it was read at {last}"
    return _finding(outcome.feed.url, "saturated", why)


def _thin(url: str, counts: Sequence[int], items: int) -> Finding | None:
    if len(counts) < YIELD_POLLS:
        return None
    usual = median(counts)
    if items >= YIELD_SHARE * usual:
        return None
    why = f"{items} items; {usual:g} is usual in its polls of {YIELD_DAYS} days"
    return _finding(url, "thin", why)


def _troubled(url: str, found: Shares) -> list[Finding | None]:
    told = (
        ("dates", found.dates, "of its items have a date that was not believed"),
        ("titles", found.titles, "of its items have no title"),
        ("doubled", found.doubled, "of its items repeat another's title"),
    )
    return [
        _finding(url, state, f"{share:.0%} {what}") if share > TROUBLE_SHARE else None
        for state, share, what in told
    ]
