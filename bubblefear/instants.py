"""Instants as they stand in records: UTC text, ``YYYY-MM-DDTHH:MM:SSZ``."""

from __future__ import annotations

from datetime import datetime, timedelta


def compact(instant: str) -> str:
    """The instant for the name of a file: ``20251119T000000Z``."""
    return instant.replace("-", "").replace(":", "")


def days_before(instant: str, days: int) -> str:
    """The instant so many times 24 hours earlier."""
    earlier = datetime.fromisoformat(instant) - timedelta(days=days)
    return earlier.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_after(instant: str, seconds: int) -> str:
    """The instant so many seconds later."""
    later = datetime.fromisoformat(instant) + timedelta(seconds=seconds)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")
