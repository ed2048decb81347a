"""What moved the index since the session before, in points, as ``bubblefear explain`` prints it.

Every column adds up to its last row as printed: the same rounding over the same stories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.pipeline.explain import NONE
from models.account.parts import apportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.pipeline.explain import Counted, Explained
    from models.account.explain import Moved

GROUPS: Final = ("channel", "language", "source")
SAID: Final = {
    "entering": "new",
    "growing": "grew",
    "shrinking": "shrank",
    "leaving": "gone",
    "steady": "same",
}


@dataclass(frozen=True)
class Figures:
    """Points as printed, and their change; None = there is no session to compare with."""

    points: float
    change: float | None


@dataclass(frozen=True)
class Mover:
    """A story and what it did; of one that is gone the article that it had.

    Attributes:
        article_id: The article of it that counts most.
        said: ``new``, ``grew``, ``shrank``, ``gone``, ``same``, or empty.
        articles: That count.
    """

    article_id: str
    title: str
    language: str
    source: str
    kind: str | None
    channel: str | None
    articles: int
    said: str
    figures: Figures


@dataclass(frozen=True)
class Group:
    """What the articles of one channel, language or source add."""

    name: str
    figures: Figures


@dataclass(frozen=True)
class Moving:
    """The account of a session beside the one before.

    Attributes:
        before: The session compared with; None = there is none.
        movers: The stories that moved most, largest change first.
        others: How many stories are not shown, and what they did together.
        whole: Value and change, to which movers and others add up.
        groups: By ``channel``, ``language`` and ``source``, largest first.
    """

    before: str | None
    movers: tuple[Mover, ...]
    others: tuple[int, Figures]
    whole: Figures
    groups: dict[str, tuple[Group, ...]]


def moving(found: Explained, limit: int) -> Moving:
    """The ``limit`` stories that moved the index most; without a session before, the largest."""
    told = list(zip(found.stories, _figures(found, found.stories), strict=True))
    told.sort(key=lambda pair: (-abs(_size(pair[1])), -pair[1].points, pair[0].key))
    movers = tuple(_mover(story, figures) for story, figures in told[:limit])
    value = round(found.value, 1)
    change = None if found.before is None else round(value - round(found.before, 1), 1)
    return Moving(
        found.other.point.date if found.other else None,
        movers,
        (len(told) - len(movers), _together([figures for _, figures in told[limit:]])),
        Figures(value, change),
        {name: _groups(found, name) for name in GROUPS},
    )


def _size(figures: Figures) -> float:
    return figures.points if figures.change is None else figures.change


def _figures(found: Explained, rows: Sequence[Moved[Counted]]) -> list[Figures]:
    points = apportion([row.points for row in rows], 1, found.value)
    if found.before is None:
        return [Figures(own, None) for own in points]
    before = apportion([row.before or 0.0 for row in rows], 1, found.before)
    return [
        Figures(own, round(own - earlier, 1))
        for own, earlier in zip(points, before, strict=True)
    ]  # fmt: skip


def _together(rows: Sequence[Figures]) -> Figures:
    changes = [row.change for row in rows if row.change is not None]
    return Figures(
        round(sum(row.points for row in rows), 1),
        round(sum(changes), 1) if len(changes) == len(rows) else None,
    )


def _mover(story: Moved[Counted], figures: Figures) -> Mover:
    parts = story.parts or story.parts_before
    first = parts[0]
    return Mover(
        first.article,
        first.title,
        first.language,
        first.source,
        None if first.kind == NONE else first.kind,
        None if first.channel == NONE else first.channel,
        len(parts),
        SAID.get(story.state or "", ""),
        figures,
    )


def _groups(found: Explained, name: str) -> tuple[Group, ...]:
    rows = found.by[name]
    both = zip(rows, _figures(found, rows), strict=True)
    return tuple(Group(row.key, figures) for row, figures in both)
