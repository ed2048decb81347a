-- A small newsroom of made-up news, for the tests of the pages and of the report.
-- Sessions run from Monday 2025-11-03 to Friday 2025-11-21; the last one's news begins after
-- 2025-11-20T21:00:00Z and ends at 2025-11-21T21:00:00Z.
INSERT INTO sources VALUES
  ('Harbour Gazette', 'en', 'import', NULL, '2025-11-01T00:00:00Z'),
  ('海港日报', 'zh-Hans', 'import', NULL, '2025-11-01T00:00:00Z'),
  ('島嶼財經', 'zh-Hant', 'import', NULL, '2025-11-01T00:00:00Z'),
  ('<b>Evil & Sons</b>', 'en', 'import', NULL, '2025-11-01T00:00:00Z');

INSERT INTO feeds VALUES
  ('https://gazette.example/rss', 'Harbour Gazette', 'Gazette', 'en', NULL, 0, 1, NULL, NULL, '2025-11-01T00:00:00Z'),
  ('https://evil.example/rss', '<b>Evil & Sons</b>', NULL, 'en', NULL, 0, 1, NULL, NULL, '2025-11-01T00:00:00Z');
INSERT INTO polls VALUES
  (1, 'run-1', 'https://gazette.example/rss', '2025-11-21T06:00:00Z', 200, 900, NULL, NULL, NULL, 3, 3, 0, NULL),
  (2, 'run-1', 'https://evil.example/rss', '2025-11-21T06:00:01Z', 500, 0, NULL, NULL, NULL, 0, 0, 0, 'server error 500'),
  (3, 'run-2', 'https://gazette.example/rss', '2025-11-21T18:00:00Z', 200, 900, NULL, NULL, NULL, 3, 3, 1, NULL);

INSERT INTO entries VALUES
  (1, 'aaaa000000000001', 'Harbour Gazette', NULL, NULL, 'https://gazette.example/1', NULL,
   'Bubble fears mount as lenders doubt data-centre debt',
   'Banks are cutting their lending. Nvidia shares fell with the rest of the sector.', 'A. Writer',
   '2025-11-21T13:00:00Z', '2025-11-21T14:00:00Z', NULL, 'import'),
  (2, 'aaaa000000000002', '海港日报', NULL, NULL, 'https://haigang.example/2', NULL,
   '人工智能泡沫恐慌蔓延，英伟达股价大跌', NULL, NULL,
   '2025-11-21T15:00:00Z', '2025-11-21T15:30:00Z', NULL, 'import'),
  (3, 'aaaa000000000003', '島嶼財經', NULL, NULL, 'https://island.example/3', NULL,
   '輝達財報亮眼，泡沫疑慮緩解', NULL, NULL,
   NULL, '2025-11-20T20:00:00Z', 'date in the future, not believed', 'import'),
  (4, 'aaaa000000000004', 'Harbour Gazette', NULL, NULL, 'https://gazette.example/4', NULL,
   'New harbour opens to the public', NULL, NULL,
   '2025-11-21T10:00:00Z', '2025-11-21T10:30:00Z', NULL, 'import'),
  (5, 'aaaa000000000005', '<b>Evil & Sons</b>', NULL, NULL, 'javascript:alert(document.cookie)', NULL,
   '<script>alert("bubble")</script><img src=x onerror=alert(1)> ' || char(0x202E) || 'gpj.exe',
   '"><svg onload=alert(2)> [click](javascript:alert(3)) </textarea>', '<i>Mallory</i>',
   '2025-11-21T16:00:00Z', '2025-11-21T16:30:00Z', NULL, 'import'),
  (6, 'aaaa000000000006', 'Harbour Gazette', NULL, NULL, 'https://gazette.example/6', NULL,
   'Ein Wort in einer anderen Sprache', NULL, NULL,
   '2025-11-21T17:00:00Z', '2025-11-21T17:30:00Z', NULL, 'import'),
  (7, 'aaaa000000000007', '島嶼財經', NULL, NULL, 'https://island.example/7', NULL,
   '放貸人懷疑資料中心債務，泡沫恐慌升溫', NULL, NULL,
   '2025-11-21T16:00:00Z', '2025-11-21T16:10:00Z', NULL, 'import'),
  (8, 'aaaa000000000008', 'Harbour Gazette', NULL, NULL, 'https://gazette.example/8', NULL,
   '', NULL, NULL, NULL, '2025-11-21T17:40:00Z', NULL, 'import');

INSERT INTO stories VALUES
  ('story-1', 'aaaa000000000001', '2025-11-21T14:00:00Z'),
  ('story-2', 'aaaa000000000002', '2025-11-21T15:30:00Z'),
  ('story-5', 'aaaa000000000005', '2025-11-21T16:30:00Z');

