"""Which news belongs to a date: from after the previous New York close to that day's close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

# Longer than any closure of the exchange, holidays and emergencies together.
_REACH = timedelta(days=14)


@dataclass(frozen=True)
class Window:
    """Instants of a session: first seen in ``(after, until]``, UTC text."""

    date: str
    after: str
    until: str


@lru_cache(maxsize=4096)
def window(day: str) -> Window | None:
    """The window of a session; ``None`` where the date is no trading day or no date at all."""
    closes = _closes_around(day)
    dates = [session for session, _ in closes]
    if day not in dates or dates.index(day) == 0:
        return None
    place = dates.index(day)
    return Window(day, closes[place - 1][1], closes[place][1])


def next_session(day: str) -> str | None:
    """The first trading day after a date, to which a weekend's news belongs."""
    return next((session for session, _ in _closes_around(day) if session > day), None)


def session_of(instant: str) -> str | None:
    """The session that an instant (UTC text) belongs to: the first that closes at or after it.

    ``None`` where the trading calendar does not reach.
    """
    closes = _closes_around(instant[:10])
    return next((session for session, close in closes if close >= instant), None)


def _closes_around(day: str) -> list[tuple[str, str]]:
    from models.errors import ModelError
    from models.sessions import closes

    try:
        middle = date.fromisoformat(day)
        found = closes(str(middle - _REACH), str(middle + _REACH))
    except (ValueError, OverflowError, ModelError):
        return []
    return [(str(session), f"{close:%Y-%m-%dT%H:%M:%SZ}") for session, close in found.items()]


def session_start(day: str | None) -> str | None:
    """SQL function: the close before a session, after which its news begins."""
    found = window(day) if isinstance(day, str) else None
    return found.after if found else None


def session_end(day: str | None) -> str | None:
    """SQL function: a session's close, at which its news ends."""
    found = window(day) if isinstance(day, str) else None
    return found.until if found else None
