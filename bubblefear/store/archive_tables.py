"""Migration 6: what lies in Parquet files beside the database, and tables that outlive entries.

An entry that was moved to the archive keeps its names, its later texts and its line in an imported
list here, and may be named by the link of an article that came later: these tables refer to
entries without a foreign key. The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE archives ( -- Parquet files that rows of old months were moved to
  month TEXT NOT NULL, -- YYYY-MM of first_seen_at, UTC
  part INTEGER NOT NULL, -- 1, 2, ...: a month gets another one where news of it came later
  name TEXT NOT NULL, -- the table whose rows the file holds
  file TEXT NOT NULL, -- path within the folder beside the database
  rows INTEGER NOT NULL, -- how many it holds
  bytes INTEGER NOT NULL, -- its size
  sha256 TEXT NOT NULL, -- of its bytes
  first_number INTEGER NOT NULL, -- least entries.number of the part
  last_number INTEGER NOT NULL, -- largest entries.number of the part
  first_seen_at TEXT NOT NULL, -- of the part's earliest entry
  last_seen_at TEXT NOT NULL, -- of its latest
  counts TEXT NOT NULL, -- JSON: rows by origin, language or scorer; abstentions by scorer
  archived_at TEXT NOT NULL, -- when the rows were moved
  PRIMARY KEY(month, part, name)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE archived_entries ( -- identities of the entries that lie in the archive
  id TEXT PRIMARY KEY, -- entries.id
  month TEXT NOT NULL -- archives.month
) STRICT, WITHOUT ROWID""",
)

# The tables of migration 4, but for the foreign keys to entries that may have been moved.
REBUILT: Final[dict[str, str]] = {
    "entry_aliases": """CREATE TABLE entry_aliases ( -- every name of an item that may come again
  alias TEXT NOT NULL, -- 16 hex digits: hash of the name and of where it holds
  entry_id TEXT NOT NULL, -- the item, archived or not; a name may be borne by several
  kind TEXT NOT NULL, -- url, redirect (an aggregator's link), guid or title
  value TEXT NOT NULL, -- the name itself; a title without case, spaces and punctuation
  first_seen_at TEXT NOT NULL, -- when the item was first met under it
  PRIMARY KEY(alias, entry_id)
) STRICT, WITHOUT ROWID""",
    "entry_versions": """CREATE TABLE entry_versions ( -- append-only: texts changed by the feed
  entry_id TEXT NOT NULL, -- which item, archived or not
  seen_at TEXT NOT NULL, -- when this text was first seen; the first text is in entries
  title TEXT NOT NULL, -- as in entries
  summary TEXT, -- as in entries
  body TEXT, -- full text from the feed
  published_at TEXT, -- as in entries
  text_sha256 TEXT NOT NULL, -- of title, summary and body
  PRIMARY KEY(entry_id, text_sha256)
) STRICT""",
    "story_links": """CREATE TABLE story_links ( -- why an article joined a story: one row for each
  article_id TEXT PRIMARY KEY REFERENCES articles(id), -- the later article
  other_id TEXT NOT NULL, -- the earlier one that it repeats, archived or not
  how TEXT NOT NULL, -- same = same words, near = nearly, meaning = other words or language
  similarity REAL NOT NULL, -- 0-1: share of common words, or probability of the same story
  shared TEXT -- JSON list: numbers and names that both tell; NULL where words decided
) STRICT""",
    "backfill": """CREATE TABLE backfill ( -- one row for every address of an imported list
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
  entry_id TEXT -- the entry, archived or not; NULL = no title yet
) STRICT""",
}


def _rebuild(name: str, statement: str) -> tuple[str, ...]:
    """SQLite cannot drop a foreign key: the rows go into a table without it."""
    return (
        f"ALTER TABLE {name} RENAME TO old_{name}",
        statement,
        f"INSERT INTO {name} SELECT * FROM old_{name}",
        f"DROP TABLE old_{name}",
    )


REBUILDING: Final = tuple(
    step for name, statement in REBUILT.items() for step in _rebuild(name, statement)
)

INDICES: Final[tuple[str, ...]] = (
    "CREATE INDEX entry_aliases_entry ON entry_aliases(entry_id)",
    "CREATE INDEX backfill_state ON backfill(state, published_at, url)",
    "CREATE INDEX backfill_entry ON backfill(entry_id)",
    # Else each article that is deleted would cost a scan of the audits.
    "CREATE INDEX audit_items_article ON audit_items(article_id)",
)
