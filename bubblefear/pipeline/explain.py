"""What moved the index on a date: the stored account of a session, told by story and by share.

Only accounts are read, no article is scored or built again, so that an answer costs a few
look-ups and is the same for a vintage for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.pipeline.chosen_vintage import choose
from bubblefear.store import accounts, explain_queries, feeds, points
from models.account import parts as account
from models.account.explain import explain as compare

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from bubblefear.config import Settings
    from bubblefear.pipeline.chosen_vintage import Vintage
    from bubblefear.store.accounts import Part
    from bubblefear.store.explain_queries import Facts, Sentence
    from bubblefear.store.points import Point
    from models.account.explain import Moved

LAST: Final = "last"
STORY: Final = "story"
NONE: Final = "(none)"
# A unit of the last digit that is stored of a value; its parts are stored to more digits.
TOLERANCE: Final = 10**-points.DIGITS


@dataclass(frozen=True, slots=True)
class Counted:
    """An article that counts in a session: its part and what is known of it.

    The first six fields are those of ``store.accounts.Part``; the others as in
    ``store.explain_queries.Facts``, and ``entities`` that it names.
    """

    article: str
    story: str
    member: str
    fear: float
    novelty: float
    points: float
    title: str
    source: str
    language: str
    url: str | None
    kind: str
    channel: str
    current: bool
    entities: tuple[str, ...]


KEYS: Final[dict[str, Callable[[Counted], Iterable[str]]]] = {
    STORY: lambda counted: (counted.story,),
    "channel": lambda counted: (counted.channel,),
    "source": lambda counted: (counted.source,),
    "language": lambda counted: (counted.language,),
    "kind": lambda counted: (counted.kind,),
    "entity": lambda counted: counted.entities or (NONE,),
}
# An article names several entities: their parts overlap and do not add up.
OVERLAPPING: Final = ("entity",)


@dataclass(frozen=True)
class Session:
    """A session's value at a vintage and the articles that make it."""

    point: Point
    counted: tuple[Counted, ...]

    @property
    def value(self) -> float:
        """The stored value."""
        return self.point.value or 0.0

    @property
    def total(self) -> float:
        """What the articles add up to, unrounded."""
        return account.total(self.counted)

    @property
    def adds_up(self) -> bool:
        """Whether value and sum are the same up to the digits that are stored."""
        return abs(self.value - self.total) <= TOLERANCE


@dataclass(frozen=True)
class Explained:
    """A session accounted for, beside the session that it is compared with.

    Attributes:
        vintage: What was known.
        session: The session explained.
        other: The session before it that has a value, or the one asked for; None = there is none.
        by: Rows by ``story``, ``channel``, ``source``, ``language``, ``kind`` and ``entity``.
        sentences: The sentences that carried the fear, by article.
        sample: Whether the news is the shipped sample.
    """

    vintage: Vintage
    session: Session
    other: Session | None
    by: dict[str, list[Moved[Counted]]]
    sentences: dict[str, list[Sentence]] = field(default_factory=dict)
    sample: bool = False

    @property
    def date(self) -> str:
        """The session."""
        return self.session.point.date

    @property
    def value(self) -> float:
        """The session's value."""
        return self.session.value

    @property
    def before(self) -> float | None:
        """The other session's value."""
        return self.other.value if self.other else None

    @property
    def stories(self) -> list[Moved[Counted]]:
        """The stories, largest first, then those that are gone."""
        return self.by[STORY]

    @property
    def provisional(self) -> bool:
        """Whether the session had not closed at the vintage."""
        return self.vintage.provisional == self.date


