"""Which sessions a build must read again: those that are open, and those that changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.store import articles, cells, counters, points, snapshot

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from bubblefear.pipeline.computing import Work


@dataclass(frozen=True)
class Stale:
    """What must be read, and what of the last vintage stays.

    Attributes:
        dates: The sessions to be read.
        ids: Their articles, and those of other sessions in the same stories: novelty counts them.
        constants: Of the last vintage.
        bands: Ends of the band by series and session, as of the last vintage.
    """

    dates: frozenset[str]
    ids: tuple[str, ...]
    constants: Mapping[str, Any]
    bands: Mapping[tuple[str, str], tuple[float | None, float | None]]


def stale_sessions(conn: sqlite3.Connection, work: Work) -> Stale | None:
    """What changed since the last build of the same specification.

    Returns:
        None where everything must be read: there is no such build, or its base window was not
        complete, so that every session may change with the constants.
    """
    version = work.settings.index_version
    last = counters.last_build(conn, version)
    vintage = points.vintage_at(conn, version)
    if last is None or vintage is None or last.specification != work.settings.specification:
        return None
    if work.wanted.as_of < last.instant or not cells.any_kept(conn, work.recipe):
        return None
    constants = json.loads(points.constants(conn, version, vintage))
    if not constants.get("base", {}).get("complete") or not constants.get("factor"):
        return None
    ends = _closes(conn, work)
    # One state of the file: what is restored from the archive meanwhile is not missed.
    with snapshot(conn):
        dates = _open(ends, last.instant) | _touched(ends, cells.touched_since(conn, last.count))
        inside, mates = articles.in_spans(conn, _spans(ends, dates), work.wanted.as_of)
        later = _later_mates(ends, dates, mates)
        if later:
            # A copy that was found late in an old session makes the copies after it less new.
            dates |= later
            inside, mates = articles.in_spans(conn, _spans(ends, dates), work.wanted.as_of)
    kept = points.read(conn, version, vintage, None)
    return Stale(
        frozenset(dates),
        (*inside, *(article for article, _ in mates)),
        constants,
        {(p.series, p.date): (p.lo, p.hi) for p in kept},
    )


def _closes(conn: sqlite3.Connection, work: Work) -> pd.Series:
    """Every session from before the first entry to after now, and its close as UTC text."""
    from models.sessions import closes

    first = articles.first_seen(conn) or work.wanted.as_of
    around = closes(_shifted(first, -14), _shifted(work.wanted.as_of, 14))
    texts: pd.Series = around.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return texts


def _shifted(instant: str, days: int) -> str:
    from datetime import datetime, timedelta

    # Fourteen days are longer than any closure of the exchange.
    return f"{datetime.fromisoformat(instant) + timedelta(days=days):%Y-%m-%d}"


def _open(ends: pd.Series, instant: str) -> set[str]:
    """Sessions that were not over at an instant, by their dates."""
    return {str(date) for date in ends.index[ends.to_numpy() > instant]}


def _touched(ends: pd.Series, hours: Iterable[str]) -> set[str]:
    """Sessions that an hour belongs to: its first second may be the close of one."""
    instants = [f"{hour}:{minute}Z" for hour in hours for minute in ("00:00", "59:59")]
    return {_session(ends, instant) for instant in instants}


def _session(ends: pd.Series, instant: str) -> str:
    place = min(int(ends.searchsorted(instant, side="left")), len(ends) - 1)
    return str(ends.index[place])


def _spans(ends: pd.Series, dates: set[str]) -> list[tuple[str, str]]:
    """From the close before to the close of each session, in order."""
    before = dict(zip(ends.index[1:], ends.iloc[:-1], strict=True))
    return [(str(before.get(date, "")), str(ends[date])) for date in sorted(dates)]


def _later_mates(ends: pd.Series, dates: set[str], mates: Iterable[tuple[str, str]]) -> set[str]:
    earliest = min(dates)
    found = {_session(ends, seen) for _, seen in mates}
    return {date for date in found if date > earliest} - dates
