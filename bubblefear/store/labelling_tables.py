"""Table of the review queue: reviews taken back by who wrote them."""

from __future__ import annotations

from typing import Final

REVIEW_UNDOS = """\
CREATE TABLE review_undos ( -- append-only: reviews taken back by who wrote them
    review_id INTEGER PRIMARY KEY REFERENCES reviews(id), -- which review
    undone_at TEXT NOT NULL -- when
)
"""

TABLES: Final = (REVIEW_UNDOS,)
