"""Stories: marks of headlines that were compared by meaning, and why articles were joined."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.store.archive import rows as archived

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Link:
    """Why an article joined a story."""

    article_id: str
    other_id: str
    how: str
    similarity: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A headline's vector (float16, little-endian) and fingerprint."""

    article_id: str
    model: str
    vector: bytes
    fingerprint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a vector is made of."""

    id: str
    title: str
    summary: str | None
    language: str


def add_links(conn: sqlite3.Connection, links: Sequence[Link]) -> None:
    """Store reasons, inside a transaction of the caller."""
    conn.executemany(
        "INSERT OR IGNORE INTO story_links VALUES (?, ?, ?, ?, ?)",
        [
            (
                link.article_id,
                link.other_id,
                link.how,
                round(link.similarity, 4),
                json.dumps(link.shared, ensure_ascii=False) if link.how == "meaning" else None,
            )
            for link in links
        ],
    )


def add_marks(conn: sqlite3.Connection, marks: Sequence[Mark]) -> None:
    """Store marks, inside a transaction of the caller; one of another model is replaced.

    That of an archived article is not kept: its rows are in the files, as they were.
    """
    conn.executemany(
        "INSERT OR REPLACE INTO story_marks SELECT ?1, ?2, ?3, ?4 "
        "WHERE EXISTS (SELECT 1 FROM articles WHERE id = ?1)",
        [
            (m.article_id, m.model, m.vector, json.dumps(m.fingerprint, ensure_ascii=False))
            for m in marks
        ],
    )


def vectors(conn: sqlite3.Connection, model: str, ids: Sequence[str]) -> dict[str, bytes]:
    """The stored vectors of some articles, as far as this model made them."""
    rows = conn.execute(
        "SELECT article_id, vector FROM story_marks WHERE model = ? "
        "AND article_id IN (SELECT value FROM json_each(?))",
        (model, json.dumps(list(ids))),
    )
    return {row[0]: row[1] for row in (*rows, *archived.vectors(conn, model, ids))}


def wordings(conn: sqlite3.Connection, ids: Sequence[str]) -> list[Wording]:
    """Title and summary of some articles."""
    rows = conn.execute(
        "SELECT e.id, e.title, e.summary, a.language FROM entries e "
        "JOIN articles a ON a.id = e.id WHERE e.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return [Wording(*row) for row in (*rows, *archived.wordings(conn, ids))]