def explain(
    conn: sqlite3.Connection,
    settings: Settings,
    date: str,
    *,
    since: str | None = None,
    as_of: str | None = None,
) -> Explained:
    """Account for one session of ``total``.

    Args:
        conn: The database, its index up to date.
        settings: Whose version.
        date: The session, ``YYYY-MM-DD``, or ``last``.
        since: An earlier session to compare with; default: the one before that has a value.
        as_of: As known at this instant (UTC text); default: as known now.

    Raises:
        UsageError: a date is no session, or ``since`` is not before it.
        NothingToDo: there is no vintage, no value or no account.
    """
    vintage = choose(conn, settings, as_of)
    series = points.read(conn, vintage.version, vintage.instant)
    own = chosen_point(series, date)
    compared = chosen_point(series, since) if since else before(series, own.date)
    if since and compared and compared.date >= own.date:
        raise UsageError(f"--since {compared.date} must be a session before {own.date}")
    return explain_points(conn, vintage, own, compared)


def explain_points(
    conn: sqlite3.Connection, vintage: Vintage, own: Point, compared: Point | None
) -> Explained:
    """Account for a session whose points were read already.

    Raises:
        NothingToDo: a session has a value and no account.
    """
    parts = _parts(conn, vintage, own)
    earlier = _parts(conn, vintage, compared) if compared else ()
    ids = [part.article for part in (*parts, *earlier)]
    known = explain_queries.facts(conn, ids, vintage.scorer, vintage.as_of)
    names = explain_queries.entities(conn, ids)
    session = Session(own, _counted(parts, known, names))
    other = Session(compared, _counted(earlier, known, names)) if compared else None
    old = other.counted if other else None
    current = [counted.article for counted in session.counted if counted.current]
    return Explained(
        vintage,
        session,
        other,
        {name: compare(session.counted, old, keys) for name, keys in KEYS.items()},
        explain_queries.sentences(conn, current, vintage.scorer),
        feeds.is_sample(conn),
    )


def chosen_point(series: Sequence[Point], date: str) -> Point:
    """The point of a session, or the last one with a value.

    Raises:
        UsageError: no such session; the nearest ones are named.
        NothingToDo: no value there, or anywhere.
    """
    known = [point for point in series if point.value is not None]
    if date == LAST:
        if not known:
            raise NothingToDo("the index has no value yet: the base window needs more news")
        return known[-1]
    found = next((point for point in series if point.date == date), None)
    if found is None:
        raise UsageError(f"{date} is no session of the index{_near(series, date)}")
    if found.value is None:
        raise NothingToDo(f"the index has no value on {date}: too little news in that session")
    return found


def before(series: Sequence[Point], date: str) -> Point | None:
    """The last point before a date that has a value."""
    earlier = [point for point in series if point.date < date and point.value is not None]
    return earlier[-1] if earlier else None


def _near(series: Sequence[Point], date: str) -> str:
    earlier = max((point.date for point in series if point.date < date), default=None)
    later = min((point.date for point in series if point.date > date), default=None)
    if earlier and later:
        return f": it lies between {earlier} and {later}"
    if earlier:
        return f": the last is {earlier}"
    return f": the first is {later}" if later else ""


def _parts(conn: sqlite3.Connection, vintage: Vintage, point: Point) -> tuple[Part, ...]:
    found = accounts.read(conn, vintage.version, vintage.instant, point.date)
    if found is None and point.value:
        raise NothingToDo(
            f"vintage {vintage.instant} has no account of {point.date}: it was built before "
            "accounts were kept; the next vintage will have one"
        )
    return found.parts if found else ()


def _counted(
    parts: Iterable[Part], known: dict[str, Facts], names: dict[str, list[str]]
) -> tuple[Counted, ...]:
    return tuple(_one(part, known.get(part.article), names.get(part.article, ())) for part in parts)


def _one(part: Part, facts: Facts | None, names: Iterable[str]) -> Counted:
    return Counted(
        part.article,
        part.story,
        part.member,
        part.fear,
        part.novelty,
        part.points,
        facts.title if facts else f"(article {part.article}, no longer stored)",
        facts.source if facts else part.member,
        facts.language if facts else "other",
        facts.url if facts else None,
        (facts.kind if facts else None) or NONE,
        (facts.channel if facts else None) or NONE,
        facts.current if facts else False,
        tuple(names),
    )
