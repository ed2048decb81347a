"""The table of pages to be read later: lists of addresses with dates, and how far they are.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE backfill ( -- one row for every address of an imported list
  url TEXT PRIMARY KEY, -- canonical address of the article
  fetch_url TEXT NOT NULL, -- address to read: the article's own, or an archive's copy
  published_at TEXT NOT NULL, -- the list's date
  source TEXT NOT NULL, -- publisher
  title TEXT, -- the list's title; NULL = the page's is taken
  list TEXT NOT NULL, -- name of the list
  state TEXT NOT NULL, -- waiting, done, failed or refused
  tries INTEGER NOT NULL DEFAULT 0, -- how often it was asked for
  asked_at TEXT, -- when last
  reason TEXT, -- why it failed or was refused
  entry_id TEXT REFERENCES entries(id) -- the entry that it became
) STRICT""",
)

INDICES: Final[tuple[str, ...]] = ("CREATE INDEX backfill_state ON backfill(state, published_at)",)
