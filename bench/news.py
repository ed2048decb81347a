"""Generated news of any volume, written straight into a database with its scores.

What matters to a build of the index is its shape, not its words: few large and many small
publishers (Zipf), three languages, nine in ten entries about something else, one in a hundred
fearful, and stories that are told again by others within a day. Nothing here is read by a scorer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

CHANNELS: Final = ("valuation", "capex", "credit", "liquidity", "contagion", "policy", None)
NAMES: Final = ("Nvidia", "OpenAI", "Oracle", "Microsoft", "Bitcoin", "CoreWeave")
LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
SPOKEN: Final = (0.55, 0.35, 0.10)
DAY: Final = 86_400


@dataclass(frozen=True)
class Shape:
    """How much news, and what it is like.

    Attributes:
        rows: Entries.
        sources: Publishers; the k-th largest has 1/k of the volume of the largest.
        sessions: Trading days that the entries are spread over.
        start: First day, UTC.
        relevant: Share of the entries with relevance; it differs by source, this is the mean.
        fearful: Share of the entries with fear.
        copied: Share of the entries that tell a story of the day before once more.
        seed: Of everything drawn.
    """

    rows: int = 1_000_000
    sources: int = 1_500
    sessions: int = 250
    start: str = "2024-01-02"
    relevant: float = 0.08
    fearful: float = 0.01
    copied: float = 0.25
    seed: int = 17


@dataclass(frozen=True)
class News:
    """Columns of equal length, ordered by time: ``first`` is the row that told a story first."""

    source: np.ndarray
    language: np.ndarray
    seen: np.ndarray
    first: np.ndarray
    relevance: np.ndarray
    fear: np.ndarray
    relief: np.ndarray
    kind: np.ndarray
    channel: np.ndarray
    recap: np.ndarray


def generate(shape: Shape) -> News:
    """Draw the news; equal shapes give equal news."""
    rng = np.random.default_rng(shape.seed)
    volume = 1.0 / np.arange(1, shape.sources + 1)
    source = rng.choice(shape.sources, shape.rows, p=volume / volume.sum())
    home = rng.choice(len(LANGUAGES), shape.sources, p=SPOKEN)
    days = int(shape.sessions * 365.25 / 252)
    seen = np.sort(rng.integers(0, days * DAY, shape.rows))
    first = _stories(seen, shape, rng)
    usual = rng.gamma(0.5, shape.relevant / 0.5, shape.sources).clip(0, 0.9)
    drawn = rng.random(shape.rows) < usual[source] * shape.relevant / usual[source].mean()
    relevant = drawn[first]  # a copy is about what its story is about
    afraid = relevant & (rng.random(shape.rows) < shape.fearful / max(relevant.mean(), 1e-9))[first]
    relieved = relevant & ~afraid & (rng.random(shape.rows) < 0.05)
    return News(
        source=source,
        language=home[source],
        seen=seen + int(np.datetime64(shape.start, "s").astype("int64")),
        first=first,
        relevance=np.where(relevant, rng.uniform(0.3, 1.0, shape.rows), 0.0).round(4),
        fear=np.where(afraid, rng.uniform(0.1, 1.0, shape.rows), 0.0).round(4),
        relief=np.where(relieved, rng.uniform(0.1, 1.0, shape.rows), 0.0).round(4),
        kind=np.where(afraid, rng.integers(0, 2, shape.rows), -1),
        channel=rng.integers(0, len(CHANNELS), shape.rows),
        recap=rng.random(shape.rows) < 0.1,
    )


def _stories(seen: np.ndarray, shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """For each row the first row of its story: a copy repeats some row of the day before."""
    place = np.arange(shape.rows)
    oldest = np.searchsorted(seen, seen - DAY)
    of = oldest + (rng.random(shape.rows) * (place - oldest)).astype("int64")
    first = np.where(rng.random(shape.rows) < shape.copied, of, place)
    while True:
        earlier = first[first]
        if (earlier == first).all():
            return first
        first = earlier


def write(path: Path, news: News, scorer: str) -> None:
    """Put the news with its scores into a new database, in one transaction."""
    from bubblefear.store import counters, open_database, transaction

    seen = np.datetime_as_string(news.seen.astype("datetime64[s]")).tolist()
    conn = open_database(path)
    with transaction(conn):
        _insert(conn, news, [f"{text}Z" for text in seen], scorer)
        counters.bump(conn, len(seen))
    conn.close()


def _insert(conn: sqlite3.Connection, news: News, seen: list[str], scorer: str) -> None:
    size = int(news.source.max()) + 1
    languages = [LANGUAGES[place] for place in news.language.tolist()]
    names = [f"Source {place:04d}" for place in range(size)]
    source = [names[place] for place in news.source.tolist()]
    stories = [f"s{place:015x}" for place in news.first.tolist()]
    firsts = np.flatnonzero(news.first == np.arange(len(seen))).tolist()
    _many(conn, "sources", ((name, None, "import", None, seen[0]) for name in names))
    _many(
        conn,
        "entries",
        (
            (n + 1, _id(n), source[n], *[None] * 4, f"Title {n}", None, None, t, t, None, "import")
            for n, t in enumerate(seen)
        ),
    )
    _many(conn, "stories", ((stories[n], _id(n), seen[n]) for n in firsts))
    _many(
        conn,
        "articles",
        (
            (_id(n), stories[n], language, None, "none", None, f"{n:064x}")
            for n, language in enumerate(languages)
        ),
    )
    _many(conn, "scores", _scores(news, seen, scorer))
    _many(conn, "mentions", _mentions(news))


def _scores(news: News, seen: list[str], scorer: str) -> Any:  # noqa: ANN401 - rows of ten types
    columns = (news.relevance, news.fear, news.relief, news.kind, news.channel, news.recap)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for n, (relevance, fear, relief, kind, channel, recap) in enumerate(rows):
        said = ("threat", "act")[kind] if kind >= 0 else None
        about = CHANNELS[channel] if kind >= 0 else None
        figures = (0.2, 0.6, 0.2, relevance, fear, relief, said, about, int(recap), None)
        yield (_id(n), scorer, f"{n:064x}", seen[n], *figures, seen[n])


def _mentions(news: News) -> Any:  # noqa: ANN401 - rows of three types
    for n in np.flatnonzero(news.relevance > 0).tolist():
        name = NAMES[n % len(NAMES)]
        yield (_id(n), "entity", name, name, "title", 0, len(name))


def _id(number: int) -> str:
    # Spread over the range, as hashes are: ids in order would make every look-up a neighbour's.
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def _many(conn: sqlite3.Connection, table: str, rows: Any) -> None:  # noqa: ANN401 - any iterator
    columns = len(conn.execute(f"PRAGMA table_info({table})").fetchall())
    conn.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)
