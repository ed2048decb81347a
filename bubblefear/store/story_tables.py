"""Tables of stories: why an article is counted with another, and what is compared to find out.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE story_links ( -- why an article joined a story: one row for each that did
  article_id TEXT PRIMARY KEY REFERENCES articles(id), -- the later article
  other_id TEXT NOT NULL REFERENCES articles(id), -- the earlier one that it repeats
  how TEXT NOT NULL, -- same = same words, near = nearly, meaning = other words or language
  similarity REAL NOT NULL, -- 0-1: of words, or of meaning
  shared TEXT -- JSON list: numbers and names that both tell; NULL where words decided
) STRICT""",
    """CREATE TABLE story_marks ( -- what is compared of an article on the topic
  article_id TEXT PRIMARY KEY REFERENCES articles(id), -- which article
  model TEXT NOT NULL, -- what made the vector
  vector BLOB NOT NULL, -- meaning of the headline: float16, length 1
  fingerprint TEXT NOT NULL -- JSON: numbers and names that survive a translation
) STRICT""",
)
