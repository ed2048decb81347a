"""Articles that two coders coded differently: for the talk between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.reviews import CODES

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Said:
    """What a coder said of an article that counts."""

    reviewer: str
    topic: int | None
    fear: int
    stance: str
    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """An article with what two coders said of it."""

    article_id: str
    title: str
    language: str
    one: Said
    other: Said


def disputes(conn: sqlite3.Connection, limit: int) -> list[Dispute]:
    """Articles that two coders coded differently, grades far apart first, then the newest codes.

    A topic that one of them was not asked for is no difference.
    """
    rows = conn.execute(
        f"""WITH codes AS MATERIALIZED ({CODES})
        SELECT e.id, e.title, a.language,
          x.reviewer, x.topic, x.fear, x.stance, x.kind, x.channel,
          y.reviewer, y.topic, y.fear, y.stance, y.kind, y.channel
        FROM codes x JOIN codes y ON y.article_id = x.article_id AND y.reviewer > x.reviewer
        JOIN entries e ON e.id = x.article_id JOIN articles a ON a.id = e.id
        WHERE (x.fear, x.stance, x.kind, x.channel) <> (y.fear, y.stance, y.kind, y.channel)
          OR x.topic <> y.topic
        ORDER BY abs(x.fear - y.fear) DESC, max(x.id, y.id) DESC LIMIT ?""",
        (limit,),
    )
    return [Dispute(row[0], row[1], row[2], Said(*row[3:9]), Said(*row[9:])) for row in rows]
