"""How a session's value changed from vintage to vintage, in words that a reader knows."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.pipeline.revisions import history_of
from models.account.revisions import LATE, RESCORING, SOURCE, STORY, WITHDRAWN

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.pipeline.chosen_vintage import Vintage
    from bubblefear.pipeline.revisions import History, Revision

WORDS: Final = {
    LATE: "articles that came or were read later",
    WITHDRAWN: "articles that count no more",
    RESCORING: "articles scored again",
    STORY: "copies found to tell one story, or two",
    SOURCE: "another weight of the sources",
}
_LARGEST = 3


@dataclass(frozen=True)
class Mover:
    """An article that did much of a revision; ``cause`` in words."""

    article_id: str
    title: str
    language: str
    cause: str
    points: float


@dataclass(frozen=True)
class Change:
    """One value that a session had.

    Attributes:
        vintage: The vintage that gave it.
        kind: ``real-time`` or ``reconstructed``.
        value: ``None`` = missing or withdrawn.
        provisional: Whether the session had not closed.
        change: From the value before; ``None`` of the first, and next to a missing one.
        causes: Words and points, the largest in size first; they add up to the change. ``None``
            where an account is missing, so that nothing can be said.
        movers: The articles that did most of it.
    """

    vintage: str
    kind: str
    value: float | None
    provisional: bool
    change: float | None = None
    causes: tuple[tuple[str, float], ...] | None = None
    movers: tuple[Mover, ...] = ()


def changes(conn: sqlite3.Connection, vintage: Vintage, date: str) -> list[Change]:
    """Every value that a session of a vintage's version had, oldest first; none = never one."""
    try:
        found = history_of(conn, vintage, date)
    except (UsageError, NothingToDo):  # no such session, or none with a value
        return []
    first = found.first
    start = Change(first.vintage, first.kind, first.value, first.provisional)
    return [start, *(_change(found, revision) for revision in found.revisions)]


def _change(found: History, revision: Revision) -> Change:
    stored, causes = revision.stored, revision.causes
    told = None
    if causes is not None:
        moved = [(WORDS[cause], points) for cause, points in causes.items() if points]
        told = tuple(sorted(moved, key=lambda pair: -abs(pair[1])))
    return Change(
        stored.vintage,
        stored.kind,
        stored.value,
        stored.provisional,
        revision.change,
        told,
        _movers(found, revision),
    )


def _movers(found: History, revision: Revision) -> tuple[Mover, ...]:
    """An article's parts by several causes are one: its words name the largest."""
    parts = defaultdict(list)
    for part in revision.parts or ():
        parts[part.article].append(part)
    summed = {article: math.fsum(part.points for part in own) for article, own in parts.items()}
    largest = sorted(summed, key=lambda article: (-abs(summed[article]), article))[:_LARGEST]
    rows = []
    for article in largest:
        facts = found.facts.get(article)
        title = facts.title if facts else f"(article {article}, no longer stored)"
        language = facts.language if facts else "other"
        rows.append(
            Mover(article, title, language, WORDS[parts[article][0].cause], summed[article])
        )
    return tuple(rows)
