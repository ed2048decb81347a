-- A database of schema 2 as it was released, with rows of own writing in every table.
-- Frozen: a file like this one is in use somewhere, so it is never made anew.
PRAGMA user_version = 2;
BEGIN;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE sources ( -- a publisher; a feed is one of its addresses
  name TEXT PRIMARY KEY, -- the publisher's name as shown
  language TEXT, -- en, zh-Hans or zh-Hant where all of its news is in one; NULL = mixed or unknown
  kind TEXT, -- how its news came first: feed, import or sample
  homepage TEXT, -- address for a reader
  first_seen_at TEXT NOT NULL -- when the first item or feed of it was stored
) STRICT;
CREATE TABLE feeds ( -- an address that is polled
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
) STRICT;
CREATE TABLE polls ( -- every request of a feed, answered or not
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
) STRICT;
CREATE TABLE entries ( -- every item polled or imported, relevant or not: the denominator
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
) STRICT;
CREATE TABLE stories ( -- a cluster of articles that report the same thing
  id TEXT PRIMARY KEY, -- made from its first article
  first_article_id TEXT NOT NULL, -- the article that was seen first
  first_seen_at TEXT NOT NULL -- when that was
) STRICT;
CREATE TABLE articles ( -- one for every entry that has text
  id TEXT PRIMARY KEY REFERENCES entries(id), -- the entry's
  story_id TEXT REFERENCES stories(id), -- NULL = not grouped yet
  language TEXT NOT NULL, -- en, zh-Hans, zh-Hant or other
  body TEXT, -- text of the page, or full text from the feed
  body_status TEXT NOT NULL, -- none = not asked for, ok, stub (paywall), empty, failed
  body_at TEXT, -- when the page was last asked for
  text_sha256 TEXT NOT NULL -- of title, summary and body: a score of another hash is out of date
) STRICT;
CREATE TABLE scores ( -- article x scorer: the score of the newest text that was read
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
  PRIMARY KEY(article_id, scorer)
) STRICT;
CREATE TABLE score_history ( -- append-only: scores of texts that have changed since
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
  PRIMARY KEY(article_id, scorer, text_sha256)
) STRICT;
CREATE TABLE evidence ( -- the sentences of every article of relevance above 0
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
) STRICT;
CREATE TABLE mentions ( -- what an article names
  article_id TEXT NOT NULL REFERENCES articles(id), -- which article
  kind TEXT NOT NULL, -- entity, channel or topic
  name TEXT NOT NULL, -- one name over three scripts
  surface TEXT NOT NULL, -- as written
  field TEXT NOT NULL, -- title, summary or body
  start INTEGER NOT NULL, -- first character in the field
  "end" INTEGER NOT NULL, -- one past the last
  PRIMARY KEY(article_id, kind, name, field, start)
) STRICT;
CREATE TABLE index_points ( -- append-only: a vintage holds the points that differ
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
) STRICT, WITHOUT ROWID;
CREATE TABLE vintages ( -- the index as it stood at an instant
  version TEXT NOT NULL, -- of the index's definition
  vintage TEXT NOT NULL, -- instant of the build: unique and increasing
  kind TEXT NOT NULL, -- real-time or reconstructed
  as_of TEXT NOT NULL, -- nothing first seen after this went in
  inputs_sha256 TEXT NOT NULL, -- of the articles, scores and specification
  constants TEXT NOT NULL, -- JSON: base window, scales, specification
  points INTEGER NOT NULL, -- points that this vintage changed
  PRIMARY KEY(version, vintage)
) STRICT;
CREATE TABLE prices ( -- daily bars
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
) STRICT, WITHOUT ROWID;
CREATE TABLE runs ( -- every command that changed something
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
) STRICT;
CREATE TABLE problems ( -- bad input, with its reason: the same problem is one row
  id TEXT PRIMARY KEY, -- hash of code, subject, reason and the raw bytes' hash
  code TEXT NOT NULL, -- kind of problem
  subject TEXT NOT NULL, -- the feed, page, file or symbol
  reason TEXT NOT NULL, -- in words
  raw_sha256 TEXT, -- of the bytes that were refused
  first_at TEXT NOT NULL, -- first met
  last_at TEXT NOT NULL, -- last met
  times INTEGER NOT NULL -- how often
) STRICT;
CREATE TABLE reviews ( -- what a person says of an article; never changed, only added to
  id INTEGER PRIMARY KEY, -- order of writing
  article_id TEXT NOT NULL REFERENCES articles(id), -- which article
  reviewer TEXT NOT NULL, -- who
  fear INTEGER CHECK (fear BETWEEN 0 AND 3), -- 0 none ... 3 strong
  stance TEXT, -- fear, relief, mixed or none
  kind TEXT, -- threat or act
  channel TEXT, -- one of six
  note TEXT, -- free text
  created_at TEXT NOT NULL -- when
) STRICT;
CREATE TABLE test_results ( -- one row for every hypothesis tested in a run
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
) STRICT;
CREATE TABLE counters ( -- how often inputs changed, so that staleness costs one look-up
  name TEXT PRIMARY KEY, -- inputs, or built:VERSION = the value of inputs at the last build
  value TEXT NOT NULL -- a count, or for built: a count and a hash of the specification
) STRICT;
CREATE VIRTUAL TABLE articles_fts USING fts5(title, summary, body, tokenize='unicode61');
CREATE INDEX articles_story ON articles(story_id);
CREATE INDEX entries_first_seen ON entries(first_seen_at);
CREATE INDEX entries_source_first_seen ON entries(source, first_seen_at);
CREATE INDEX scores_scorer_fear ON scores(scorer, fear);
CREATE INDEX mentions_name ON mentions(name);
CREATE INDEX polls_feed ON polls(feed_url, id);
CREATE INDEX reviews_article ON reviews(article_id);
CREATE VIEW article_scores AS
  -- every scored article with its source, times and score: one row for each scorer
