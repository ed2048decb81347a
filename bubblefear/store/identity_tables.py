"""Tables of identity: by which names an entry is known, and what its publisher changed later.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE entry_aliases ( -- every name under which a polled item may come again
  alias TEXT NOT NULL, -- 16 hex digits: hash of the name and of where it holds
  entry_id TEXT NOT NULL REFERENCES entries(id), -- the item; a name may be borne by several
  kind TEXT NOT NULL, -- url, redirect (an aggregator's link), guid or title
  value TEXT NOT NULL, -- the name itself; a title without case, spaces and punctuation
  first_seen_at TEXT NOT NULL, -- when the item was first met under it
  PRIMARY KEY(alias, entry_id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE entry_versions ( -- append-only: texts of an item that its feed changed later
  entry_id TEXT NOT NULL REFERENCES entries(id), -- which item
  seen_at TEXT NOT NULL, -- when this text was first seen; the first text is in entries
  title TEXT NOT NULL, -- as in entries
  summary TEXT, -- as in entries
  body TEXT, -- full text from the feed
  published_at TEXT, -- as in entries
  text_sha256 TEXT NOT NULL, -- of title, summary and body
  PRIMARY KEY(entry_id, text_sha256)
) STRICT""",
)

INDICES: Final[tuple[str, ...]] = ("CREATE INDEX entry_aliases_entry ON entry_aliases(entry_id)",)
