"""Generated news with texts, written straight into a database with stories, scores and sentences.

``bench.news`` says who published what and when, ``bench.scale_texts`` how long it is. A million
take a minute: rows are written past the triggers, and what those would have noted is noted after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bench.news import CHANNELS, LANGUAGES, NAMES, News, Shape, generate
from bench.scale_texts import Texts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BLOCK: Final = 50_000
# Of the relevant articles, whose page was read: most pages are behind a wall or no longer there.
READ: Final = 0.25
_TRIGGERS: Final = ("touched_by_entry", "touched_by_story", "touched_by_score")
_FAST: Final = (
    *("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"),
    "cache_size = -1500000",
)


def write(path: Path, rows: int) -> None:
    """Write so many entries into a new database, with the scores of the default scorer."""
    from bubblefear.config import DEFAULT_SCORER
    from bubblefear.store import counters, index_tables, open_database

    news = generate(shape(rows))
    texts = Texts(seed=29)
    conn = open_database(path)
    try:
        for setting in _FAST:
            conn.execute(f"PRAGMA {setting}")
        for trigger in _TRIGGERS:
            conn.execute(f"DROP TRIGGER {trigger}")
        conn.execute("BEGIN")
        _sources(conn, news)
        for start in range(0, rows, BLOCK):
            _block(conn, Block(news, slice(start, min(start + BLOCK, rows)), texts), DEFAULT_SCORER)
        conn.execute(
            "INSERT INTO touched SELECT DISTINCT substr(first_seen_at, 1, 13), 0 FROM entries"
        )
        for statement in index_tables.TRIGGERS:
            conn.execute(statement)
        counters.bump(conn, rows)
        conn.execute("COMMIT")
        conn.execute("PRAGMA journal_mode = WAL")
    finally:
        conn.close()


def shape(rows: int) -> Shape:
    """Two years of news, or less; fewer publishers where there is little."""
    return Shape(
        rows=rows,
        sources=min(1_500, max(20, rows // 100)),
        sessions=min(500, max(40, rows // 2_000)),
    )


class Block:
    """Some rows of the news, as the columns of the tables want them."""

    def __init__(self, news: News, part: slice, texts: Texts) -> None:
        self.numbers = range(part.start, part.stop)
        self.ids = [identity(n) for n in self.numbers]
        self.languages = [LANGUAGES[place] for place in news.language[part].tolist()]
        self.sources = [_source(place) for place in news.source[part].tolist()]
        self.seen = [f"{t}Z" for t in np.datetime_as_string(_instants(news, part)).tolist()]
        self.first: list[int] = news.first[part].tolist()
        figures = (news.relevance, news.fear, news.relief, news.kind, news.channel, news.recap)
        self.scores = list(zip(*(column[part].tolist() for column in figures), strict=True))
        self.titles = texts.titles(self.languages)
        self.summaries = texts.summaries(self.languages)
        relevant = [place for place, row in enumerate(self.scores) if row[0] > 0]
        # Pages of what is relevant alone are asked for.
        read = [place for place in relevant if self.numbers[place] % 100 < READ * 100]
        bodies = texts.bodies([self.languages[place] for place in read])
        self.bodies: list[str | None] = [None] * len(self.ids)
        for place, body in zip(read, bodies, strict=True):
            self.bodies[place] = body
        self.relevant = relevant


def identity(number: int) -> str:
    """An entry's id: spread over the range, as hashes are."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def _instants(news: News, part: slice) -> Any:  # noqa: ANN401 - an array of instants
    return news.seen[part].astype("datetime64[s]")


def _source(place: int) -> str:
    return f"Source {place:04d}"


def _story(number: int) -> str:
    return f"s{number:015x}"


def _sources(conn: sqlite3.Connection, news: News) -> None:
    first = f"{np.datetime_as_string(news.seen[:1].astype('datetime64[s]'))[0]}Z"
    size = int(news.source.max()) + 1
    _many(conn, "sources", ((_source(n), None, "import", None, first) for n in range(size)))


def _block(conn: sqlite3.Connection, block: Block, scorer: str) -> None:
    from bubblefear.store import search

    _many(conn, "entries", _entries(block))
    own = zip(block.numbers, block.first, block.ids, block.seen, strict=True)
    _many(conn, "stories", ((_story(n), i, t) for n, first, i, t in own if n == first))
    _many(conn, "articles", _articles(block))
    copies = zip(block.numbers, block.first, block.ids, strict=True)
    _many(
        conn, "story_links", ((i, identity(f), "near", 0.8, None) for n, f, i in copies if n != f)
    )
    _many(conn, "scores", _scores(block, scorer))
    _many(conn, "evidence", _evidence(block, scorer))
    _many(conn, "mentions", _mentions(block))
    numbered = (n + 1 for n in block.numbers)
    search.insert(conn, zip(numbered, block.titles, block.summaries, block.bodies, strict=True))


def _entries(block: Block) -> Iterator[tuple[Any, ...]]:
    columns = (block.ids, block.sources, block.titles, block.summaries, block.seen)
    for n, (key, source, title, summary, at) in zip(
        block.numbers, zip(*columns, strict=True), strict=True
    ):
        # As long as a real address.
        link = f"https://news.example/{source[-4:]}/{at[:10]}/{key}/made-up-news-{n}"
        said = (title, summary, None, at, at, None, "import")
        yield (n + 1, key, source, None, link, link, link, *said)


def _articles(block: Block) -> Iterator[tuple[Any, ...]]:
    rows = zip(block.numbers, block.ids, block.first, block.languages, block.bodies, strict=True)
    for n, key, first, language, body in rows:
        status = "ok" if body else "none"
        yield (key, _story(first), language, body, status, None, f"{n:064x}")


def _scores(block: Block, scorer: str) -> Iterator[tuple[Any, ...]]:
    rows = zip(block.numbers, block.ids, block.seen, block.scores, strict=True)
    for n, key, at, (relevance, fear, relief, kind, channel, recap) in rows:
        said = ("threat", "act")[kind] if kind >= 0 else None
        about = CHANNELS[channel] if kind >= 0 else None
        figures = (0.2, 0.6, 0.2, relevance, fear, relief, said, about, int(recap), None)
        yield (key, scorer, f"{n:064x}", at, *figures, at)


def _evidence(block: Block, scorer: str) -> Iterator[tuple[Any, ...]]:
    """The title of what is relevant, and a sentence of its summary or body."""
    for place in block.relevant:
        relevance, fear, relief = block.scores[place][:3]
        texts = {"title": block.titles[place], "summary": block.summaries[place]}
        told = [(name, text[:80]) for name, text in texts.items() if text]
        for position, (name, text) in enumerate(told):
            read = (0.2, 0.6, 0.2, relevance, fear, relief, 1 / len(told), None, None, "[]")
            yield (block.ids[place], scorer, position, name, 0, len(text), text, *read)


def _mentions(block: Block) -> Iterator[tuple[Any, ...]]:
    for place in block.relevant:
        name = NAMES[block.numbers[place] % len(NAMES)]
        yield (block.ids[place], "entity", name, name, "title", 0, len(name))


def _many(conn: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = len(conn.execute(f"PRAGMA table_info({table})").fetchall())
    conn.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)
