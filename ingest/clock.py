"""Between datetimes and the UTC text that records carry."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """`2025-12-11T21:00:00Z` of an aware datetime; fractions of a second are cut.

    Raises:
        ValueError: if the datetime is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a naive datetime has no place here: {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The aware UTC datetime of `2025-12-11T21:00:00Z`.

    Raises:
        ValueError: if the text is not of that form.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"not a UTC time: {text!r}")
    return moment.astimezone(UTC)


def system_now() -> str:
    """The present moment: the one clock, passed in from outside."""
    return to_text(datetime.now(UTC))
