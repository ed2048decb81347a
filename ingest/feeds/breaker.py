"""The circuit breaker: a host of which nothing answers is left alone for a while.

Three rounds one after another in which nothing of a host answered close it for an hour; each
further one doubles that, up to a day. When the time is over it is asked again, and one answer opens
it. A host that says itself when to come back ("429 Too Many Requests", "503", with `Retry-After`)
is left alone until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from ingest.clock import from_text, to_text

ROUNDS = 3
_HOURS = 1
_MOST_HOURS = 24
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SILENT = ("feed.connection", "feed.timeout")
_TOO_MANY = 429
_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class HostState:
    """A host that did not answer lately.

    Attributes:
        host: as `host_key` names it.
        failures: rounds in which nothing of it answered, one after another.
        closed_until: not asked before, UTC text; `None` = may be asked.
        reason: the last failure.
        since: the first failure of the row of them, UTC text.
    """

    host: str
    failures: int
    closed_until: str | None
    reason: str
    since: str

    def is_closed(self, now: str) -> bool:
        """Is it left alone at this time."""
        return self.closed_until is not None and now < self.closed_until


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request of a round came to; `code` and `reason` are `None` where it was fine."""

    status: int | None
    code: str | None
    reason: str | None = None


def host_key(url: str) -> str:
    """Lower-case host of an address, with the port where it is not the usual one; "" if none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    usual = port is None or port == _DEFAULT_PORTS.get(parts.scheme.lower())
    return host if usual else f"{host}:{port}"


def is_silence(answer: Answer) -> bool:
    """Did the host fail to answer: no connection, no answer in time, 5xx or 429.

    A page that is gone (404) or forbidden (403), or one that is no feed, is an answer.
    """
    if answer.status is not None:
        return answer.status == _TOO_MANY or 500 <= answer.status <= 599
    return answer.code in _SILENT


def asks_for_patience(status: int | None, retry_after: float | None) -> bool:
    """Does an answer speak of the whole host: "too many requests", or "unavailable until then"."""
    return status == _TOO_MANY or (status == _UNAVAILABLE and bool(retry_after))


def after_round(
    state: HostState | None,
    host: str,
    answers: Iterable[Answer],
    now: str,
    *,
    named_a_time: bool = False,
) -> HostState | None:
    """A host's state after a round; `None` = it answered, and nothing is kept of it.

    Args:
        state: of the round before.
        host: as `host_key` names it.
        answers: of this round, one for each of its addresses that was asked, at least one.
        now: UTC text.
        named_a_time: it did so in this round, which counts although it answered before.
    """
    found = list(answers)
    if not all(is_silence(answer) for answer in found):
        if state is None or not (named_a_time and state.is_closed(now)):
            return None
        return replace(state, failures=0)
    reason = next((answer.reason for answer in reversed(found) if answer.reason), "no answer")
    failures = 1 + (state.failures if state else 0)
    since = state.since if state else now
    if state is not None and state.is_closed(now):  # it named a time itself
        return HostState(host, failures, state.closed_until, reason, since)
    if failures < ROUNDS:
        return HostState(host, failures, None, reason, since)
    hours = min(_HOURS * 2 ** min(failures - ROUNDS, 10), _MOST_HOURS)
    until = to_text(from_text(now) + timedelta(hours=hours))
    return HostState(host, failures, until, reason, since)


def told_to_wait(
    state: HostState | None, host: str, seconds: float, reason: str, now: str
) -> HostState:
    """A host's state after it said when to come back; a day is the longest that is believed."""
    wait = timedelta(seconds=min(seconds, _MOST_HOURS * 3600))
    until = to_text(from_text(now) + wait)
    failures, since = (state.failures, state.since) if state else (0, now)
    return HostState(host, failures, until, reason, since)
