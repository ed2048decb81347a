"""Everything that is known of one session at a vintage, read in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo
from bubblefear.pipeline import explain
from bubblefear.pipeline.chosen_vintage import of_version
from bubblefear.review import days
from bubblefear.review.accounts import filters, tally, told
from bubblefear.review.accounts.changes import changes
from bubblefear.store import day_queries, points, report_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from bubblefear.pipeline.chosen_vintage import Vintage
    from bubblefear.pipeline.explain import Counted, Explained
    from bubblefear.review.accounts.changes import Change
    from bubblefear.review.accounts.filters import Choice
    from bubblefear.review.accounts.tally import Tally
    from bubblefear.review.accounts.told import Group, Story
    from bubblefear.store.day_queries import Copy
    from bubblefear.store.points import Point


@dataclass(frozen=True)
class Account:
    """The articles that make a session's value, told by story and by what they share.

    Attributes:
        stories: Largest first; those of the chosen articles, where there are filters.
        gone: Stories of the session before that are told no more.
        groups: By channel, source, language, kind and entity; entities overlap.
        choices: What each filter can be set to.
        counted: The chosen articles.
        all_points: Of every article: the session's value.
    """

    stories: list[Story]
    gone: list[Story]
    groups: dict[str, list[Group]]
    choices: dict[str, list[Choice]]
    counted: tuple[Counted, ...]
    all_points: float

    @property
    def points(self) -> float:
        """Of the chosen articles."""
        return told.total(self.stories)

    def added(self, name: str) -> dict[str, float]:
        """Points of every article, chosen or not, by one of the filters."""
        return {choice.value: choice.points for choice in self.choices[name]}


@dataclass(frozen=True)
class Session:
    """A session as it was known at a vintage.

    Attributes:
        date: The session.
        span: Its news was first seen in ``(after, until]``; UTC text.
        asked: The instant asked for; ``None`` = as known now.
        chosen: The filters.
        vintage: ``None`` = there is no index, or none had been built by then.
        scorer: Whose scores; ``None`` = there are none.
        now: The session's point; ``None`` = the vintage has none.
        before: The last point before it that has a value.
        previous: The session before and, likewise, after it in the index.
        told: ``None`` where there is no account; ``reason`` then says why.
        relief: Articles of relief, one for each story.
        sources: Whose entries were read, those that add most first.
        languages: Likewise.
        changes: Every value that the session ever had, oldest first.
    """

    date: str
    span: tuple[str, str]
    asked: str | None
    chosen: dict[str, str]
    vintage: Vintage | None
    scorer: str | None
    now: Point | None = None
    before: Point | None = None
    previous: str | None = None
    following: str | None = None
    told: Account | None = None
    reason: str | None = None
    relief: list[Copy] = field(default_factory=list)
    sources: list[Tally] = field(default_factory=list)
    languages: list[Tally] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def provisional(self) -> bool:
        """Whether the session had not closed at the vintage."""
        return self.vintage is not None and self.vintage.provisional == self.date


def read(
    conn: sqlite3.Connection, date: str, as_of: str | None, chosen: Mapping[str, str]
) -> Session:
    """A session as known at an instant (UTC text), or now.

    Raises:
        LookupError: the date is no session.
    """
    window = days.window(date)
    if window is None:
        raise LookupError(f"{date} is no session")
    vintage, reason = _vintage(conn, as_of)
    scorer = vintage.scorer if vintage else report_queries.main_scorer(conn)
    series = points.read(conn, vintage.version, vintage.instant) if vintage else []
    now = next((point for point in series if point.date == date), None)
    span = _span(window, as_of, vintage, now)
    before = explain.before(series, date)
    account, why = _account(conn, vintage, now, before, chosen, span)
    counts = day_queries.source_counts(conn, scorer, span)
    return Session(
        date,
        span,
        as_of,
        dict(chosen),
        vintage,
        scorer,
        now,
        before,
        max((point.date for point in series if point.date < date), default=None),
        min((point.date for point in series if point.date > date), default=None),
        account,
        reason or why,
        day_queries.relief(conn, scorer, span),
        tally.by_source(counts, account.added("source") if account else None),
        tally.by_language(counts, account.added("language") if account else None),
        changes(conn, vintage, date) if vintage else [],
    )


def _span(
    window: days.Window, as_of: str | None, vintage: Vintage | None, now: Point | None
) -> tuple[str, str]:
    """The part of a session that is told: up to the instant asked for, as far as it was counted.

    What came after the newest vintage is told whole, though it has no value yet.
    """
    known = as_of
    if vintage and (as_of or now):
        known = vintage.as_of
    return window.after, max(window.after, min(window.until, known or window.until))


def _vintage(conn: sqlite3.Connection, as_of: str | None) -> tuple[Vintage | None, str | None]:
    newest = report_queries.latest_vintage(conn)
    if newest is None:
        return None, "There is no index yet: `bubblefear daily` or `bubblefear index` builds it."
    try:
        return of_version(conn, newest.version, as_of), None
    except NothingToDo as error:
        return None, str(error)


def _account(
    conn: sqlite3.Connection,
    vintage: Vintage | None,
    now: Point | None,
    before: Point | None,
    chosen: Mapping[str, str],
    span: tuple[str, str],
) -> tuple[Account | None, str | None]:
    """The account, or why there is none."""
    if vintage is None:
        return None, None
    if now is None:
        return None, "The index has no point for this session."
    if now.value is None:
        return None, "The index has no value for this session: too little news was read."
    # The session before may be older than accounts are: this one is told without its changes.
    for compared in (before, None) if before else (None,):
        try:
            found = explain.explain_points(conn, vintage, now, compared)
        except NothingToDo as error:
            reason = str(error)
        else:
            return _told(conn, found, chosen, span), None
    return None, reason


def _told(
    conn: sqlite3.Connection,
    found: Explained,
    chosen: Mapping[str, str],
    span: tuple[str, str],
) -> Account:
    everything = found.session.counted
    counted = filters.keep(everything, chosen)
    before = filters.keep(found.other.counted, chosen) if found.other else None
    copies = day_queries.copies(
        conn, {one.article: one.story for one in everything}, found.vintage.scorer, span
    )
    stories, gone = told.stories(counted, before, found.value, copies)
    groups = {name: told.groups(counted, before, found.value, name) for name in filters.NAMES}
    return Account(
        stories, gone, groups, filters.choices(everything, chosen), counted, found.session.total
    )
