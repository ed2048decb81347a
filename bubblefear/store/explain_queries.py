"""What an account of a session reads beside its parts: titles, sentences, names and vintages.

Only the standard library: ``bubblefear explain`` starts at once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored of an article, with kind and channel as scored at a vintage.

    Attributes:
        id: ``entries.id``.
        title: As published.
        source: Its publisher.
        language: ``en``, ``zh-Hans``, ``zh-Hant`` or ``other``.
        url: Its address, or None.
        first_seen_at: UTC text.
        kind: ``threat``, ``act`` or None.
        channel: One of six or None.
        current: Whether the text scored last was known at the vintage: its sentences are then
            those that made the score.
    """

    id: str
    title: str
    source: str
    language: str
    url: str | None
    first_seen_at: str
    kind: str | None
    channel: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A scored sentence with fear: ``weight`` is its share in the article's score."""

    article: str
    field: str
    sentence: str
    fear: float
    weight: float
    channel: str | None
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A value of one session of ``total`` as a vintage stored it.

    Attributes:
        date: The session.
        vintage: The vintage that stored it.
        kind: ``real-time`` or ``reconstructed``.
        value: None = missing or withdrawn.
        provisional: Whether the session had not closed.
    """

    date: str
    vintage: str
    kind: str
    value: float | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """When an article was scored.

    Attributes:
        first_seen_at: UTC text.
        story: Its story now; None = not grouped.
        at: Every time of a score that is kept, oldest first.
    """

    first_seen_at: str
    story: str | None
    at: tuple[str, ...]


def facts(
    conn: sqlite3.Connection, ids: Iterable[str], scorer: str | None, as_of: str
) -> dict[str, Facts]:
    """Facts by article; one that is no longer stored is left out.

    Args:
        conn: The database.
        ids: ``entries.id``.
        scorer: Whose kind and channel.
        as_of: Kind and channel are of the newest text known by this instant.
    """
    wanted = _json(ids)
    rows = conn.execute(
        "SELECT e.id, e.title, e.source, coalesce(a.language, 'other'), e.url, e.first_seen_at, "
        "s.kind, s.channel, coalesce(s.text_known_at <= ?, 0) FROM json_each(?) j "
        "JOIN entries e ON e.id = j.value LEFT JOIN articles a ON a.id = e.id "
        "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ?",
        (as_of, wanted, scorer),
    )
    found = {row[0]: Facts(*(*row[:8], bool(row[8]))) for row in rows}
    late = [article for article, known in found.items() if not known.current]
    earlier = _earlier(conn, late, scorer, as_of) if late else {}
    for article in late:
        known = found[article]
        kind, channel = earlier.get(article, (None, None))
        found[article] = replace(known, kind=kind, channel=channel)
    return found


def _earlier(
    conn: sqlite3.Connection, ids: Iterable[str], scorer: str | None, as_of: str
) -> dict[str, tuple[str | None, str | None]]:
    """Kind and channel by article, of the newest replaced score whose text was known."""
    rows = conn.execute(
        "SELECT article_id, kind, channel FROM score_history WHERE scorer = ? "
        "AND text_known_at <= ? AND article_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY text_known_at, scored_at",
        (scorer, as_of, _json(ids)),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def entities(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """The entities that each article names, by name."""
    rows = conn.execute(
        "SELECT DISTINCT article_id, name FROM mentions WHERE kind = 'entity' "
        "AND article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, name",
        (_json(ids),),
    )
    found: dict[str, list[str]] = defaultdict(list)
    for article, name in rows:
        found[article].append(name)
    return dict(found)


def sentences(
    conn: sqlite3.Connection, ids: Iterable[str], scorer: str | None
) -> dict[str, list[Sentence]]:
    """The sentences with fear of each article, those that carried most of it first.

    An article's fear is the power mean ``(sum of weight x fear^4)^(1/4)`` of its sentences.
    """
    rows = conn.execute(
        "SELECT article_id, field, sentence, fear, coalesce(weight, 0), channel, phrases "
        "FROM evidence WHERE scorer = ? AND fear > 0 "
        "AND article_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY fear * fear * fear * fear * coalesce(weight, 0) DESC, position",
        (scorer, _json(ids)),
    )
    found: dict[str, list[Sentence]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Sentence(*(*row[:6], tuple(json.loads(row[6] or "[]")))))
    return dict(found)


def values(conn: sqlite3.Connection, version: str, date: str | None = None) -> list[Stored]:
    """Every value that ``total`` ever had, by date and vintage; of one session or of all.

    A vintage stores a point when any figure of it changes, so a value may stand twice.
    """
    # Materialized: the constants of a vintage are long, and are to be read once for each vintage.
    rows = conn.execute(
        "WITH v AS MATERIALIZED (SELECT vintage, kind, json_extract(constants, '$.provisional') "
        "AS open FROM vintages WHERE version = ?) "
        "SELECT p.date, p.vintage, v.kind, p.value, coalesce(v.open = p.date, 0) "
        "FROM index_points p JOIN v ON v.vintage = p.vintage "
        "WHERE p.version = ? AND p.series = ? AND p.date BETWEEN ? AND ? "
        "ORDER BY p.date, p.vintage",
        (version, version, TOTAL, date or "0000", date or "9999"),
    )
    return [Stored(*(*row[:4], bool(row[4]))) for row in rows]


def scored(conn: sqlite3.Connection, ids: Iterable[str], scorer: str | None) -> dict[str, Scored]:
    """When each article was scored; one that is no longer stored is left out."""
    wanted = _json(ids)
    times: dict[str, list[str]] = defaultdict(list)
    for table in ("scores", "score_history"):
        rows = conn.execute(
            f"SELECT article_id, scored_at FROM {table} WHERE scorer = ? "
            "AND article_id IN (SELECT value FROM json_each(?))",
            (scorer, wanted),
        )
        for article, at in rows:
            times[article].append(at)
    rows = conn.execute(
        "SELECT e.id, e.first_seen_at, a.story_id FROM json_each(?) j "
        "JOIN entries e ON e.id = j.value LEFT JOIN articles a ON a.id = e.id",
        (wanted,),
    )
    return {row[0]: Scored(row[1], row[2], tuple(sorted(times[row[0]]))) for row in rows}


def _json(ids: Iterable[str]) -> str:
    return json.dumps(sorted(set(ids)))
