"""What a published file has beside the schema's tables: what it is, one flat table, its counts.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE published ( -- what this file is: a part of a database, made to be read
  name TEXT PRIMARY KEY, -- scorer, since, vintages, entries read, articles kept and so on
  value TEXT -- as text; NULL = does not apply
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE news ( -- every published article once, flat: title, link, score, in one row
  number INTEGER PRIMARY KEY, -- entries.number
  article_id TEXT NOT NULL UNIQUE, -- entries.id
  title TEXT NOT NULL, -- headline
  url TEXT, -- link to the publisher's page
  source TEXT NOT NULL, -- publisher
  language TEXT NOT NULL, -- en, zh-Hans, zh-Hant or other
  month TEXT NOT NULL, -- YYYY-MM of first_seen_at, UTC
  first_seen_at TEXT NOT NULL, -- when it was first seen
  published_at TEXT, -- the publisher's time
  stance TEXT NOT NULL, -- fear, relief, mixed or none by its score; not scored
  kind TEXT, -- threat, act or NULL
  channel TEXT, -- one of six or NULL
  relevance REAL, -- 0-1
  fear REAL, -- 0-1
  relief REAL, -- 0-1
  contribution REAL, -- 0-1: relevance x fear; 0 for a denial
  recap INTEGER, -- 1 = a recap of prices
  story_id TEXT -- stories.id
) STRICT""",
    """CREATE TABLE facet_counts ( -- how many rows of a table have a value, counted beforehand
  name TEXT NOT NULL, -- of the table or view
  facet TEXT NOT NULL, -- of its column
  value TEXT NOT NULL, -- a value of it; rows without one are not counted
  rows INTEGER NOT NULL, -- that have it
  PRIMARY KEY(name, facet, value)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE left_out ( -- entries that were read and are not in this file: the denominator
  closes_at TEXT NOT NULL, -- close of the New York session that they belong to
  source TEXT NOT NULL, -- publisher
  language TEXT, -- en, zh-Hans, zh-Hant or other; NULL = without text
  entries INTEGER NOT NULL, -- how many
  abstained INTEGER NOT NULL -- of which could not be scored
) STRICT""",
)
INDICES: Final[tuple[str, ...]] = (
    "CREATE INDEX news_source ON news(source, first_seen_at)",
    "CREATE INDEX news_language ON news(language)",
    "CREATE INDEX news_month ON news(month)",
    "CREATE INDEX news_stance ON news(stance)",
    "CREATE INDEX news_kind ON news(kind)",
    "CREATE INDEX news_channel ON news(channel, first_seen_at)",
    "CREATE INDEX news_contribution ON news(contribution)",
    "CREATE INDEX left_out_closes ON left_out(closes_at)",
    "CREATE INDEX facet_counts_rows ON facet_counts(name, facet, rows)",
)
# Table or view -> its facets, as the review's pages show them, and those of the flat table.
FACETS: Final[dict[str, tuple[str, ...]]] = {
    "news": ("source", "language", "channel", "kind", "month", "stance"),
    "article_scores": ("source", "language", "channel", "kind"),
    "entries": ("source", "origin"),
    "articles": ("language", "body_status"),
    "scores": ("scorer", "channel", "kind"),
    "score_history": ("scorer",),
    "evidence": ("field", "channel", "kind"),
    "mentions": ("kind", "name"),
    "story_links": ("how",),
    "index_points": ("series",),
}
