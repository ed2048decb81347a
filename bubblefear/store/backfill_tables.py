"""The table of pages to be read later: lists of addresses with dates, and how far they are.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE backfill ( -- one row for every address of an imported list
  url TEXT PRIMARY KEY, -- canonical address of the article
  link TEXT NOT NULL, -- address as listed
  copy_url TEXT, -- address of an archive's copy to read; NULL = the page as it is now
  source TEXT NOT NULL, -- publisher
  published_at TEXT NOT NULL, -- the list's date: of publication, or when it was found or copied
  first_seen_at TEXT NOT NULL, -- the list's date and import_delay: what counts as first sight
  date_note TEXT, -- what was assumed to read the date
  list TEXT NOT NULL, -- name of the list
  titled INTEGER NOT NULL, -- 1 = the title came before the page; 0 = it was read off the page
  state TEXT NOT NULL, -- waiting, done, failed (asked for again, three times in all) or refused
  tries INTEGER NOT NULL DEFAULT 0, -- how often it was asked for
  asked_at TEXT, -- when last
  reason TEXT, -- why it failed or was refused
  entry_id TEXT REFERENCES entries(id) -- the entry; NULL = no title yet
) STRICT""",
)

INDICES: Final[tuple[str, ...]] = (
    "CREATE INDEX backfill_state ON backfill(state, published_at, url)",
    "CREATE INDEX backfill_entry ON backfill(entry_id)",
)
