"""Tables of the review queue: reviews taken back by who wrote them.

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
