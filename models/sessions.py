"""New York sessions: to which trading day an instant belongs.

News belongs to session *t* when it was first seen at or before the close of *t* (16:00 New York,
13:00 on half days) and after the close before it. So Friday 16:00:01 is Monday's news, and on
28 November 2025 (the half day after Thanksgiving) 13:30 is already the next Monday's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from models.errors import ModelError

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd

CALENDAR = "XNYS"
FIRST_YEAR = 1980
LAST_YEAR = 2099


def check_day(field: str, value: str | None) -> None:
    """Refuse a bound that is no day: as text it would compare with sessions all the same.

    Raises:
        ModelError: `value` is neither None nor a date as `YYYY-MM-DD`.
    """
    import datetime as dt

    try:
        readable = value is None or dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        readable = False
    if not readable:
        raise ModelError(f"{field} must be a day such as 2025-08-01, not {value!r}")


@lru_cache(maxsize=8)
def _calendar_closes(first_year: int, last_year: int) -> pd.Series:
    """Session ('YYYY-MM-DD') -> close (UTC, nanoseconds) from `first_year` on.

    The bounds are given because the library's own end one year after *today*: the same article
    would then have a session or none depending on the day of the run.
    """
    import exchange_calendars
    import pandas as pd

    calendar = exchange_calendars.get_calendar(
        CALENDAR, start=f"{first_year}-01-01", end=f"{last_year + 1}-01-31"
    )
    closes = calendar.closes
    return pd.Series(
        pd.DatetimeIndex(closes).as_unit("ns"),
        index=pd.Index(closes.index.strftime("%Y-%m-%d"), name="session"),
        name="close",
    )


def _covering(first: dt.datetime, last: dt.datetime) -> pd.Series:
    """Closes of the whole decades around two instants (decades, so that calls share a cache)."""
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        outside = first if first.year < FIRST_YEAR else last
        raise ModelError(
            f"{outside:%Y-%m-%d} is outside the trading calendar ({FIRST_YEAR} to {LAST_YEAR})"
        )
    return _calendar_closes(first.year // 10 * 10, last.year // 10 * 10 + 9)


def _nanoseconds(instants: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """UTC instants as integers, whatever their resolution (a parsed file gives seconds)."""
    return instants.to_numpy(dtype="datetime64[ns]").astype("int64")


def session_of(first_seen: pd.Series) -> pd.Series:
    """The session each instant belongs to.

    Args:
        first_seen: timezone-aware timestamps; missing ones stay missing.

    Returns:
        Text `YYYY-MM-DD` (New York dates) on the same index, missing where the input is.

    Raises:
        ModelError: the timestamps have no time zone, or lie outside the calendar.
    """
    import numpy as np
    import pandas as pd

    if not isinstance(first_seen.dtype, pd.DatetimeTZDtype):
        raise ModelError(f"sessions need timestamps with a time zone, not {first_seen.dtype}")
    known = first_seen.notna().to_numpy()
    sessions = np.full(len(first_seen), None, dtype=object)
    if known.any():
        instants = first_seen[known].dt.tz_convert("UTC")
        closes = _covering(instants.min(), instants.max())
        # side="left": an instant equal to a close belongs to that close's session.
        place = np.searchsorted(_nanoseconds(closes), _nanoseconds(instants), side="left")
        sessions[known] = closes.index.to_numpy(dtype=object)[place]
    return pd.Series(sessions, index=first_seen.index, name="session", dtype="str")


def positions(first_seen: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """The session of each instant as a position in the list of sessions between them.

    Args:
        first_seen: timezone-aware timestamps, none missing and at least one.

    Returns:
        Integers, shape (instants,), and every session from the first to the last of theirs
        (`YYYY-MM-DD`).

    Raises:
        ModelError: an instant lies outside the calendar.
    """
    import numpy as np

    instants = first_seen.dt.tz_convert("UTC")
    closes = _covering(instants.min(), instants.max())
    # side="left": an instant equal to a close belongs to that close's session.
    place = np.searchsorted(_nanoseconds(closes), _nanoseconds(instants), side="left")
    first, last = int(place.min()), int(place.max())
    return place - first, closes.index[first : last + 1]


def closes(start: str, end: str) -> pd.Series:
    """The sessions from `start` to `end` (both `YYYY-MM-DD`, both included) and their UTC closes.

    Raises:
        ModelError: a date cannot be read or lies outside the calendar.
    """
    import pandas as pd

    try:
        first, last = pd.Timestamp(start), pd.Timestamp(end)
    except ValueError as error:
        raise ModelError(f"not a date: {error}") from error
    if pd.isna(first) or pd.isna(last):
        raise ModelError("closes need a first and a last date")
    if last < first:
        raise ModelError(f"the last date {end} lies before the first {start}")
    every = _covering(first, last)
    inside = (every.index >= f"{first:%Y-%m-%d}") & (every.index <= f"{last:%Y-%m-%d}")
    return every[inside]
