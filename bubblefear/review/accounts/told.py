"""The stories of a session as a page tells them: a headline in each language, points and share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.pipeline.explain import KEYS, NONE, STORY
from models.account.explain import explain
from models.account.parts import apportion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bubblefear.pipeline.explain import Counted
    from bubblefear.store.day_queries import Copy
    from models.account.explain import Moved


@dataclass(frozen=True)
class Headline:
    """The article that tells a story best in one language."""

    article_id: str
    title: str
    source: str
    language: str
    url: str | None
    first_seen_at: str | None


@dataclass(frozen=True)
class Story:
    """A story of a session.

    Attributes:
        story: ``stories.id``, or its article's own.
        points: Index points that its articles add; they sum to the session's value.
        printed: The same to one digit, so that what is printed of all stories adds up.
        share: In percent of the session's value; ``None`` where that is 0.
        change: Points since the session compared with; ``None`` without one.
        state: ``entering``, ``growing``, ``shrinking``, ``steady`` or ``None``.
        headlines: One for each language, the one that adds most first.
        counted: Articles that add points.
        copies: Articles of the session that tell it, counted or not.
        sources: Who tells it in that session, by name.
        kinds: Of the counted articles, likewise ``channels`` and ``entities``.
    """

    story: str
    points: float
    printed: float
    share: float | None
    change: float | None
    state: str | None
    headlines: tuple[Headline, ...]
    counted: int
    copies: int
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    entities: tuple[str, ...]

    @property
    def first(self) -> Headline:
        """The headline of the article that adds most."""
        return self.headlines[0]


@dataclass(frozen=True)
class Group:
    """What the articles of one source, channel or the like add; ``share`` in percent."""

    name: str
    points: float
    share: float | None
    change: float | None
    articles: int


def stories(
    counted: Sequence[Counted],
    before: Sequence[Counted] | None,
    value: float,
    copies: Mapping[str, Sequence[Copy]],
) -> tuple[list[Story], list[Story]]:
    """The stories that articles make, largest first, and those of the session before that are gone.

    Args:
        counted: Articles of the session.
        before: Articles of the session compared with; ``None`` = there is none.
        value: Of the session: what a share is a share of.
        copies: The session's articles by story.
    """
    rows = explain(counted, before, KEYS[STORY])
    here = [row for row in rows if row.parts]
    printed = apportion([row.points for row in here])
    told = [
        _story(row, value, shown, copies.get(row.key, ()))
        for row, shown in zip(here, printed, strict=True)
    ]
    return told, [_story(row, value, 0.0, ()) for row in rows if not row.parts]


def groups(
    counted: Sequence[Counted], before: Sequence[Counted] | None, value: float, name: str
) -> list[Group]:
    """What the articles add by one of ``pipeline.explain.KEYS``, largest first."""
    rows = explain(counted, before, KEYS[name])
    return [
        Group(row.key, row.points, _share(row.points, value), row.change, len(row.parts))
        for row in rows
    ]


def total(told: Iterable[Story]) -> float:
    """The sum of their points, rounded once."""
    return math.fsum(story.points for story in told)


def _story(row: Moved[Counted], value: float, printed: float, copies: Sequence[Copy]) -> Story:
    parts = row.parts or row.parts_before
    return Story(
        row.key,
        row.points,
        printed,
        _share(row.points, value),
        row.change,
        row.state,
        _headlines(parts, copies),
        len(row.parts),
        max(len(copies), len(row.parts)),
        tuple(sorted({part.source for part in parts} | {copy.source for copy in copies})),
        _known(part.kind for part in parts),
        _known(part.channel for part in parts),
        _known(name for part in parts for name in part.entities),
    )


def _headlines(parts: Sequence[Counted], copies: Sequence[Copy]) -> tuple[Headline, ...]:
    """The first of each language: parts and copies both come with the largest first."""
    seen = {copy.article_id: copy.first_seen_at for copy in copies}
    found: dict[str, Headline] = {}
    for part in parts:
        headline = Headline(
            part.article, part.title, part.source, part.language, part.url, seen.get(part.article)
        )
        found.setdefault(part.language, headline)
    for copy in copies:
        headline = Headline(
            copy.article_id, copy.title, copy.source, copy.language, copy.url, copy.first_seen_at
        )
        found.setdefault(copy.language, headline)
    return tuple(found.values())


def _known(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name != NONE))


def _share(points: float, value: float) -> float | None:
    return 100.0 * points / value if value else None
