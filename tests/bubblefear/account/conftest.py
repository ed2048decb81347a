"""A newsdesk that stores articles, scores and vintages through the store's own functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.config import Settings
from bubblefear.store import articles, counters, entries, points, scores, transaction
from bubblefear.store.accounts import Part
from nlp.records import ArticleScore, Evidence, Mention, Sentiment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from ingest.records import Entry

SETTINGS = Settings()
TIMES = "2025-11-0{}T15:00:00Z"


@dataclass
class Newsdesk:
    """Writes to one database; ``ids`` has every article by its headline."""

    conn: sqlite3.Connection
    make_entry: Callable[..., Entry]
    ids: dict[str, str] = field(default_factory=dict)
    values: dict[str, float | None] = field(default_factory=dict)

    def article(
        self,
        title: str,
        *,
        source: str = "Harbour Post",
        language: str = "en",
        seen: str = TIMES.format(3),
        story: str | None = None,
        scored_at: str | None = None,
        channel: str | None = "credit",
        names: Sequence[str] = (),
        fear: float = 0.5,
    ) -> str:
        """Store a scored article; gives its id."""
        made = self.make_entry(title, seen=seen, source=source, language=language)
        with transaction(self.conn):
            entries.insert(self.conn, [made], origin="feed", now=seen)
            if story:
                articles.set_stories(self.conn, [(made.key, story, seen)])
            self.score(made.key, title, fear, channel, names, (seen, scored_at or seen))
        self.ids[title] = made.key
        return made.key

    def score(
        self,
        article: str,
        title: str,
        fear: float,
        channel: str | None,
        names: Sequence[str],
        times: tuple[str, str],
    ) -> None:
        """Store a score; ``times`` are when its text was known and when it was scored."""
        phrases = tuple(word for word in ("bubble", "泡沫", "AI") if word in title)
        told = Evidence(
            title, 0, len(title), "title", 0.8, 0.1, 0.1, 0.9, fear, 0.0, 1.0, "threat", channel,
            phrases,
        )  # fmt: skip
        mentions = tuple(Mention("entity", name, name, "title", 0, 1, 0) for name in names)
        score = ArticleScore(
            article, SETTINGS.scorer_id, Sentiment(0.8, 0.1, 0.1), 1.0, fear, 0.0, "threat",
            channel, False, None, (told,), mentions,
        )  # fmt: skip
        sha = f"{article}{times[1]}"
        scores.write(self.conn, [(score, sha, times[0])], scorer=SETTINGS.scorer_id, now=times[1])

    def vintage(
        self,
        when: str,
        accounts: Mapping[str, Sequence[Part]],
        *,
        provisional: str | None = None,
        kind: str = "real-time",
        missing: Sequence[str] = (),
        values: Mapping[str, float] | None = None,
    ) -> None:
        """Append a vintage: a session's value is what its account adds up to."""
        self.values |= {date: sum(p.points for p in parts) for date, parts in accounts.items()}
        self.values |= dict.fromkeys(missing)
        self.values |= values or {}
        found = [
            points.Point("total", date, value, value, value, *_band(value), 9)
            for date, value in sorted(self.values.items())
        ]
        constants = json.dumps({"scorer": SETTINGS.scorer_id, "provisional": provisional})
        build = points.Build(SETTINGS.index_version, kind, when, "hash", constants)
        with transaction(self.conn):
            points.write(self.conn, build, points.Found(found, accounts), now=when)
            mark = counters.LastBuild(counters.inputs(self.conn), SETTINGS.specification, when)
            counters.mark_built(self.conn, SETTINGS.index_version, mark)

    def part(self, title: str, member: str, fear: float, novelty: float, rate: float) -> Part:
        """An article's part."""
        article = self.ids[title]
        row = self.conn.execute("SELECT story_id FROM articles WHERE id = ?", (article,)).fetchone()
        return Part(article, row[0] or article, member, fear, novelty, rate * fear * novelty)


def _band(value: float | None) -> tuple[float | None, float | None]:
    return (None, None) if value is None else (value / 2, value * 2)


@pytest.fixture
def desk(conn: sqlite3.Connection, make_entry: Callable[..., Entry]) -> Newsdesk:
    """A newsdesk without news."""
    return Newsdesk(conn, make_entry)


@pytest.fixture
def settings() -> Settings:
    """The defaults."""
    return SETTINGS


@pytest.fixture
def two_days(desk: Newsdesk) -> Newsdesk:
    """Monday 3 and Tuesday 4 November in one vintage; a story of both, told in two scripts."""
    post, sheet = "Harbour Post (en)", "灣岸報 (zh-Hant)"
    old = desk.article("Lenders doubt the AI bubble", story="s1", names=["Oracle"])
    assert old
    desk.article("Quiet harbour, loud bubble", story="s2", channel="valuation")
    today: dict[str, Any] = {"seen": TIMES.format(4)}
    desk.article("Lenders flee the AI bubble", story="s1", names=["Oracle", "Nvidia"], **today)
    desk.article("貸款人逃離AI泡沫", story="s1", source="灣岸報", language="zh-Hant", **today)
    desk.article("Chip orders pause", story="s3", channel=None, **today)
    desk.vintage(
        "2025-11-04T22:00:00Z",
        {
            "2025-11-03": [
                desk.part("Lenders doubt the AI bubble", post, 0.5, 1.0, 100),
                desk.part("Quiet harbour, loud bubble", post, 0.3, 1.0, 100),
            ],
            "2025-11-04": [
                desk.part("Lenders flee the AI bubble", post, 0.8, 0.75, 100 / 3),
                desk.part("貸款人逃離AI泡沫", sheet, 0.7, 0.75, 200 / 3),
                desk.part("Chip orders pause", post, 0.1, 1.0, 100 / 3),
            ],
        },
        missing=["2025-10-31"],
    )
    return desk
