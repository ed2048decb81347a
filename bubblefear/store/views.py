"""SQL views for people: the same joins, named once."""

from __future__ import annotations

from typing import Final

# What a score adds to the fear of its source: a denial (more relief than fear) adds none, as in
# `models.index`. For queries that call the scores `s`.
CONTRIBUTION: Final = "CASE WHEN s.relief > s.fear THEN 0.0 ELSE s.relevance * s.fear END"

# Every score has its entry and article. LEFT JOIN all the same: counting by channel then reads
# the scores alone, since SQLite leaves out a left join that nothing asks for.
ARTICLE_SCORES: Final = f"""CREATE VIEW IF NOT EXISTS article_scores AS
  -- every scored article with its source, times and score: one row for each scorer
SELECT s.article_id, e.number, e.title, e.source, a.language, e.published_at, e.first_seen_at,
       s.scorer, s.relevance, s.fear, s.relief, {CONTRIBUTION} AS contribution,
       s.kind, s.channel, s.recap, s.abstained, a.story_id, e.origin, e.url
FROM scores s
LEFT JOIN entries e ON e.id = s.article_id
LEFT JOIN articles a ON a.id = s.article_id"""
