"""What one article adds to the index of its session, or why it adds nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.review import days
from bubblefear.store import accounts, points, report_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bubblefear.store.accounts import Part
    from bubblefear.store.article_queries import Article, ScoreLine


@dataclass(frozen=True)
class Share:
    """An article's part in the total of its session, at the newest vintage.

    Attributes:
        date: The session that its news belongs to; ``None`` outside the trading calendar.
        vintage: ``None`` where there is no index.
        value: The session's value; ``None`` = missing.
        part: Its part; ``None`` where it has none, and ``why`` then says why.
        rank: 1 = it adds most of all the ``counted`` articles.
        counted: How many articles add something.
        instead: The article of the same story and source that was counted in its place.
        why: In words.
    """

    date: str | None
    vintage: str | None = None
    value: float | None = None
    part: Part | None = None
    rank: int | None = None
    counted: int = 0
    instead: str | None = None
    why: str | None = None

    @property
    def rate(self) -> float | None:
        """Points of a whole fearful entry of its source in that session."""
        weighed = self.part.fear * self.part.novelty if self.part else 0.0
        return self.part.points / weighed if self.part and weighed else None

    @property
    def percent(self) -> float | None:
        """Of the session's value."""
        return 100.0 * self.part.points / self.value if self.part and self.value else None


def share(conn: sqlite3.Connection, found: Article, score: ScoreLine | None) -> Share:
    """The part of an article in the account of its session; ``score`` is by the index's scorer."""
    date = days.session_of(found.first_seen_at)
    vintage = report_queries.latest_vintage(conn)
    if date is None:
        return Share(None, why="It was first seen outside the trading calendar.")
    if vintage is None:
        return Share(date, why="There is no index yet.")
    stored = points.read(conn, vintage.version, vintage.vintage, since=date, until=date)
    value = stored[0].value if stored else None
    account = accounts.read(conn, vintage.version, vintage.vintage, date)
    parts = account.parts if account else ()
    known = Share(date, vintage.vintage, value, counted=len(parts))
    rank = next((n for n, part in enumerate(parts, 1) if part.article == found.id), None)
    if rank is not None:
        return Share(date, vintage.vintage, value, parts[rank - 1], rank, len(parts))
    instead = _instead(found, parts)
    why = _why_not(found, score, known, vintage, instead)
    return Share(date, vintage.vintage, value, counted=len(parts), instead=instead, why=why)


def _instead(found: Article, parts: Sequence[Part]) -> str | None:
    own = (found.story_id, f"{found.source} ({found.language})")
    return next((part.article for part in parts if (part.story, part.member) == own), None)


def _why_not(
    found: Article,
    score: ScoreLine | None,
    known: Share,
    vintage: report_queries.Vintage,
    instead: str | None,
) -> str:
    if instead:
        return "A source counts a story once in a session, and another article of it was earlier."
    if found.first_seen_at > vintage.as_of:
        return "It was first seen after the newest vintage; the next one may count it."
    if score is None:
        return "It has not been scored by the index's scorer."
    if score.abstained:
        return "The scorer abstained: the article counts as read, not as calm."
    if not (score.relevance and score.fear):
        return "It expresses no fear that the AI boom could break."
    if score.relief is not None and score.relief > score.fear:
        return "It has more relief than fear, and relief is kept apart."
    if known.value is None:
        return "The index has no value for that session."
    return (
        f"Its source was not among those that the index counts in that session, "
        f"or its score was not known at the vintage of {vintage.vintage}."
    )
