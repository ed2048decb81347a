"""Which entries of a month may be moved: those that are the denominator and nothing more.

An entry stays in SQLite where a scorer found relevance in any text of it, where somebody refers to
it (a review, an audit, an account, a page that is still to be read), or where its story holds an
article that stays or that is younger: what a page shows of a story is then complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store.backfill import MOST_TRIES

if TYPE_CHECKING:
    import sqlite3

# Of an entry e: nothing but a line of the denominator.
_PLAIN: Final = f"""
  NOT EXISTS (SELECT 1 FROM scores s WHERE s.article_id = e.id AND s.relevance > 0)
  AND NOT EXISTS (SELECT 1 FROM score_history h WHERE h.article_id = e.id AND h.relevance > 0)
  AND NOT EXISTS (SELECT 1 FROM evidence v WHERE v.article_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.article_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM audit_items i WHERE i.article_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM backfill b WHERE b.entry_id = e.id
    AND (b.state = 'waiting' OR (b.state = 'failed' AND b.tries < {MOST_TRIES})))
  AND e.id NOT IN (SELECT id FROM temp.accounted)"""


@dataclass(frozen=True)
class Unready:
    """Why a month cannot be moved yet."""

    unscored: int
    ungrouped: int

    def __str__(self) -> str:
        """For a line: what is missing, and which command gives it."""
        missing = [
            f"{number:,} articles {what}"
            for number, what in ((self.unscored, "not scored"), (self.ungrouped, "not grouped"))
            if number
        ]
        return f"{' and '.join(missing)} yet (bubblefear score)"


def months_before(conn: sqlite3.Connection, before: str) -> list[str]:
    """Months with entries in SQLite that are older than the month ``before`` (``YYYY-MM``)."""
    rows = conn.execute(
        # One step through the index for each month, not one for each entry.
        "WITH RECURSIVE m(month) AS (SELECT substr(min(first_seen_at), 1, 7) FROM entries "
        "UNION ALL SELECT (SELECT substr(min(first_seen_at), 1, 7) FROM entries "
        "WHERE first_seen_at > m.month || '~') FROM m WHERE m.month IS NOT NULL) "
        "SELECT month FROM m WHERE month < ? ORDER BY month",
        (before,),
    )
    return [row[0] for row in rows]


def note_accounted(conn: sqlite3.Connection) -> None:
    """Collect the articles of every account into ``temp.accounted``, once for a move."""
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS accounted (id TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.execute("DELETE FROM temp.accounted")
    conn.execute(
        "INSERT OR IGNORE INTO temp.accounted SELECT json_extract(p.value, '$.article') "
        "FROM accounts c, json_each(c.parts) p"
    )


def unready(conn: sqlite3.Connection, month: str, scorer: str | None) -> Unready | None:
    """What is missing before a month can be moved; None = nothing.

    Args:
        conn: The database.
        month: ``YYYY-MM``.
        scorer: Must have read the present text of every article; None = there is no scorer yet.
    """
    row = conn.execute(
        "SELECT coalesce(sum(s.article_id IS NULL OR s.text_sha256 <> a.text_sha256), 0), "
        "coalesce(sum(a.story_id IS NULL), 0) FROM entries e CROSS JOIN articles a ON a.id = e.id "
        "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ?1 "
        "WHERE e.first_seen_at >= ?2 AND e.first_seen_at < ?2 || '~'",
        (scorer, month),
    ).fetchone()
    return Unready(row[0], row[1]) if any(row) else None


def choose(conn: sqlite3.Connection, month: str, before: str) -> int:
    """Fill ``temp.moving`` with number and id of the entries that may be moved; how many.

    Args:
        conn: The database, ``note_accounted`` done.
        month: ``YYYY-MM``.
        before: The month from which on everything stays.
    """
    conn.execute(
        "CREATE TEMP TABLE IF NOT EXISTS moving "
        "(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)"
    )
    conn.execute("DELETE FROM temp.moving")
    conn.execute(
        f"INSERT INTO temp.moving SELECT e.number, e.id FROM entries e "
        f"WHERE e.first_seen_at >= ?1 AND e.first_seen_at < ?1 || '~' AND {_PLAIN}",
        (month,),
    )
    conn.execute(
        # Articles of the same stories that are not moved along, and why they hold them back.
        "DELETE FROM temp.moving WHERE id IN (SELECT a.id FROM articles a WHERE a.story_id IN ("
        "SELECT o.story_id FROM temp.moving m JOIN articles a ON a.id = m.id "
        "JOIN articles o ON o.story_id = a.story_id JOIN entries e ON e.id = o.id "
        "WHERE o.id NOT IN (SELECT id FROM temp.moving) "
        f"AND (e.first_seen_at >= ? OR NOT ({_PLAIN}))))",
        (before,),
    )
    return int(conn.execute("SELECT count(*) FROM temp.moving").fetchone()[0])
