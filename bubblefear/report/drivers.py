"""Which stories drive a session, wherever that is said: in a chart, a feed, an alert, a page."""

from __future__ import annotations

from datetime import date as day
from datetime import timedelta
from typing import TYPE_CHECKING

from bubblefear.store import driving_queries

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.store.driving_queries import Driver
    from bubblefear.store.vintage_queries import Provenance

# Longer than any closure of the exchange.
_DAYS = timedelta(days=14)


def drivers(
    conn: sqlite3.Connection,
    origin: Provenance,
    session: str,
    *,
    series: str = "total",
    limit: int = 5,
) -> list[Driver]:
    """The stories behind a session's value, largest first.

    By points of the vintage's account; a vintage without one (an older build, a reconstruction)
    is told by the articles' own scores.
    """
    place = (origin.version, origin.vintage)
    found = driving_queries.of_account(
        conn, place, origin.scorer, session, series=series, limit=limit
    )
    if found is not None or origin.scorer is None:
        return found or []
    after, until = session_window(session)
    window = (after, min(until, origin.as_of))
    return driving_queries.of_scores(conn, origin.scorer, window, series=series, limit=limit)


def session_window(session: str) -> tuple[str, str]:
    """The close before a session and its own close, UTC text."""
    from models.sessions import closes

    found = closes(str(day.fromisoformat(session) - _DAYS), session)
    before, own = (f"{close:%Y-%m-%dT%H:%M:%SZ}" for close in found.iloc[-2:])
    return before, own
