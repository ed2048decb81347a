"""Canned queries: the questions that an analyst asks every morning, each with its description."""

from __future__ import annotations

from typing import Any, Final

from bubblefear.store.report_queries import SHOWN_FIRST
from bubblefear.store.views import CONTRIBUTION

_VERSION = f"(SELECT version FROM vintages {SHOWN_FIRST})"
_LATEST = f"""(SELECT max(date) FROM index_points
    WHERE version = {_VERSION} AND series = 'total' AND value IS NOT NULL)"""
_SCORER = f"(SELECT json_extract(constants, '$.scorer') FROM vintages {SHOWN_FIRST})"

MOST_FEARFUL = f"""SELECT e.first_seen_at, e.source, a.language, e.title,
  round({CONTRIBUTION}, 3) AS contribution, round(s.relevance, 3) AS relevance,
  round(s.fear, 3) AS fear, s.kind, s.channel, s.scorer, '/article/' || e.id AS page, e.url
FROM entries e
JOIN articles a ON a.id = e.id
JOIN scores s ON s.article_id = e.id
WHERE e.first_seen_at > session_start({_LATEST})
  AND e.first_seen_at <= session_end({_LATEST})
  AND s.scorer = coalesce({_SCORER}, s.scorer)
  AND s.abstained IS NULL AND s.fear > 0 AND s.relevance > 0
ORDER BY {CONTRIBUTION} DESC, e.first_seen_at, e.id
LIMIT 200"""

# Of two scorers the one that saw more fear is "high": its fear is then at least the distance
# asked for, which the index on (scorer, fear) finds without reading every score.
DISAGREEMENTS = """SELECT e.title, e.source, 'two scorers' AS between_whom,
  high.scorer || ' ' || round(high.fear * high.relevance, 2) AS one,
  low.scorer || ' ' || round(low.fear * low.relevance, 2) AS other,
  round(high.fear * high.relevance - low.fear * low.relevance, 3) AS distance,
  '/article/' || e.id AS page
FROM scores high
JOIN scores low ON low.article_id = high.article_id AND low.scorer <> high.scorer
JOIN entries e ON e.id = high.article_id
WHERE high.scorer IN (SELECT DISTINCT scorer FROM scores) AND high.fear >= 0.25
  AND high.fear * high.relevance - low.fear * low.relevance >= 0.25
UNION ALL
SELECT e.title, e.source, 'reviewer and scorer', r.reviewer || ' grade ' || r.fear,
  s.scorer || ' ' || round(s.fear * s.relevance, 2),
  round(abs(r.fear / 3.0 - s.fear * s.relevance), 3), '/article/' || e.id
FROM reviews r
JOIN scores s ON s.article_id = r.article_id
JOIN entries e ON e.id = r.article_id
WHERE s.abstained IS NULL AND abs(r.fear / 3.0 - s.fear * s.relevance) >= 0.25
ORDER BY distance DESC, page
LIMIT 200"""

ABSTENTIONS = """SELECT s.abstained AS reason, s.scorer, e.source, a.language, e.title,
  e.first_seen_at, '/article/' || e.id AS page
FROM scores s
JOIN entries e ON e.id = s.article_id
JOIN articles a ON a.id = s.article_id
WHERE s.abstained IS NOT NULL
ORDER BY e.first_seen_at DESC, e.id
LIMIT 500"""

MOVED = f"""SELECT e.first_seen_at, e.source, a.language, e.title,
  round(max({CONTRIBUTION}), 3) AS contribution, count(*) AS copies,
  count(DISTINCT e.source) AS sources, s.kind, s.channel, s.scorer,
  '/article/' || e.id AS page
FROM entries e
JOIN articles a ON a.id = e.id
JOIN scores s ON s.article_id = e.id
WHERE e.first_seen_at > session_start(:date) AND e.first_seen_at <= session_end(:date)
  AND s.scorer = coalesce({_SCORER}, s.scorer) AND {CONTRIBUTION} > 0
GROUP BY s.scorer, coalesce(a.story_id, e.id)
ORDER BY contribution DESC, e.first_seen_at
LIMIT 100"""

