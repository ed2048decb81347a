"""Sessions -> weeks and months: means of the sessions that have a value."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any, Final

SESSION, WEEK, MONTH = "session", "week", "month"
FREQUENCIES: Final = (SESSION, WEEK, MONTH)
_FRIDAY: Final = 4


def label(session: str, frequency: str) -> str:
    """The name of a session's period: its own, its week's Monday, or ``YYYY-MM``."""
    if frequency == MONTH:
        return session[:7]
    if frequency == WEEK:
        day = date.fromisoformat(session)
        return str(day - timedelta(days=day.weekday()))
    return session


def last_weekday(period: str) -> str:
    """The last Monday-to-Friday of a week (named by its Monday) or of a month."""
    if len(period) == len("2025-11"):
        year, month = int(period[:4]), int(period[5:])
        end = date(year, month, calendar.monthrange(year, month)[1])
        return str(end - timedelta(days=max(0, end.weekday() - _FRIDAY)))
    return str(date.fromisoformat(period) + timedelta(days=_FRIDAY))


def aggregated(rows: list[dict[str, Any]], frequency: str, as_of: str) -> list[dict[str, Any]]:
    """Rows of sessions -> rows of weeks or months.

    ``value`` is the mean of the sessions that have one, ``n`` the sum of the articles. The moving
    means and the band are left missing: the mean of daily bands is no band of a mean. A period is
    provisional until its last weekday has a final session, or has passed (a Friday may be a
    holiday).

    Args:
        rows: Of sessions, by series and date.
        frequency: ``week`` or ``month``.
        as_of: The instant (UTC text) that the rows stand for.
    """
    final = max((row["date"] for row in rows if not row["provisional"]), default="")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["series"], label(row["date"], frequency)), []).append(row)
    return [_mean(own, period, final, as_of) for (_, period), own in groups.items()]


def _mean(own: list[dict[str, Any]], period: str, final: str, as_of: str) -> dict[str, Any]:
    known = [row["value"] for row in own if row["value"] is not None]
    end = last_weekday(period)
    return own[0] | {
        "date": period,
        "value": round(sum(known) / len(known), 6) if known else None,
        "ma7": None,
        "ma30": None,
        "lo": None,
        "hi": None,
        "n": sum(row["n"] for row in own),
        "provisional": any(row["provisional"] for row in own)
        or (final < end and as_of[:10] <= end),
    }
