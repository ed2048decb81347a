"""The stories that drive a session: by its account where the vintage has one, else by score."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store import accounts, report_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

_SCORED = 400
_CHUNK = 500


@dataclass(frozen=True)
class Driver:
    """A story behind a session's value.

    Attributes:
        title: Of the article of it that counts most, as published.
        source: Its publisher.
        url: Its address, or None.
        language: ``en``, ``zh-Hans``, ``zh-Hant`` or ``other``.
        points: What the story adds to the total, in index points; None where the vintage has no
            account of the session.
    """

    title: str
    source: str
    url: str | None
    language: str
    points: float | None


@dataclass(frozen=True)
class _Facts:
    title: str
    source: str
    url: str | None
    language: str
    kind: str | None
    channel: str | None
    recap: int


def of_account(
    conn: sqlite3.Connection,
    place: tuple[str, str],
    scorer: str | None,
    session: str,
    *,
    series: str = "total",
    limit: int = 5,
) -> list[Driver] | None:
    """The stories with most points in a session's account, largest first.

    Args:
        conn: The database.
        place: Version and vintage.
        scorer: Whose scores say an article's kind and channel.
        session: ``YYYY-MM-DD``.
        series: Leaves out what a part of the total cannot hold: another channel, kind or
            language, an article that does not name the entity, a recap. Relief has no account;
            other series are told by the total.
        limit: How many stories.

    Returns:
        The stories, or None where the vintage has no account of the session.
    """
    found = accounts.read(conn, *place, session)
    if found is None:
        return None
    facts = _facts(conn, scorer, {part.article for part in found.parts})
    held = _held(conn, series, facts)
    stories: dict[str, list[accounts.Part]] = defaultdict(list)
    for part in found.parts:
        if part.article in held:
            stories[part.story].append(part)
    sums = {story: sum(part.points for part in parts) for story, parts in stories.items()}
    first = sorted((s for s in sums if sums[s] > 0), key=lambda s: (-sums[s], s))[:limit]
    return [_driver(stories[story], sums[story], facts) for story in first]


def of_scores(
    conn: sqlite3.Connection,
    scorer: str,
    window: tuple[str, str],
    *,
    series: str = "total",
    limit: int = 5,
) -> list[Driver]:
    """The stories with the strongest articles first seen in ``window``, largest first."""
    found = report_queries.top_stories(conn, scorer, *window, _SCORED)
    held = _held(conn, series, {story.article_id: story for story in found})
    return [
        Driver(story.title, story.source, story.url, story.language, None)
        for story in found
        if story.article_id in held and story.contribution > 0
    ][:limit]


def _driver(parts: list[accounts.Part], points: float, facts: Mapping[str, _Facts]) -> Driver:
    strongest = facts[max(parts, key=lambda part: (part.points, part.article)).article]
    return Driver(strongest.title, strongest.source, strongest.url, strongest.language, points)


def _held(
    conn: sqlite3.Connection,
    series: str,
    articles: Mapping[str, _Facts] | Mapping[str, report_queries.StoryLine],
) -> set[str]:
    """Which of the articles take part in a series."""
    head, _, rest = series.partition(":")
    if head == "entity":
        return _naming(conn, rest, articles)
    return {key for key, article in articles.items() if _belongs(article, series)}


def _belongs(article: _Facts | report_queries.StoryLine, series: str) -> bool:
    head, _, rest = series.partition(":")
    if head == "channel":
        return article.channel == rest
    if head in ("lang", "language"):
        return article.language == rest
    if series in ("threat", "act"):
        return article.kind == series
    if series == "no_recap":
        return not article.recap
    return series != "relief"


def _naming(conn: sqlite3.Connection, name: str, articles: Iterable[str]) -> set[str]:
    """The articles that name an entity."""
    found: set[str] = set()
    for chunk in _chunks(sorted(articles)):
        rows = conn.execute(
            "SELECT DISTINCT article_id FROM mentions WHERE kind = 'entity' AND name = ? "
            f"AND article_id IN ({', '.join('?' * len(chunk))})",
            (name, *chunk),
        )
        found |= {row[0] for row in rows}
    return found


def _facts(
    conn: sqlite3.Connection, scorer: str | None, articles: Iterable[str]
) -> dict[str, _Facts]:
    found: dict[str, _Facts] = {}
    for chunk in _chunks(sorted(articles)):
        rows = conn.execute(
            "SELECT e.id, e.title, e.source, e.url, coalesce(a.language, 'other'), s.kind, "
            "s.channel, coalesce(s.recap, 0) FROM entries e LEFT JOIN articles a ON a.id = e.id "
            "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ? "
            f"WHERE e.id IN ({', '.join('?' * len(chunk))})",
            (scorer, *chunk),
        )
        found |= {row[0]: _Facts(*row[1:]) for row in rows}
    return found


def _chunks(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
