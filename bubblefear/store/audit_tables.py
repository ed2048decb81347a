"""Tables of the audit: what was drawn for coding, and calibrations made from the codes.

The codes themselves are rows of ``reviews``. The comments are the columns' descriptions, as in
``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE audit_samples ( -- append-only: random draws of scored articles for coding
  name TEXT PRIMARY KEY, -- such as audit-2025-11-23
  created_at TEXT NOT NULL, -- when it was drawn
  scorer TEXT NOT NULL, -- whose scores made the strata
  seed INTEGER NOT NULL, -- of the draw
  size INTEGER NOT NULL, -- articles asked for
  since TEXT, -- first seen at or after; NULL = from the first
  until TEXT, -- first seen at or before; NULL = to the last
  definition TEXT NOT NULL -- JSON: how the strata were made, and the population
) STRICT""",
    """CREATE TABLE audit_items ( -- append-only: the articles of a sample, in the order of coding
  sample TEXT NOT NULL REFERENCES audit_samples(name), -- which draw
  number INTEGER NOT NULL, -- 1, 2, ... in random order
  article_id TEXT NOT NULL REFERENCES articles(id), -- what to code
  source_group TEXT NOT NULL, -- its source, or "other sources"
  stratum TEXT NOT NULL, -- language, source group and level of the score
  stratum_size INTEGER NOT NULL, -- articles of the stratum
  stratum_n INTEGER NOT NULL, -- drawn of it
  weight REAL NOT NULL, -- stratum_size / stratum_n: articles that the item stands for
  PRIMARY KEY(sample, number),
  UNIQUE(sample, article_id)
) STRICT""",
    """CREATE TABLE review_topics ( -- append-only: what a review says of the topic, if it does
  review_id INTEGER PRIMARY KEY REFERENCES reviews(id), -- which review
  topic INTEGER NOT NULL CHECK (topic IN (0, 1)) -- 1 = the AI boom as an economic or market matter
) STRICT""",
    """CREATE TABLE calibrations ( -- append-only: curves from the scorer's fear to the coders'
  name TEXT PRIMARY KEY, -- the index made with it is fear.v1+NAME
  created_at TEXT NOT NULL, -- when it was fitted
  sample TEXT NOT NULL REFERENCES audit_samples(name), -- whose codes it was fitted on
  scorer TEXT NOT NULL, -- whose fear it calibrates
  coded INTEGER NOT NULL, -- items with codes at that time
  knots TEXT NOT NULL, -- JSON: language or "all" -> list of [fear, calibrated fear]
  errors TEXT NOT NULL -- JSON: language -> 4 x 4 effective counts of reading errors after it
) STRICT""",
)
