"""Migration 2's tables of the index: accounts, seals and what an incremental build reads again.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE accounts ( -- append-only: the articles that make up the total of a session
  version TEXT NOT NULL, -- of the index
  date TEXT NOT NULL, -- New York session
  vintage TEXT NOT NULL, -- vintages.vintage in which the account became this
  parts TEXT NOT NULL, -- JSON list of objects: article, story, member, fear, novelty, points
  PRIMARY KEY(version, date, vintage)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE seals ( -- one for each vintage: a hash over it and the seal of the one before
  version TEXT NOT NULL, -- of the index
  vintage TEXT NOT NULL, -- the vintage sealed
  previous TEXT, -- seal of the vintage before; NULL = the first
  sha256 TEXT NOT NULL, -- over previous, the vintage's row, its points, accounts and coverage
  PRIMARY KEY(version, vintage)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE cells ( -- sums of a session that an incremental build reads instead of articles
  recipe TEXT NOT NULL, -- hash of scorer and choices that the sums depend on
  date TEXT NOT NULL, -- New York session
  known TEXT NOT NULL, -- instant = with every text known now, close = with those known at its close
  sums TEXT NOT NULL, -- JSON: counts, and for each source and language its count and sums
  PRIMARY KEY(recipe, date, known)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE coverage ( -- append-only: usual share of relevant entries of each source
  version TEXT NOT NULL, -- of the index
  vintage TEXT NOT NULL, -- vintage in which the rate became this
  source TEXT NOT NULL, -- publisher
  language TEXT NOT NULL, -- in which it publishes
  rate REAL, -- relevant entries of an entry, as fixed; NULL = no more in the index
  entered TEXT, -- session from which it counts; NULL = from the base window
  PRIMARY KEY(version, source, language, vintage)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE touched ( -- hours whose entries, stories or scores changed, and when
  hour TEXT PRIMARY KEY, -- YYYY-MM-DDTHH of first_seen_at, UTC
  change INTEGER NOT NULL -- counters.inputs as it stood at the last change
) STRICT, WITHOUT ROWID""",
)

_TOUCH: Final = """INSERT INTO touched
  SELECT substr(e.first_seen_at, 1, 13),
         coalesce((SELECT CAST(value AS INTEGER) FROM counters WHERE name = 'inputs'), 0)
  FROM entries e WHERE e.id = {id}
  ON CONFLICT(hour) DO UPDATE SET change = excluded.change"""

# Triggers, not calls: no writer can forget to say what it changed.
TRIGGERS: Final[tuple[str, ...]] = (
    f"""CREATE TRIGGER touched_by_entry AFTER INSERT ON entries BEGIN
  {_TOUCH.format(id="NEW.id")}; END""",
    f"""CREATE TRIGGER touched_by_story AFTER UPDATE OF story_id ON articles BEGIN
  {_TOUCH.format(id="NEW.id")}; END""",
    f"""CREATE TRIGGER touched_by_score AFTER INSERT ON scores BEGIN
  {_TOUCH.format(id="NEW.article_id")}; END""",
)
