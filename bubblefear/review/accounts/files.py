"""A session as data: one object for JSON, and its tables for CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bubblefear.pipeline.explain import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bubblefear.review.accounts.session import Account, Session

    Table = tuple[Sequence[str], list[list[object]]]

_ADDED: Final = ("article", "story", "member", "fear", "novelty", "points", "title", "source",
                 "language", "url", "kind", "channel")  # fmt: skip


def as_dict(found: Session) -> dict[str, Any]:
    """Everything of a session, nothing rounded but what is ``printed``."""
    vintage = found.vintage
    return {
        "date": found.date,
        "session": True,
        "after": found.span[0],
        "until": found.span[1],
        "as_of": found.asked,
        "version": vintage.version if vintage else None,
        "vintage": vintage.instant if vintage else None,
        "kind": vintage.kind if vintage else None,
        "provisional": found.provisional,
        "scorer": found.scorer,
        "point": found.now,
        "before": found.before,
        "previous": found.previous,
        "following": found.following,
        "filters": found.chosen,
        "without_account": found.reason,
        **(_account(found.told) if found.told else {}),
        "relief": found.relief,
        "sources": found.sources,
        "languages": found.languages,
        "revisions": found.changes,
    }


def _account(told: Account) -> dict[str, Any]:
    return {
        "points": told.points,
        "all_points": told.all_points,
        "stories": told.stories,
        "gone": told.gone,
        "parts": told.groups,
        "articles": told.counted,
    }


def _stories(found: Session) -> Table:
    columns = ("rank", "story", "points", "share_percent", "change", "state", "article_id", "title",
               "language", "source", "first_seen_at", "url", "other_headlines", "articles",
               "sources", "kinds", "channels", "entities")  # fmt: skip
    rows: list[list[object]] = []
    for rank, story in enumerate(found.told.stories if found.told else [], 1):
        first = story.first
        rows.append([
            rank, story.story, story.points, story.share, story.change, story.state,
            first.article_id, first.title, first.language, first.source, first.first_seen_at,
            first.url, " | ".join(f"{h.language}: {h.title}" for h in story.headlines[1:]),
            story.copies, _joined(story.sources), _joined(story.kinds), _joined(story.channels),
            _joined(story.entities),
        ])  # fmt: skip
    return columns, rows


def _articles(found: Session) -> Table:
    rows: list[list[object]] = []
    for one in found.told.counted if found.told else ():
        values = [getattr(one, name) for name in _ADDED]
        rows.append([None if value == NONE else value for value in values])
    return _ADDED, rows


def _parts(found: Session) -> Table:
    groups = found.told.groups if found.told else {}
    rows: list[list[object]] = [
        [by, None if g.name == NONE else g.name, g.points, g.share, g.change, g.articles]
        for by, each in groups.items()
        for g in each
    ]
    return ("by", "name", "points", "share_percent", "change", "articles"), rows


def _sources(found: Session) -> Table:
    columns = ("source", "languages", "read", "relevant", "fearful", "fear", "relief", "abstained",
               "points")  # fmt: skip
    rows: list[list[object]] = [
        [t.name, _joined(t.languages), t.read, t.relevant, t.fearful, t.fear, t.relief,
         t.abstained, t.points]
        for t in found.sources
    ]  # fmt: skip
    return columns, rows


def _relief(found: Session) -> Table:
    columns = ("story", "article_id", "title", "source", "language", "url", "first_seen_at",
               "relevance", "fear", "relief")  # fmt: skip
    return columns, [[getattr(copy, name) for name in columns] for copy in found.relief]


def _revisions(found: Session) -> Table:
    columns = ("vintage", "kind", "value", "provisional", "change", "causes")
    rows: list[list[object]] = [
        [c.vintage, c.kind, c.value, int(c.provisional), c.change,
         "; ".join(f"{words} {points:+.6g}" for words, points in c.causes or ())]
        for c in found.changes
    ]  # fmt: skip
    return columns, rows


def _joined(names: Sequence[str]) -> str:
    return " | ".join(names)


TABLES: Final[dict[str, Callable[[Session], Table]]] = {
    "stories": _stories,
    "articles": _articles,
    "parts": _parts,
    "sources": _sources,
    "relief": _relief,
    "revisions": _revisions,
}