SELECT s.article_id, e.number, e.title, e.source, a.language, e.published_at, e.first_seen_at,
       s.scorer, s.relevance, s.fear, s.relief, CASE WHEN s.relief > s.fear THEN 0.0 ELSE s.relevance * s.fear END AS contribution,
       s.kind, s.channel, s.recap, s.abstained, a.story_id, e.origin, e.url
FROM scores s
LEFT JOIN entries e ON e.id = s.article_id
LEFT JOIN articles a ON a.id = s.article_id;
CREATE TABLE accounts ( -- append-only: the articles that make up the total of a session
  version TEXT NOT NULL, -- of the index
  date TEXT NOT NULL, -- New York session
  vintage TEXT NOT NULL, -- vintages.vintage in which the account became this
  parts TEXT NOT NULL, -- JSON list of objects: article, story, member, fear, novelty, points
  PRIMARY KEY(version, date, vintage)
) STRICT, WITHOUT ROWID;
CREATE TABLE seals ( -- one for each vintage: a hash over it and the seal of the one before
  version TEXT NOT NULL, -- of the index
  vintage TEXT NOT NULL, -- the vintage sealed
  previous TEXT, -- seal of the vintage before; NULL = the first
  sha256 TEXT NOT NULL, -- over previous, the vintage's row, its points, accounts and coverage
  PRIMARY KEY(version, vintage)
) STRICT, WITHOUT ROWID;
CREATE TABLE cells ( -- sums of a session that an incremental build reads instead of articles
  recipe TEXT NOT NULL, -- hash of scorer and choices that the sums depend on
  date TEXT NOT NULL, -- New York session
  known TEXT NOT NULL, -- instant = with every text known now, close = with those known at its close
  sums TEXT NOT NULL, -- JSON: counts, and for each source and language its count and sums
  PRIMARY KEY(recipe, date, known)
) STRICT, WITHOUT ROWID;
CREATE TABLE coverage ( -- append-only: usual share of relevant entries of each source
  version TEXT NOT NULL, -- of the index
  vintage TEXT NOT NULL, -- vintage in which the rate became this
  source TEXT NOT NULL, -- publisher
  language TEXT NOT NULL, -- in which it publishes
  rate REAL, -- relevant entries of an entry, as fixed; NULL = no more in the index
  entered TEXT, -- session from which it counts; NULL = from the base window
  PRIMARY KEY(version, source, language, vintage)
) STRICT, WITHOUT ROWID;
CREATE TABLE touched ( -- hours whose entries, stories or scores changed, and when
  hour TEXT PRIMARY KEY, -- YYYY-MM-DDTHH of first_seen_at, UTC
  change INTEGER NOT NULL -- counters.inputs as it stood at the last change
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_samples ( -- append-only: random draws of scored articles for coding
  name TEXT PRIMARY KEY, -- such as audit-2025-11-23
  created_at TEXT NOT NULL, -- when it was drawn
  scorer TEXT NOT NULL, -- whose scores made the strata
  seed INTEGER NOT NULL, -- of the draw
  size INTEGER NOT NULL, -- articles asked for
  since TEXT, -- first seen at or after; NULL = from the first
  until TEXT, -- first seen at or before; NULL = to the last
  definition TEXT NOT NULL -- JSON: how the strata were made, and the population
) STRICT;
CREATE TABLE audit_items ( -- append-only: the articles of a sample, in the order of coding
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
) STRICT;
CREATE TABLE review_topics ( -- append-only: what a review says of the topic, if it does
  review_id INTEGER PRIMARY KEY REFERENCES reviews(id), -- which review
  topic INTEGER NOT NULL CHECK (topic IN (0, 1)) -- 1 = the AI boom as an economic or market matter
) STRICT;
CREATE TABLE calibrations ( -- append-only: curves from the scorer's fear to the coders'
  name TEXT PRIMARY KEY, -- the index made with it is fear.v1+NAME
  created_at TEXT NOT NULL, -- when it was fitted
  sample TEXT NOT NULL REFERENCES audit_samples(name), -- whose codes it was fitted on
  scorer TEXT NOT NULL, -- whose fear it calibrates
  coded INTEGER NOT NULL, -- items with codes at that time
  knots TEXT NOT NULL, -- JSON: language or "all" -> list of [fear, calibrated fear]
  errors TEXT NOT NULL -- JSON: language -> 4 x 4 effective counts of reading errors after it
) STRICT;
CREATE TABLE alerts ( -- a rule that fired on a session: told once
  rule TEXT NOT NULL, -- as the job writes it, such as total.z>2
  version TEXT NOT NULL, -- of the index
  series TEXT NOT NULL, -- index_points.series that the rule looks at
  session TEXT NOT NULL, -- New York session that it fired on
  vintage TEXT NOT NULL, -- vintages.vintage that it was judged on
  value REAL NOT NULL, -- the series' value then
  figure REAL NOT NULL, -- what was compared: value, change, z, ma7 or ma30
  message TEXT NOT NULL, -- JSON as printed and sent
  fired_at TEXT NOT NULL, -- when
  delivery TEXT NOT NULL CHECK (delivery IN ('shown', 'pending', 'sent')), -- shown = no webhook
  delivered_at TEXT, -- when the webhook took it; NULL = not, or not yet
  PRIMARY KEY(rule, version, session)
) STRICT;
CREATE TRIGGER touched_by_entry AFTER INSERT ON entries BEGIN
  INSERT INTO touched
  SELECT substr(e.first_seen_at, 1, 13),
         coalesce((SELECT CAST(value AS INTEGER) FROM counters WHERE name = 'inputs'), 0)
  FROM entries e WHERE e.id = NEW.id
  ON CONFLICT(hour) DO UPDATE SET change = excluded.change; END;
CREATE TRIGGER touched_by_story AFTER UPDATE OF story_id ON articles BEGIN
  INSERT INTO touched
  SELECT substr(e.first_seen_at, 1, 13),
         coalesce((SELECT CAST(value AS INTEGER) FROM counters WHERE name = 'inputs'), 0)
  FROM entries e WHERE e.id = NEW.id
  ON CONFLICT(hour) DO UPDATE SET change = excluded.change; END;
CREATE TRIGGER touched_by_score AFTER INSERT ON scores BEGIN
  INSERT INTO touched
  SELECT substr(e.first_seen_at, 1, 13),
         coalesce((SELECT CAST(value AS INTEGER) FROM counters WHERE name = 'inputs'), 0)
  FROM entries e WHERE e.id = NEW.article_id
  ON CONFLICT(hour) DO UPDATE SET change = excluded.change; END;
INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('bubblefear', 'm001_initial', '2025-11-01 00:00:00.000000+00:00');
INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('bubblefear', 'm002_accounts', '2025-11-02 00:00:00.000000+00:00');

-- Sixty days of made-up news, twelve items a day, from one publisher in each of three languages.
INSERT INTO sources VALUES
  ('Harbour Gazette', 'en', 'feed', 'https://gazette.example/', '2025-09-01T00:00:00Z'),
  ('海港日报', 'zh-Hans', 'feed', NULL, '2025-09-01T00:00:00Z'),
  ('島嶼財經', 'zh-Hant', 'import', NULL, '2025-09-01T00:00:00Z');
INSERT INTO feeds VALUES
  ('https://gazette.example/rss', 'Harbour Gazette', 'Gazette', 'en', 'Europe/London', 0, 1, '"e1"', NULL, '2025-09-01T00:00:00Z'),
  ('https://haigang.example/rss', '海港日报', NULL, 'zh-Hans', NULL, 0, 1, NULL, 'Fri, 21 Nov 2025 06:00:00 GMT', '2025-09-01T00:00:00Z'),
  ('https://gone.example/rss', 'Harbour Gazette', NULL, NULL, NULL, 1, 0, NULL, NULL, '2025-09-01T00:00:00Z');
INSERT INTO polls VALUES
  (1, '20251120T210000Z-00000001', 'https://gazette.example/rss', '2025-11-20T21:00:01Z', 200, 900, '"e1"', NULL, 'https://gazette.example/rss', 4, 4, 0, NULL),
  (2, '20251120T210000Z-00000001', 'https://haigang.example/rss', '2025-11-20T21:00:02Z', 500, 0, NULL, NULL, NULL, 0, 0, 0, 'server error 500'),
  (3, '20251121T120000Z-00000003', 'https://haigang.example/rss', '2025-11-21T12:00:02Z', 200, 800, NULL, NULL, NULL, 4, 4, 1, NULL);

CREATE TEMP TABLE made AS
WITH RECURSIVE
  day(d) AS (VALUES (0) UNION ALL SELECT d + 1 FROM day WHERE d < 59),
  slot(s, source, language, feed, title, spaced, relevance, fear, kind, channel) AS (VALUES
    (0, 'Harbour Gazette', 'en', 'https://gazette.example/rss', 'Lenders fear a glut of data centres', NULL, 1.0, 0.6, 'threat', 'credit'),
    (1, 'Harbour Gazette', 'en', 'https://gazette.example/rss', 'Nvidia orders grow again', NULL, 0.9, 0.0, NULL, NULL),
    (2, 'Harbour Gazette', 'en', 'https://gazette.example/rss', 'Chip makers spend more than they earn', NULL, 0.8, 0.4, 'threat', 'capex'),
    (3, 'Harbour Gazette', 'en', 'https://gazette.example/rss', 'The harbour festival opens', NULL, 0.0, 0.0, NULL, NULL),
    (4, '海港日报', 'zh-Hans', 'https://haigang.example/rss', '人工智能泡沫令银行担忧', ' 人  工  智  能  泡  沫  令  银  行  担  忧 ', 1.0, 0.5, 'threat', 'valuation'),
    (5, '海港日报', 'zh-Hans', 'https://haigang.example/rss', '英伟达股价大跌', ' 英  伟  达  股  价  大  跌 ', 1.0, 0.7, 'act', 'valuation'),
    (6, '海港日报', 'zh-Hans', 'https://haigang.example/rss', '芯片厂扩建', ' 芯  片  厂  扩  建 ', 0.7, 0.0, NULL, NULL),
    (7, '海港日报', 'zh-Hans', 'https://haigang.example/rss', '港口迎来新船', ' 港  口  迎  来  新  船 ', 0.0, 0.0, NULL, NULL),
    (8, '島嶼財經', 'zh-Hant', NULL, '資料中心債務引發恐慌', ' 資  料  中  心  債  務  引  發  恐  慌 ', 1.0, 0.6, 'threat', 'credit'),
    (9, '島嶼財經', 'zh-Hant', NULL, '輝達訂單增加', ' 輝  達  訂  單  增  加 ', 0.9, 0.0, NULL, NULL),
    (10, '島嶼財經', 'zh-Hant', NULL, '晶片股再跌', ' 晶  片  股  再  跌 ', 0.8, 0.5, 'act', 'valuation'),
    (11, '島嶼財經', 'zh-Hant', NULL, '市集開幕', ' 市  集  開  幕 ', 0.0, 0.0, NULL, NULL))
SELECT 12 * d + s + 1 AS number, printf('%016x', 12 * d + s + 1) AS id, source, language, feed,
  title || ', ' || d AS title, coalesce(spaced, title) || ', ' || d AS spaced,
  iif(s = 0, 'Debt of ' || d || ' billion worries banks.', NULL) AS summary,
  relevance, iif(fear = 0, 0.0, round(fear * (0.5 + (d * 7 + s * 3) % 11 / 10.0), 3)) AS fear, kind, channel,
  strftime('%Y-%m-%dT%H:%M:%SZ', '2025-09-22', '+' || d || ' days', '+' || s || ' hours') AS seen
FROM day, slot;
INSERT INTO entries SELECT number, id, source, feed, iif(feed IS NULL, NULL, 'guid-' || number),
  'https://news.example/' || id, 'https://news.example/' || id, title, summary, 'A. Writer', seen, seen,
  NULL, iif(feed IS NULL, 'import', 'feed') FROM made ORDER BY number;
INSERT INTO entries VALUES (721, 'ffffffffffffffff', '海港日报', 'https://haigang.example/rss', 'empty', NULL,
  NULL, '', NULL, NULL, NULL, '2025-11-20T13:00:00Z', 'date in the future, not believed', 'feed');
INSERT INTO stories VALUES
  ('story-0000000000000001', '0000000000000001', '2025-09-22T00:00:00Z'),
  ('story-00000000000002c5', '00000000000002c5', '2025-11-20T00:00:00Z');
INSERT INTO articles SELECT id, NULL, language, NULL, 'none', NULL, 'sha-' || number FROM made ORDER BY number;
UPDATE articles SET story_id = 'story-00000000000002c5' WHERE id IN ('00000000000002c5', '00000000000002cd');
UPDATE articles SET body = 'Two banks cut their credit lines.', body_status = 'ok', body_at = '2025-11-20T01:00:00Z',
  text_sha256 = 'sha-709-body' WHERE id = '00000000000002c5';
INSERT INTO articles_fts(rowid, title, summary, body)
  SELECT number, spaced, coalesce(summary, ''), iif(number = 709, 'Two banks cut their credit lines.', '') FROM made ORDER BY number;
INSERT INTO scores SELECT id, 'finbert-multi.v1', iif(number = 709, 'sha-709-body', 'sha-' || number), seen, 0.5, 0.4, 0.1,
  relevance, min(fear, 1.0), 0.0, kind, channel, 0, NULL, seen FROM made ORDER BY number;
UPDATE scores SET negative = NULL, neutral = NULL, positive = NULL, relevance = NULL, fear = NULL, relief = NULL,
  recap = NULL, abstained = 'language:other' WHERE article_id = '00000000000002c8';
INSERT INTO score_history VALUES ('00000000000002c5', 'finbert-multi.v1', 'sha-709', '2025-11-20T00:00:00Z', 0.6, 0.3, 0.1,
  1.0, 0.3, 0.0, 'threat', 'credit', 0, NULL, '2025-11-20T00:10:00Z');
INSERT INTO evidence SELECT id, 'finbert-multi.v1', 0, 'title', 0, length(title), title, 0.5, 0.4, 0.1, relevance,
  min(fear, 1.0), 0.0, 1.0, kind, channel, '[]' FROM made WHERE relevance > 0 ORDER BY number;
INSERT INTO mentions SELECT id, 'entity', 'Nvidia', 'Nvidia', 'title', 0, 6 FROM made WHERE title LIKE 'Nvidia%' ORDER BY number;
DROP TABLE made;

INSERT INTO vintages VALUES
  ('old.v1', '2025-11-19T21:10:00Z', 'real-time', '2025-11-19T21:10:00Z', 'inputs-1', '{"scorer": "finbert-multi.v1"}', 2),
  ('old.v1', '2025-11-20T21:10:00Z', 'real-time', '2025-11-20T21:10:00Z', 'inputs-2', '{"scorer": "finbert-multi.v1"}', 2);
INSERT INTO index_points VALUES
  ('old.v1', '2025-11-19T21:10:00Z', 'total', '2025-11-18', 97.25, 101.0, NULL, 90.0, 104.5, 12),
  ('old.v1', '2025-11-19T21:10:00Z', 'total', '2025-11-19', NULL, NULL, NULL, NULL, NULL, 1),
  ('old.v1', '2025-11-20T21:10:00Z', 'total', '2025-11-19', 104.125, 101.5, NULL, 95.0, 113.0, 12),
  ('old.v1', '2025-11-20T21:10:00Z', 'total', '2025-11-20', 131.5, 111.0, NULL, 120.0, 143.0, 12);
INSERT INTO prices VALUES
  ('BTC-USD', '2025-11-19', 1.0, 2.0, 0.5, 1.5, 1.5, 10.0, 'made up', '2025-11-20T00:00:00Z'),
  ('BTC-USD', '2025-11-20', NULL, NULL, NULL, 1.25, NULL, NULL, 'made up', '2025-11-21T00:00:00Z');
INSERT INTO runs VALUES
  ('20251120T210000Z-00000001', 'daily', '{"scorer": "finbert-multi.v1"}', NULL, '{"bubblefear": "0.1.0"}', '2025-11-20T21:00:00Z', '2025-11-20T21:11:00Z', '{"poll": 3.5}', 'done', 'index up to date'),
  ('20251121T090000Z-00000002', 'test', '{}', 'data-sha', '{"bubblefear": "0.1.0"}', '2025-11-21T09:00:00Z', '2025-11-21T09:11:00Z', NULL, 'partial', NULL),
  ('20251121T120000Z-00000003', 'daily', '{"scorer": "finbert-multi.v1"}', NULL, '{"bubblefear": "0.1.0"}', '2025-11-21T12:00:00Z', NULL, '{}', NULL, 'process 4 on harbour');
INSERT INTO test_results VALUES
  ('20251121T090000Z-00000002', 0, 'Fear moves with the Nasdaq', 'contemporaneous', 'tested', -0.21, -0.33, -0.09, 0.001, 0.004, 0.05, 0.2, 61, 'Fear is higher on days when the Nasdaq falls.', '{"lags": 5}'),
  ('20251121T090000Z-00000002', 1, 'Downside beta', 'beta', 'not testable', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3, 'Too few sessions.', NULL);
INSERT INTO problems VALUES
  ('00000000000000a1', 'feed.http', 'https://haigang.example/rss', 'server error 500', NULL, '2025-11-20T06:00:00Z', '2025-11-20T21:00:02Z', 4);
INSERT INTO reviews VALUES
  (1, '00000000000002c5', 'Ann', 2, 'fear', 'threat', 'credit', 'a clear case', '2025-11-20T10:00:00Z'),
  (2, '00000000000002c5', 'Bo', 1, 'mixed', NULL, NULL, NULL, '2025-11-20T11:00:00Z'),
  (3, '00000000000002c6', 'Bo', NULL, NULL, NULL, NULL, 'not graded', '2025-11-20T11:05:00Z');
INSERT INTO counters VALUES ('inputs', '721');

INSERT INTO accounts VALUES ('old.v1', '2025-11-20', '2025-11-20T21:10:00Z',
  '[{"article": "00000000000002c5", "story": "story-00000000000002c5", "member": "Harbour Gazette (en)", "fear": 0.6, "novelty": 1.0, "points": 131.5}]');
INSERT INTO coverage VALUES ('old.v1', '2025-11-19T21:10:00Z', 'Harbour Gazette', 'en', 0.75, NULL);
INSERT INTO seals VALUES
  ('old.v1', '2025-11-19T21:10:00Z', NULL, 'e6eb14b6250a6cb4f06c24b7797d5aa5fd3e8c53bc66e3dcc963e803131a6f2b'),
  ('old.v1', '2025-11-20T21:10:00Z', 'e6eb14b6250a6cb4f06c24b7797d5aa5fd3e8c53bc66e3dcc963e803131a6f2b', 'd60e68baf278c8d1927b076287c5b82d23ed0fc4e4e7d2cee113de4796b42985');
INSERT INTO cells VALUES ('old.v1 0123456789abcdef', '2025-11-20', 'instant', '{"rows": 12}');
INSERT INTO counters VALUES ('built:old.v1', '721 0123456789abcdef 2025-11-20T21:10:00Z');
INSERT INTO audit_samples VALUES ('audit-2025-11-20', '2025-11-20T09:00:00Z', 'finbert-multi.v1', 1, 1, NULL, NULL, '{}');
INSERT INTO audit_items VALUES ('audit-2025-11-20', 1, '00000000000002c5', 'other sources', 'en / other sources / 3', 2, 1, 2.0);
INSERT INTO review_topics VALUES (1, 1);
INSERT INTO calibrations VALUES ('first', '2025-11-20T12:00:00Z', 'audit-2025-11-20', 'finbert-multi.v1', 1, '{"all": [[0, 0], [1, 1]]}', '{}');
INSERT INTO alerts VALUES ('total.z>2', 'old.v1', 'total', '2025-11-20', '2025-11-20T21:10:00Z', 131.5, 2.5, '{"stories": []}', '2025-11-20T21:11:00Z', 'shown', NULL);
COMMIT;
