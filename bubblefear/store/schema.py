"""Migration 1's statements.

Each comment after a column is its description: SQLite keeps the text of CREATE TABLE, so the
comments are in every database and ``docs/schema.md`` is made from them. Times are UTC text,
``YYYY-MM-DDTHH:MM:SSZ``. The statements are never edited after a release: a later change is a
later migration.
"""

from __future__ import annotations

from typing import Final

_SCORE: Final = """\
  article_id TEXT NOT NULL REFERENCES articles(id), -- what was scored
  scorer TEXT NOT NULL, -- named version, such as finbert-multi.v1
  text_sha256 TEXT NOT NULL, -- the text that was scored
  text_known_at TEXT NOT NULL, -- when that text was first known: a body may come after the headline
  negative REAL, -- class probability, 0-1
  neutral REAL, -- class probability, 0-1
  positive REAL, -- class probability, 0-1
  relevance REAL, -- 0-1: does the text treat the AI boom as an economic or market matter
  fear REAL, -- 0-1: strength of fear that it is overvalued, over-built, over-borrowed or breaking
  relief REAL, -- 0-1: its opposite, kept apart
  kind TEXT, -- threat (it could break), act (it did fall) or NULL
  channel TEXT, -- valuation, capex, credit, liquidity, contagion, policy or NULL
  recap INTEGER, -- 1 = a recap of prices
  abstained TEXT, -- why there is no score; NULL = scored
  scored_at TEXT NOT NULL, -- when
"""

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE sources ( -- a publisher; a feed is one of its addresses
  name TEXT PRIMARY KEY, -- the publisher's name as shown
  language TEXT, -- en, zh-Hans or zh-Hant where all of its news is in one; NULL = mixed or unknown
  kind TEXT, -- how its news came first: feed, import or sample
  homepage TEXT, -- address for a reader
  first_seen_at TEXT NOT NULL -- when the first item or feed of it was stored
) STRICT""",
    """CREATE TABLE feeds ( -- an address that is polled
  url TEXT PRIMARY KEY, -- as given by the user
  source TEXT NOT NULL REFERENCES sources(name), -- whose items these are
  title TEXT, -- the feed's own title
  language TEXT, -- language of its items; NULL = detected for each
  timezone TEXT, -- IANA zone of its dates that name none
  publisher_from_entry INTEGER NOT NULL DEFAULT 0, -- 1 = an aggregator: the entry names its source
  enabled INTEGER NOT NULL DEFAULT 1, -- 0 = removed by the user, kept because polls refer to it
  etag TEXT, -- validator of the last answer, for a conditional request
  last_modified TEXT, -- the other validator
  added_at TEXT NOT NULL -- when the user added it
) STRICT""",
    """CREATE TABLE polls ( -- every request of a feed, answered or not
  id INTEGER PRIMARY KEY, -- order of writing
  run_id TEXT NOT NULL, -- runs.id that asked
  feed_url TEXT NOT NULL REFERENCES feeds(url), -- which feed
  polled_at TEXT NOT NULL, -- when the answer was complete
  status INTEGER, -- HTTP status; NULL = no answer
  bytes INTEGER NOT NULL, -- size of the body as read
  etag TEXT, -- validator received
  last_modified TEXT, -- the other validator
  final_url TEXT, -- address after redirects
  items_seen INTEGER NOT NULL, -- entries in the answer
  items_new INTEGER NOT NULL, -- of which not stored before
  saturated INTEGER NOT NULL, -- 1 = no overlap with what was stored: items may have been missed
  error TEXT, -- why it failed; NULL = fine
  UNIQUE(run_id, feed_url)
) STRICT""",
    """CREATE TABLE entries ( -- every item polled or imported, relevant or not: the denominator
  number INTEGER PRIMARY KEY, -- order of writing; the rowid that articles_fts is keyed by
  id TEXT NOT NULL UNIQUE, -- stable identity of the item, 16 hex digits
  source TEXT NOT NULL REFERENCES sources(name), -- publisher
  feed_url TEXT, -- feed that it was first seen in; NULL = imported
  guid TEXT, -- the feed's own identifier
  url TEXT, -- link as given
  canonical_url TEXT, -- link without tracking parameters
  title TEXT NOT NULL, -- headline, may be empty
  summary TEXT, -- the feed's description, as text
  author TEXT, -- as given
  published_at TEXT, -- the publisher's time; NULL = none, or not believed
  first_seen_at TEXT NOT NULL, -- when we could first know it: the time that every test uses
  date_note TEXT, -- why the publisher's date was not believed
  origin TEXT NOT NULL -- feed, import or sample
) STRICT""",
    """CREATE TABLE stories ( -- a cluster of articles that report the same thing
  id TEXT PRIMARY KEY, -- made from its first article
  first_article_id TEXT NOT NULL, -- the article that was seen first
  first_seen_at TEXT NOT NULL -- when that was
) STRICT""",
    """CREATE TABLE articles ( -- one for every entry that has text
  id TEXT PRIMARY KEY REFERENCES entries(id), -- the entry's
  story_id TEXT REFERENCES stories(id), -- NULL = not grouped yet
  language TEXT NOT NULL, -- en, zh-Hans, zh-Hant or other
  body TEXT, -- text of the page, or full text from the feed
  body_status TEXT NOT NULL, -- none = not asked for, ok, stub (paywall), empty, failed
  body_at TEXT, -- when the page was last asked for
  text_sha256 TEXT NOT NULL -- of title, summary and body: a score of another hash is out of date
) STRICT""",
    f"""CREATE TABLE scores ( -- article x scorer: the score of the newest text that was read
{_SCORE}  PRIMARY KEY(article_id, scorer)
) STRICT""",
    f"""CREATE TABLE score_history ( -- append-only: scores of texts that have changed since
{_SCORE}  PRIMARY KEY(article_id, scorer, text_sha256)
) STRICT""",
    """CREATE TABLE evidence ( -- the sentences of every article of relevance above 0
  article_id TEXT NOT NULL REFERENCES articles(id), -- whose sentence
  scorer TEXT NOT NULL, -- who read it
  position INTEGER NOT NULL, -- 0, 1, ... in reading order
  field TEXT NOT NULL, -- title, summary or body
  start INTEGER NOT NULL, -- first character in the field
  "end" INTEGER NOT NULL, -- one past the last
  sentence TEXT NOT NULL, -- the text between them
  negative REAL, -- class probability, 0-1
  neutral REAL, -- class probability, 0-1
  positive REAL, -- class probability, 0-1
  relevance REAL, -- 0-1
  fear REAL, -- 0-1
  relief REAL, -- 0-1
  weight REAL, -- its share in the article's score
  kind TEXT, -- threat, act or NULL
  channel TEXT, -- one of six or NULL
  phrases TEXT, -- JSON list of the phrases that matched
  PRIMARY KEY(article_id, scorer, position)
) STRICT""",
    """CREATE TABLE mentions ( -- what an article names
  article_id TEXT NOT NULL REFERENCES articles(id), -- which article
  kind TEXT NOT NULL, -- entity, channel or topic
  name TEXT NOT NULL, -- one name over three scripts
  surface TEXT NOT NULL, -- as written
  field TEXT NOT NULL, -- title, summary or body
  start INTEGER NOT NULL, -- first character in the field
  "end" INTEGER NOT NULL, -- one past the last
  PRIMARY KEY(article_id, kind, name, field, start)
) STRICT""",
    """CREATE TABLE index_points ( -- append-only: a vintage holds the points that differ
  version TEXT NOT NULL, -- of the index's definition and constants
  vintage TEXT NOT NULL, -- vintages.vintage that changed this point
  series TEXT NOT NULL, -- total, threat, act, channel:..., language:..., entity:... and so on
  date TEXT NOT NULL, -- New York session
  value REAL, -- base window's mean = 100; NULL = too little news, missing
  ma7 REAL, -- trailing mean of 7 days
  ma30 REAL, -- trailing mean of 30 days
  lo REAL, -- lower end of the 90 % band
  hi REAL, -- upper end of the 90 % band
  n INTEGER, -- articles behind the point; NULL = the point was withdrawn
  PRIMARY KEY(version, series, date, vintage)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE vintages ( -- the index as it stood at an instant
  version TEXT NOT NULL, -- of the index's definition
  vintage TEXT NOT NULL, -- instant of the build: unique and increasing
  kind TEXT NOT NULL, -- real-time or reconstructed
  as_of TEXT NOT NULL, -- nothing first seen after this went in
  inputs_sha256 TEXT NOT NULL, -- of the articles, scores and specification
  constants TEXT NOT NULL, -- JSON: base window, scales, specification
  points INTEGER NOT NULL, -- points that this vintage changed
  PRIMARY KEY(version, vintage)
) STRICT""",
    """CREATE TABLE prices ( -- daily bars
  symbol TEXT NOT NULL, -- such as BTC-USD
  date TEXT NOT NULL, -- day of the bar in its market's calendar; UTC for crypto
  open REAL, -- NULL = missing
  high REAL, -- NULL = missing
  low REAL, -- NULL = missing
  close REAL, -- NULL = missing
  adj_close REAL, -- corrected for splits and dividends
  volume REAL, -- NULL = missing
  origin TEXT NOT NULL, -- where the bar came from
  first_seen_at TEXT NOT NULL, -- when the bar was first stored
  PRIMARY KEY(symbol, date)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE runs ( -- every command that changed something
  id TEXT PRIMARY KEY, -- start time and a random part
  command TEXT NOT NULL, -- such as daily
  settings TEXT NOT NULL, -- JSON: every setting in force
  data_sha256 TEXT, -- of the input, where the command has one
  versions TEXT NOT NULL, -- JSON: bubblefear, Python, scorer and the packages that compute
  started_at TEXT NOT NULL, -- when
  finished_at TEXT, -- when; NULL = running or killed
  timings TEXT, -- JSON: stage -> seconds
  outcome TEXT, -- done, partial, failed; NULL = unfinished
  note TEXT -- what was done, or why it failed
) STRICT""",
    """CREATE TABLE problems ( -- bad input, with its reason: the same problem is one row
  id TEXT PRIMARY KEY, -- hash of code, subject, reason and the raw bytes' hash
  code TEXT NOT NULL, -- kind of problem
  subject TEXT NOT NULL, -- the feed, page, file or symbol
  reason TEXT NOT NULL, -- in words
  raw_sha256 TEXT, -- of the bytes that were refused
  first_at TEXT NOT NULL, -- first met
  last_at TEXT NOT NULL, -- last met
  times INTEGER NOT NULL -- how often
) STRICT""",
    """CREATE TABLE reviews ( -- what a person says of an article; never changed, only added to
  id INTEGER PRIMARY KEY, -- order of writing
  article_id TEXT NOT NULL REFERENCES articles(id), -- which article
  reviewer TEXT NOT NULL, -- who
  fear INTEGER CHECK (fear BETWEEN 0 AND 3), -- 0 none ... 3 strong
  stance TEXT, -- fear, relief, mixed or none
  kind TEXT, -- threat or act
  channel TEXT, -- one of six
  note TEXT, -- free text
  created_at TEXT NOT NULL -- when
) STRICT""",
    """CREATE TABLE test_results ( -- one row for every hypothesis tested in a run
  run_id TEXT NOT NULL, -- runs.id
  position INTEGER NOT NULL, -- order of printing
  hypothesis TEXT NOT NULL, -- as declared before the data was read
  family TEXT NOT NULL, -- within which p-values are corrected
  status TEXT NOT NULL, -- whether it could be tested
  estimate REAL, -- the statistic that the hypothesis is about
  lo REAL, -- lower end of its interval
  hi REAL, -- upper end of its interval
  p REAL, -- p-value
  q REAL, -- after correction within the family
  size REAL, -- rejection rate of the test under a simulated null
  mde REAL, -- smallest effect that the sample could have found
  n INTEGER, -- observations
  verdict TEXT NOT NULL, -- in plain words
  detail TEXT, -- JSON: everything else that the test reports
  PRIMARY KEY(run_id, position)
) STRICT""",
    """CREATE TABLE counters ( -- how often inputs changed, so that staleness costs one look-up
  name TEXT PRIMARY KEY, -- inputs, or built:VERSION = the value of inputs at the last build
  value TEXT NOT NULL -- a count, or for built: a count and a hash of the specification
) STRICT""",
    """CREATE VIRTUAL TABLE articles_fts USING fts5(title, summary, body, tokenize='unicode61')""",
)

INDICES: Final[tuple[str, ...]] = (
    "CREATE INDEX articles_story ON articles(story_id)",
    "CREATE INDEX entries_first_seen ON entries(first_seen_at)",
    "CREATE INDEX entries_source_first_seen ON entries(source, first_seen_at)",
    "CREATE INDEX scores_scorer_fear ON scores(scorer, fear)",
    "CREATE INDEX mentions_name ON mentions(name)",
    "CREATE INDEX polls_feed ON polls(feed_url, id)",
    "CREATE INDEX reviews_article ON reviews(article_id)",
)