SEARCH = """SELECT e.first_seen_at, e.source, a.language, e.title, round(s.fear, 3) AS fear,
  round(s.relevance, 3) AS relevance, s.scorer, '/article/' || e.id AS page
FROM articles_fts f
JOIN entries e ON e.number = f.rowid
LEFT JOIN articles a ON a.id = e.id
LEFT JOIN scores s ON s.article_id = e.id
WHERE articles_fts MATCH escape_fts(:q)
ORDER BY e.first_seen_at DESC, e.id
LIMIT 200"""

PROBLEMS = """SELECT last_at, code, subject, reason, times, first_at
FROM problems ORDER BY last_at DESC, code LIMIT 200"""

FEED_HEALTH = """SELECT f.source, f.url, f.enabled, count(p.id) AS polls,
  sum(p.error IS NOT NULL) AS failed, sum(p.saturated) AS saturated,
  max(p.polled_at) AS last_poll, sum(p.items_new) AS items_new,
  max(CASE WHEN p.error IS NULL THEN p.polled_at END) AS last_success,
  (SELECT error FROM polls x WHERE x.feed_url = f.url ORDER BY x.id DESC LIMIT 1) AS last_error
FROM feeds f
LEFT JOIN polls p ON p.feed_url = f.url
GROUP BY f.url
ORDER BY failed DESC, f.source, f.url"""


# The newest draw; who coded an item before it was drawn need not code it again.
AUDIT_TO_DO = """SELECT i.number, '/article/' || i.article_id || '?blind=1' AS page,
  e.title, e.source, a.language, e.first_seen_at, i.sample
FROM audit_items i
JOIN entries e ON e.id = i.article_id
JOIN articles a ON a.id = i.article_id
WHERE i.sample = (SELECT name FROM audit_samples ORDER BY rowid DESC LIMIT 1)
  AND NOT EXISTS (SELECT 1 FROM reviews r
    WHERE r.article_id = i.article_id AND r.reviewer = trim(:name) AND r.fear IS NOT NULL)
ORDER BY i.number"""


def _query(title: str, description: str, sql: str) -> dict[str, Any]:
    # write is never set: a writable canned query takes anonymous writes unless it is guarded.
    return {"title": title, "description": description, "sql": sql, "hide_sql": True}


CANNED: Final[dict[str, dict[str, Any]]] = {
    "most_fearful_today": _query(
        "Most fearful today",
        "Articles of the newest session of the index, by contribution (relevance x fear).",
        MOST_FEARFUL,
    ),
    "disagreements": _query(
        "Disagreements",
        "Articles on which two scorers, or a reviewer and a scorer, are a quarter of the scale "
        "or more apart. A reviewer's grade 0-3 is compared as grade / 3.",
        DISAGREEMENTS,
    ),
    "abstentions": _query(
        "Abstentions",
        "Articles that a scorer could not score, with its reason. They are missing, not calm.",
        ABSTENTIONS,
    ),
    "what_moved": _query(
        "What moved the index on a date",
        "Stories of one New York session (date as YYYY-MM-DD) by contribution: first seen after "
        "the close before it and at or before its own.",
        MOVED,
    ),
    "search": _query(
        "Search the news",
        "Full text of titles, summaries and bodies. Words are found in Simplified and "
        "Traditional Chinese alike and under a company's other names.",
        SEARCH,
    ),
    "problems_lately": _query(
        "Problems lately", "Input that was refused or doubted, the newest first.", PROBLEMS
    ),
    "feed_health": _query(
        "Feed health",
        "Each feed's polls: failures, saturation (items may have been missed between two polls) "
        "and its last success.",
        FEED_HEALTH,
    ),
    "audit_to_do": _query(
        "Audit: articles to code",
        "Items of the newest audit sample that the reviewer of this name has not coded, in the "
        "order of coding. The links show the text and the form, and nothing of what the scorer or "
        "other reviewers said.",
        AUDIT_TO_DO,
    ),
}