INSERT INTO articles VALUES
  ('aaaa000000000001', 'story-1', 'en',
   'Credit funds asked for more collateral.

"It looks like a bubble," said one lender.', 'ok', NULL, 'sha-1'),
  ('aaaa000000000002', 'story-2', 'zh-Hans', NULL, 'none', NULL, 'sha-2'),
  ('aaaa000000000003', NULL, 'zh-Hant', NULL, 'stub', NULL, 'sha-3'),
  ('aaaa000000000004', NULL, 'en', NULL, 'none', NULL, 'sha-4'),
  ('aaaa000000000005', 'story-5', 'en', NULL, 'none', NULL, 'sha-5-new'),
  ('aaaa000000000006', NULL, 'other', NULL, 'none', NULL, 'sha-6'),
  ('aaaa000000000007', 'story-1', 'zh-Hant', NULL, 'none', NULL, 'sha-7');

-- article, scorer, hash, negative, neutral, positive, relevance, fear, relief, kind, channel, recap
INSERT INTO scores VALUES
  ('aaaa000000000001', 'finbert-multi.v1', 'sha-1', '2025-11-20T12:00:00Z', 0.8, 0.15, 0.05, 0.9, 0.8, 0.0, 'threat', 'credit', 0, NULL, '2025-11-21T21:05:00Z'),
  ('aaaa000000000002', 'finbert-multi.v1', 'sha-2', '2025-11-20T12:00:00Z', 0.9, 0.08, 0.02, 1.0, 0.6, 0.0, 'act', 'valuation', 0, NULL, '2025-11-21T21:05:00Z'),
  ('aaaa000000000003', 'finbert-multi.v1', 'sha-3', '2025-11-20T12:00:00Z', 0.1, 0.2, 0.7, 1.0, 0.2, 0.7, 'threat', 'valuation', 0, NULL, '2025-11-21T21:05:00Z'),
  ('aaaa000000000004', 'finbert-multi.v1', 'sha-4', '2025-11-20T12:00:00Z', 0.0, 0.9, 0.1, 0.0, 0.0, 0.0, NULL, NULL, 0, NULL, '2025-11-21T21:05:00Z'),
  ('aaaa000000000005', 'finbert-multi.v1', 'sha-5-old', '2025-11-20T12:00:00Z', 0.5, 0.4, 0.1, 0.5, 0.4, 0.0, 'threat', NULL, 0, NULL, '2025-11-21T21:05:00Z'),
  ('aaaa000000000006', 'finbert-multi.v1', 'sha-6', '2025-11-20T12:00:00Z', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'language:other', '2025-11-21T21:05:00Z'),
  ('aaaa000000000007', 'finbert-multi.v1', 'sha-7', '2025-11-20T12:00:00Z', 0.7, 0.2, 0.1, 0.9, 0.7, 0.0, 'threat', 'credit', 0, NULL, '2025-11-21T21:05:00Z'),
  ('aaaa000000000001', 'lexicon.v1', 'sha-1', '2025-11-20T12:00:00Z', 0.5, 0.4, 0.1, 0.9, 0.3, 0.0, 'threat', 'credit', 0, NULL, '2025-11-21T21:06:00Z');

INSERT INTO evidence
WITH line(id, position, field, sentence, relevance, fear, relief, weight, kind, channel, phrases) AS (VALUES
  ('aaaa000000000001', 0, 'title', 'Bubble fears mount as lenders doubt data-centre debt', 1.0, 0.9, 0.0, 0.4, 'threat', 'credit', '["bubble fears", "debt"]'),
  ('aaaa000000000001', 1, 'summary', 'Banks are cutting their lending.', 0.7, 0.6, 0.0, 0.2, 'threat', 'credit', '["cutting their lending"]'),
  ('aaaa000000000001', 2, 'summary', 'Nvidia shares fell with the rest of the sector.', 1.0, 0.3, 0.0, 0.1, 'act', NULL, '[]'),
  ('aaaa000000000001', 3, 'body', 'Credit funds asked for more collateral.', 0.6, 0.7, 0.0, 0.1, 'threat', 'liquidity', '[]'),
  ('aaaa000000000001', 4, 'body', '"It looks like a bubble," said one lender.', 1.0, 1.0, 0.0, 0.2, 'threat', 'valuation', '["bubble"]'),
  ('aaaa000000000002', 0, 'title', '人工智能泡沫恐慌蔓延，英伟达股价大跌', 1.0, 0.6, 0.0, 1.0, 'act', 'valuation', '["泡沫", "大跌"]'),
  ('aaaa000000000003', 0, 'title', '輝達財報亮眼，泡沫疑慮緩解', 1.0, 0.2, 0.7, 1.0, 'threat', 'valuation', '["緩解"]'))
SELECT id, 'finbert-multi.v1', position, field,
  instr(CASE field WHEN 'title' THEN e.title WHEN 'summary' THEN e.summary ELSE a.body END, sentence) - 1,
  instr(CASE field WHEN 'title' THEN e.title WHEN 'summary' THEN e.summary ELSE a.body END, sentence) - 1 + length(sentence),
  sentence, 0.6, 0.3, 0.1, relevance, fear, relief, weight, kind, channel, phrases
FROM line JOIN entries e USING (id) JOIN articles a USING (id);
-- The evil article changed after it was scored: its old sentence stands nowhere any more.
INSERT INTO evidence VALUES
  ('aaaa000000000005', 'finbert-multi.v1', 0, 'title', 0, 21, 'The bubble will burst', 0.5, 0.4, 0.1, 0.5, 0.4, 0.0, 1.0, 'threat', NULL, '["bubble"]');

INSERT INTO mentions
WITH name(id, kind, name, surface, field) AS (VALUES
  ('aaaa000000000001', 'entity', 'Nvidia', 'Nvidia', 'summary'),
  ('aaaa000000000002', 'entity', 'Nvidia', '英伟达', 'title'),
  ('aaaa000000000003', 'entity', 'Nvidia', '輝達', 'title'))
SELECT id, kind, name, surface, field,
  instr(CASE field WHEN 'title' THEN title ELSE summary END, surface) - 1,
  instr(CASE field WHEN 'title' THEN title ELSE summary END, surface) - 1 + length(surface)
FROM name JOIN entries USING (id);

INSERT INTO vintages VALUES
  ('v1', '2025-11-20T21:10:00Z', 'real-time', '2025-11-20T21:10:00Z', 'inputs-1', '{"scorer": "finbert-multi.v1"}', 28),
  ('v1', '2025-11-21T21:10:00Z', 'real-time', '2025-11-21T21:10:00Z', 'inputs-2', '{"scorer": "finbert-multi.v1"}', 3);
INSERT INTO index_points
WITH day(date, value) AS (VALUES
  ('2025-11-03', 95.0), ('2025-11-04', 101.5), ('2025-11-05', 99.0), ('2025-11-06', 104.0),
  ('2025-11-07', 112.0), ('2025-11-10', 98.0), ('2025-11-11', NULL), ('2025-11-12', 103.0),
  ('2025-11-13', 118.5), ('2025-11-14', 121.0), ('2025-11-17', 109.0), ('2025-11-18', 125.5),
  ('2025-11-19', 119.0), ('2025-11-20', 131.0))
SELECT 'v1', '2025-11-20T21:10:00Z', 'total', date, value, 105.0, 102.0, value - 9, value + 9, iif(value IS NULL, 2, 31) FROM day
UNION ALL
SELECT 'v1', '2025-11-20T21:10:00Z', 'channel:credit', date, value / 2, NULL, NULL, NULL, NULL, 31 FROM day;
-- The next evening: a new session, and a revision of the one before.
INSERT INTO index_points VALUES
  ('v1', '2025-11-21T21:10:00Z', 'total', '2025-11-20', 130.0, 105.0, 102.0, 121.0, 139.0, 32),
  ('v1', '2025-11-21T21:10:00Z', 'total', '2025-11-21', 158.25, 124.5, 110.1, 140.5, 176.0, 40),
  ('v1', '2025-11-21T21:10:00Z', 'channel:credit', '2025-11-21', 96.0, NULL, NULL, NULL, NULL, 40);

INSERT INTO prices VALUES
  ('BTC-USD', '2025-11-20', 1, 2, 0.5, 1.5, 1.5, 10, 'made up', '2025-11-21T00:00:00Z'),
  ('BTC-USD', '2025-11-21', 1, 2, 0.5, 1.5, 1.5, 10, 'made up', '2025-11-22T00:00:00Z');
INSERT INTO runs VALUES
  ('run-1', 'daily', '{}', NULL, '{"bubblefear": "0.1.0"}', '2025-11-20T21:00:00Z', '2025-11-20T21:11:00Z', NULL, 'done', NULL),
  ('run-2', 'test', '{}', 'data-sha', '{"bubblefear": "0.1.0"}', '2025-11-21T21:00:00Z', '2025-11-21T21:11:00Z', NULL, 'partial', '<i>note</i>');
INSERT INTO test_results VALUES
  ('run-1', 0, 'an earlier answer', 'old', 'tested', 0, 0, 0, 1, 1, NULL, NULL, 10, 'of an earlier run', NULL),
  ('run-2', 0, 'Fear predicts Bitcoin''s next session', 'predictive', 'tested', -0.012, -0.04, 0.016, 0.41, 0.62, 0.06, 0.24, 61, 'No evidence that fear predicts Bitcoin.', NULL),
  ('run-2', 1, 'Fear <moves> with the Nasdaq', 'contemporaneous', 'tested', -0.21, -0.33, -0.09, 0.001, 0.004, 0.05, 0.2, 61, 'Fear is higher on days when the Nasdaq falls.', NULL),
  ('run-2', 2, 'Downside beta', 'beta', 'not testable', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3, 'Too few sessions.', NULL);
INSERT INTO problems VALUES
  ('p1', 'feed.html', 'https://evil.example/rss', 'the answer is a <html> page, not a feed', NULL, '2025-11-20T06:00:00Z', '2025-11-21T06:00:00Z', 4);
