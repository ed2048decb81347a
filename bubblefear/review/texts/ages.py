"""How long ago an instant was, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_STEPS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"))


def age(then: str, now: str) -> str:
    """From one instant (UTC text) to another, such as ``3 hours ago``.

    A clock that was set back makes the past later than the present: that is ``just now`` too.
    """
    seconds = elapsed(then, now).total_seconds()
    for length, name in _STEPS:
        count = int(seconds // length)
        if count > 0:
            return f"{count:,} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def elapsed(then: str, now: str) -> timedelta:
    """From one instant (UTC text) to another; negative where it is later."""
    return datetime.fromisoformat(now) - datetime.fromisoformat(then)
