"""Tables of the review queue, and what keeps reviews append-only.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE review_undos ( -- append-only: reviews taken back by who wrote them
  review_id INTEGER PRIMARY KEY REFERENCES reviews(id), -- which review
  undone_at TEXT NOT NULL -- when
) STRICT""",
)

# Table -> its key and what to do instead of changing a row.
_KEPT: Final = {
    "reviews": ("id", "write another review, or undo this one"),
    "review_topics": ("review_id", "write another review, or undo this one"),
    "review_undos": ("review_id", "write another review"),
}


def _refusals(table: str, key: str, instead: str) -> tuple[str, ...]:
    said = f"SELECT RAISE(ABORT, '{table} is append-only: {instead}')"
    return (
        f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} BEGIN {said}; END",
        f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} BEGIN {said}; END",
        # INSERT OR REPLACE deletes the row that is in its way without asking the trigger above.
        f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN {said}; END",
    )


TRIGGERS: Final[tuple[str, ...]] = tuple(
    trigger for table, (key, instead) in _KEPT.items() for trigger in _refusals(table, key, instead)
)
