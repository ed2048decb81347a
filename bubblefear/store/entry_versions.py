"""What publishers changed in items that were stored already.

The entry keeps what was first seen, and the index reads the entry alone: a headline that is
rewritten next week changes no vintage.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.archive import rows as archived
from bubblefear.store.hashing import text_sha256
from ingest.identity.names import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ingest.records import Entry

    Text = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Version:
    """One text of an item; ``seen_at`` is when it was there first."""

    seen_at: str
    title: str
    summary: str | None
    body: str | None
    published_at: str | None


def versions(conn: sqlite3.Connection, entry_id: str) -> list[Version]:
    """The texts of an item, the first one first; empty if there is no such item.

    The first text's body is the feed's: one that was read from the page is left out.
    """
    rows = conn.execute(
        "SELECT first_seen_at, title, summary, CASE WHEN body_at IS NULL THEN body END, "
        "published_at, 0 AS later, '' AS hash FROM entries LEFT JOIN articles USING (id) "
        "WHERE id = ?1 "
        "UNION ALL SELECT seen_at, title, summary, body, published_at, 1, text_sha256 "
        "FROM entry_versions WHERE entry_id = ?1 ORDER BY 6, 1, 7",
        (entry_id,),
    )
    return [Version(*row[:5]) for row in rows]


def record(conn: sqlite3.Connection, items: Sequence[tuple[Entry, str]], now: str) -> int:
    """Store the texts that are new to their items; inside a transaction of the caller.

    Args:
        conn: The database.
        items: Items as they came now, with the ids that they are stored under. They are of the
            feed that brought the item first: another feed's wording is no change.
        now: Time of the poll.

    Returns:
        Number of new texts.
    """
    ids = [entry_id for _, entry_id in items]
    stored = _hashes(conn, ids)
    old = archived.first_texts(conn, [one for one in ids if one not in stored])
    stored |= {row[0]: row[4] for row in old}
    changed = [
        (entry, entry_id)
        for entry, entry_id in items
        if text_sha256(entry.title, entry.summary, entry.body) != stored.get(entry_id)
    ]
    if not changed:
        return 0
    texts = _texts(conn, [entry_id for _, entry_id in changed])
    for key, title, summary, body, _ in old:
        texts[key].append((title, summary, body))
    rows = {}
    for entry, entry_id in changed:
        text = (entry.title, entry.summary, entry.body)
        if not any(_says_the_same(text, earlier) for earlier in texts[entry_id]):
            texts[entry_id].append(text)
            rows[entry_id, text_sha256(*text)] = (now, *text, entry.published_at)
    conn.executemany(
        "INSERT INTO entry_versions(entry_id, text_sha256, seen_at, title, summary, body, "
        "published_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*key, *row) for key, row in rows.items()],
    )
    return len(rows)


def _hashes(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """Hashes of first texts, of those articles whose text is still the feed's."""
    rows = conn.execute(
        "SELECT id, text_sha256 FROM articles WHERE body_at IS NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {row[0]: row[1] for row in rows}


def _texts(conn: sqlite3.Connection, ids: Sequence[str]) -> defaultdict[str, list[Text]]:
    asked = json.dumps(sorted(set(ids)))
    rows = conn.execute(
        "SELECT id, title, summary, CASE WHEN body_at IS NULL THEN body END "
        "FROM entries LEFT JOIN articles USING (id) "
        "WHERE id IN (SELECT value FROM json_each(?1)) "
        "UNION ALL SELECT entry_id, title, summary, body FROM entry_versions "
        "WHERE entry_id IN (SELECT value FROM json_each(?1))",
        (asked,),
    )
    found: defaultdict[str, list[Text]] = defaultdict(list)
    for entry_id, *text in rows:
        found[entry_id].append((text[0], text[1], text[2]))
    return found


def _says_the_same(now: Text, earlier: Text) -> bool:
    """But for spaces, punctuation, width and case; a part that is left out says nothing new."""
    return all(
        not new or new == old or folded(new) == folded(old or "")
        for new, old in zip(now, earlier, strict=True)
    )
