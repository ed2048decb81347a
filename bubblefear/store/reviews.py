"""What a person says of an article, and what of it was taken back; rows are only added.

A review that was undone counts nowhere. What counts of the others is each reviewer's last one of
an article: the SQL below is the one place that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

# Of a review called x.
STANDING: Final = "NOT EXISTS (SELECT 1 FROM review_undos u WHERE u.review_id = x.id)"

# Of a review called r: it stands, and its reviewer said nothing later that stands. The topic is in
# a table of its own. Who saw fear, took a stance or named a channel saw the topic too; without
# any of these it is known only where it was asked.
CODES: Final = f"""SELECT r.id, r.article_id, r.reviewer,
    CASE WHEN r.fear > 0 OR r.stance <> 'none' OR r.channel IS NOT NULL THEN 1
         ELSE t.topic END AS topic,
    r.fear, coalesce(r.stance, 'none') AS stance, coalesce(r.kind, 'none') AS kind,
    coalesce(r.channel, 'none') AS channel, r.created_at
  FROM reviews r LEFT JOIN review_topics t ON t.review_id = r.id
  WHERE r.fear IS NOT NULL
    AND r.id = (SELECT max(x.id) FROM reviews x
                WHERE x.article_id = r.article_id AND x.reviewer = r.reviewer AND {STANDING})"""


@dataclass(frozen=True)
class Review:
    """A row of ``reviews`` with its topic and whether it was taken back.

    Attributes:
        id: Order of writing.
        article_id: Which article.
        reviewer: Who.
        fear: 0-3; None = not graded.
        stance: fear, relief, none; None = not said.
        kind: threat, act; None = none.
        channel: One of six; None = none.
        note: Free text.
        created_at: UTC text.
        topic: 1 = the AI boom, 0 = something else; None = not said.
        undone_at: UTC text; None = it stands.
    """

    id: int
    article_id: str
    reviewer: str
    fear: int | None
    stance: str | None
    kind: str | None
    channel: str | None
    note: str | None
    created_at: str
    topic: int | None
    undone_at: str | None


_REVIEW: Final = (
    "SELECT r.id, r.article_id, r.reviewer, r.fear, r.stance, r.kind, r.channel, r.note,"
    " r.created_at, t.topic, u.undone_at FROM reviews r"
    " LEFT JOIN review_topics t ON t.review_id = r.id"
    " LEFT JOIN review_undos u ON u.review_id = r.id"
)


def add(
    conn: sqlite3.Connection,
    *,
    article_id: str,
    reviewer: str,
    now: str,
    fear: int | None = None,
    stance: str | None = None,
    kind: str | None = None,
    channel: str | None = None,
    note: str | None = None,
) -> int:
    """Store one review; returns its number.

    Raises:
        sqlite3.IntegrityError: no such article, or fear outside 0-3.
    """
    cursor = conn.execute(
        "INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
        (article_id, reviewer, fear, stance, kind, channel, note, now),
    )
    return int(cursor.lastrowid or 0)


def of_article(conn: sqlite3.Connection, article_id: str) -> list[Review]:
    """Reviews of an article, oldest first, those taken back among them."""
    rows = conn.execute(f"{_REVIEW} WHERE r.article_id = ? ORDER BY r.id", (article_id,))
    return [Review(*row) for row in rows]


def find(conn: sqlite3.Connection, number: int) -> Review | None:
    """A review by its number."""
    row = conn.execute(f"{_REVIEW} WHERE r.id = ?", (number,)).fetchone()
    return None if row is None else Review(*row)


def last_of(conn: sqlite3.Connection, reviewer: str) -> Review | None:
    """The last review of a reviewer that stands: what an undo takes back."""
    row = conn.execute(
        f"{_REVIEW} WHERE r.reviewer = ? AND u.review_id IS NULL ORDER BY r.id DESC LIMIT 1",
        (reviewer,),
    ).fetchone()
    return None if row is None else Review(*row)


def undo(conn: sqlite3.Connection, number: int, now: str) -> bool:
    """Take a review back; False where that was done before.

    Raises:
        sqlite3.IntegrityError: there is no such review.
    """
    done = conn.execute("SELECT 1 FROM review_undos WHERE review_id = ?", (number,)).fetchone()
    if done is not None:
        return False
    conn.execute("INSERT INTO review_undos VALUES (?, ?)", (number, now))
    return True
