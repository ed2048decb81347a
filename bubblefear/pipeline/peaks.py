"""The index's highest sessions, each with the story and the channel that dominate it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.pipeline.alert_rules import judge, parse
from bubblefear.pipeline.chosen_vintage import choose
from bubblefear.pipeline.explain import LAST, chosen_point, explain_points
from bubblefear.store import points
from models.account.peaks import peaks as tops

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bubblefear.config import Settings
    from bubblefear.pipeline.chosen_vintage import Vintage
    from bubblefear.pipeline.explain import Counted
    from bubblefear.store.points import Point
    from models.account.explain import Moved


@dataclass(frozen=True)
class Peak:
    """A session that is the highest of its surroundings.

    Attributes:
        point: Its value and band.
        z: Distance from the mean of the 60 sessions before, in their standard deviations, as in
            ``alert_rules``; None where they are too few or all the same.
        story: The story with most points; None where the value is 0.
        channel: The channel with most points, likewise.
        provisional: Whether the session had not closed.
    """

    point: Point
    z: float | None
    story: Moved[Counted] | None
    channel: Moved[Counted] | None
    provisional: bool

    def share(self, row: Moved[Counted] | None) -> float | None:
        """A row's share of the level, 0-1."""
        return row.points / self.point.value if row and self.point.value else None


@dataclass(frozen=True)
class Peaks:
    """The peaks of a vintage, highest first; none where no session is above its surroundings."""

    vintage: Vintage
    found: tuple[Peak, ...]


def peaks(
    conn: sqlite3.Connection,
    settings: Settings,
    *,
    top: int = 10,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
) -> Peaks:
    """The highest sessions of ``total``, one for each episode.

    Args:
        conn: The database, its index up to date.
        settings: Whose version.
        top: How many at most.
        since: First session that is shown; surroundings reach beyond it.
        until: Last session that is shown, likewise.
        as_of: As known at this instant (UTC text); default: as known now.

    Raises:
        NothingToDo: there is no vintage, no value in it, or no account.
    """
    vintage = choose(conn, settings, as_of)
    series = points.read(conn, vintage.version, vintage.instant)
    chosen_point(series, LAST)
    inside = [
        point
        for point in tops(series, len(series))
        if (since or "") <= point.date <= (until or "9999")
    ]
    highest = sorted(inside, key=lambda point: (-(point.value or 0.0), point.date))[:top]
    return Peaks(vintage, tuple(_peak(conn, vintage, series, point) for point in highest))


def z_score(series: Sequence[Point], point: Point) -> float | None:
    """How far a value is from what was usual before it: the z of an alert on that session."""
    seen = [other for other in series if other.date <= point.date]
    judged = judge(parse("z>0"), seen, None)
    return judged.z if judged else None


def _peak(
    conn: sqlite3.Connection, vintage: Vintage, series: Sequence[Point], point: Point
) -> Peak:
    found = explain_points(conn, vintage, point, None)
    return Peak(
        point,
        z_score(series, point),
        next(iter(found.stories), None),
        next(iter(found.by["channel"]), None),
        found.provisional,
    )
