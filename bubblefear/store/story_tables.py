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
  similarity REAL NOT NULL, -- 0-1: share of common words, or probability of the same story
  shared TEXT -- JSON list: numbers and names that both tell; NULL where words decided
) STRICT""",
    """CREATE TABLE story_marks ( -- headlines on the topic that were compared by meaning
  article_id TEXT PRIMARY KEY REFERENCES articles(id), -- which article
  model TEXT NOT NULL, -- what made the vector
  vector BLOB NOT NULL, -- meaning of title and start of summary: 384 x float16, length 1
  fingerprint TEXT NOT NULL -- JSON list: numbers and names that survive a translation
) STRICT""",
)
