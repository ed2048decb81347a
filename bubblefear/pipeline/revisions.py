"""How a session's value was revised from vintage to vintage, and by what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.pipeline.chosen_vintage import choose
from bubblefear.pipeline.explain import TOLERANCE
from bubblefear.store import accounts, explain_queries
from models.account import revisions as model

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from bubblefear.config import Settings
    from bubblefear.pipeline.chosen_vintage import Vintage
    from bubblefear.store.accounts import Part
    from bubblefear.store.explain_queries import Facts, Scored, Stored
    from models.account.revisions import Attribution


@dataclass(frozen=True)
class Revision:
    """A vintage in which a session's value became another.

    Attributes:
        stored: The vintage and its value.
        before: The value before; None = missing.
        parts: What made the difference, article by article; None where it cannot be said, as one
            of the values is missing or has no account.
    """

    stored: Stored
    before: float | None
    parts: tuple[Attribution, ...] | None

    @property
    def change(self) -> float | None:
        """The difference; None where one of the values is missing."""
        if self.stored.value is None or self.before is None:
            return None
        return self.stored.value - self.before

    @property
    def causes(self) -> dict[str, float] | None:
        """Points by cause, every cause named."""
        return None if self.parts is None else model.by_cause(self.parts)

    @property
    def total(self) -> float | None:
        """What the parts add up to, unrounded."""
        return None if self.parts is None else math.fsum(part.points for part in self.parts)

    @property
    def adds_up(self) -> bool:
        """Whether that is the change, up to the digits in which both values are stored."""
        if self.total is None or self.change is None:
            return False
        return abs(self.total - self.change) <= 2 * TOLERANCE


@dataclass(frozen=True)
class History:
    """Every value that a session had.

    Attributes:
        date: The session.
        first: The first vintage that had a value.
        revisions: What followed, oldest first.
        facts: Titles and sources by article, of those in the attributions.
    """

    date: str
    version: str
    first: Stored
    revisions: tuple[Revision, ...]
    facts: dict[str, Facts]


@dataclass(frozen=True)
class Revised:
    """A session and how far its value wandered over the vintages.

    Attributes:
        final: The first value after the session's close; None = it is not closed yet.
        last: The value in force.
        low: Least value.
        high: Largest value.
        revisions: How often the value became another.
    """

    date: str
    final: float | None
    last: float
    low: float
    high: float
    revisions: int

    @property
    def revised(self) -> float | None:
        """From the first final value to the last."""
        return None if self.final is None else self.last - self.final


@dataclass(frozen=True)
class Stability:
    """How large revisions are in general: of the first final value to the last.

    Attributes:
        sessions: All of the version that have a value, largest range first.
        mean_absolute: In index points; None without sessions. Likewise the next two.
        median_absolute: In index points.
        mean_percent: Of the first final value, over sessions in which it is not 0.
    """

    version: str
    sessions: tuple[Revised, ...]
    mean_absolute: float | None
    median_absolute: float | None
    mean_percent: float | None


def history(conn: sqlite3.Connection, settings: Settings, date: str) -> History:
    """Every value of a session of ``total`` with the causes of each revision.

    Raises:
        UsageError: the date is no session of the index.
        NothingToDo: it never had a value.
    """
    return history_of(conn, choose(conn, settings), date)


def history_of(conn: sqlite3.Connection, vintage: Vintage, date: str) -> History:
    """As ``history``, of the version of a vintage that was chosen already.

    Raises:
        UsageError: the date is no session of the index.
        NothingToDo: it never had a value.
    """
    values = explain_queries.values(conn, vintage.version, date)
    if not values:
        raise UsageError(f"{date} is no session of the index")
    stored = _distinct(values)
    if not stored:
        raise NothingToDo(f"the index never had a value on {date}: too little news")
    found = tuple(_revision(conn, vintage, *pair) for pair in pairwise(stored))
    named = {part.article for revision in found for part in revision.parts or ()}
    facts = explain_queries.facts(conn, named, vintage.scorer, vintage.as_of)
    return History(date, vintage.version, stored[0], found, facts)


def stability(conn: sqlite3.Connection, settings: Settings) -> Stability:
    """How far every session was revised, and how large revisions are in general.

    Raises:
        NothingToDo: there is no vintage.
    """
    version = choose(conn, settings).version
    by_date = groupby(explain_queries.values(conn, version), key=lambda stored: stored.date)
    found = [revised for date, values in by_date if (revised := _revised(date, list(values)))]
    moved = [r.revised for r in found if r.revised is not None]
    percent = [100 * abs(r.revised) / r.final for r in found if r.revised is not None and r.final]
    ordered = sorted(found, key=lambda r: (r.low - r.high, r.date))
    return Stability(
        version,
        tuple(ordered),
        fmean(map(abs, moved)) if moved else None,
        median(map(abs, moved)) if moved else None,
        fmean(percent) if percent else None,
    )


def _distinct(values: Iterable[Stored]) -> list[Stored]:
    """From the first value on, those that differ from the one before."""
    found: list[Stored] = []
    for stored in values:
        if stored.value != (found[-1].value if found else None):
            found.append(stored)
    return found


def _revised(date: str, values: Sequence[Stored]) -> Revised | None:
    known = [stored.value for stored in values if stored.value is not None]
    last = values[-1].value
    if last is None:
        return None
    final = next((s.value for s in values if s.value is not None and not s.provisional), None)
    return Revised(date, final, last, min(known), max(known), len(_distinct(values)) - 1)


def _revision(conn: sqlite3.Connection, vintage: Vintage, old: Stored, new: Stored) -> Revision:
    if old.value is None or new.value is None:
        return Revision(new, old.value, None)
    before, after = (_parts(conn, vintage.version, stored) for stored in (old, new))
    if before is None or after is None:
        return Revision(new, old.value, None)
    causes = _causes(conn, vintage.scorer, before, after, (old.vintage, new.vintage))
    return Revision(new, old.value, tuple(model.attribute(before, after, causes)))


def _parts(conn: sqlite3.Connection, version: str, stored: Stored) -> tuple[Part, ...] | None:
    """The account of a value; a value of 0 has none."""
    found = accounts.read(conn, version, stored.vintage, stored.date)
    if found is None:
        return None if stored.value else ()
    return found.parts


def _causes(
    conn: sqlite3.Connection,
    scorer: str,
    old: Sequence[Part],
    new: Sequence[Part],
    span: tuple[str, str],
) -> dict[str, str]:
    """Why an article is in only one of two accounts, as far as what is stored tells."""
    before, after = ({part.article: part for part in parts} for parts in (old, new))
    single = before.keys() ^ after.keys()
    known = explain_queries.scored(conn, single, scorer)
    entered, gone = _Entered(old, span), _Gone(new, span)
    return {
        article: entered.why(after[article], known.get(article))
        if article in after
        else gone.why(before[article], known.get(article))
        for article in single
    }


@dataclass(frozen=True)
class _Entered:
    """Judges an article that only the new account has."""

    old: Sequence[Part]
    span: tuple[str, str]

    def why(self, part: Part, known: Scored | None) -> str:
        if known is None or known.first_seen_at > self.span[0]:
            return model.LATE
        if not any(at <= self.span[0] for at in known.at):
            return model.LATE  # it was there, and was read later
        if _scored_in(known, self.span):
            return model.RESCORING
        # It was there and read. Where its member counted it can only have been a copy.
        member_counted = any(other.member == part.member for other in self.old)
        return model.STORY if member_counted else model.SOURCE


@dataclass(frozen=True)
class _Gone:
    """Judges an article that only the old account has."""

    new: Sequence[Part]
    span: tuple[str, str]

    def why(self, part: Part, known: Scored | None) -> str:
        if known is None:
            return model.WITHDRAWN
        if _scored_in(known, self.span):
            return model.RESCORING
        copied = any((o.story, o.member) == (known.story, part.member) for o in self.new)
        if copied or (known.story is not None and known.story != part.story):
            return model.STORY
        member_counts = any(other.member == part.member for other in self.new)
        return model.WITHDRAWN if member_counts else model.SOURCE


def _scored_in(known: Scored, span: tuple[str, str]) -> bool:
    return any(span[0] < at <= span[1] for at in known.at)
