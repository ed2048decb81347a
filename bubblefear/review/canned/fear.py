"""Canned queries on articles and what was read in them."""

from __future__ import annotations

from typing import Final

from bubblefear.review.canned import common
from bubblefear.review.canned.shape import Canned
from bubblefear.store.views import CONTRIBUTION

MOST_FEARFUL: Final = f"""SELECT e.first_seen_at, e.source, a.language, e.title,
  round({CONTRIBUTION}, 3) AS contribution, round(s.relevance, 3) AS relevance,
  round(s.fear, 3) AS fear, s.kind, s.channel, s.scorer, '/article/' || e.id AS page, e.url
FROM entries e
JOIN articles a ON a.id = e.id
JOIN scores s ON s.article_id = e.id
WHERE e.first_seen_at > session_start({common.LATEST})
  AND e.first_seen_at <= session_end({common.LATEST})
  AND s.scorer = coalesce({common.SCORER}, s.scorer)
  AND s.abstained IS NULL AND s.fear > 0 AND s.relevance > 0
ORDER BY {CONTRIBUTION} DESC, e.first_seen_at, e.id
LIMIT 200"""

MOVED: Final = f"""SELECT e.first_seen_at, e.source, a.language, e.title,
  round(max({CONTRIBUTION}), 3) AS contribution, count(*) AS copies,
  count(DISTINCT e.source) AS sources, s.kind, s.channel, s.scorer,
  '/article/' || e.id AS page
FROM entries e
JOIN articles a ON a.id = e.id
JOIN scores s ON s.article_id = e.id
WHERE e.first_seen_at > session_start({common.DATE})
  AND e.first_seen_at <= session_end({common.DATE})
  AND s.scorer = coalesce({common.SCORER}, s.scorer) AND {CONTRIBUTION} > 0
GROUP BY s.scorer, coalesce(a.story_id, e.id)
ORDER BY contribution DESC, e.first_seen_at
LIMIT 100"""

SEARCH: Final = """SELECT e.first_seen_at, e.source, a.language, e.title,
  round(s.fear, 3) AS fear, round(s.relevance, 3) AS relevance, s.scorer,
  '/article/' || e.id AS page
FROM articles_fts f
JOIN entries e ON e.number = f.rowid
LEFT JOIN articles a ON a.id = e.id
LEFT JOIN scores s ON s.article_id = e.id
WHERE articles_fts MATCH escape_fts(:q)
ORDER BY e.first_seen_at DESC, e.id
LIMIT 200"""

# An article names a company once for each place: it counts once a week.
MENTIONS: Final = """SELECT date(e.first_seen_at, 'weekday 0', '-6 days') AS week, m.name,
  count(DISTINCT m.article_id) AS articles, count(DISTINCT e.source) AS sources
FROM mentions m
JOIN entries e ON e.id = m.article_id
WHERE m.kind = 'entity' AND (trim(:name) = '' OR lower(m.name) = lower(trim(:name)))
GROUP BY week, m.name
ORDER BY week DESC, articles DESC, m.name
LIMIT 2000"""

CHANNELS: Final = f"""SELECT substr(e.first_seen_at, 1, 7) AS month, s.channel,
  count(*) AS articles, sum(s.kind = 'threat') AS threats, sum(s.kind = 'act') AS acts,
  round(sum({CONTRIBUTION}), 2) AS contribution, round(avg(s.fear), 3) AS mean_fear
FROM scores s
JOIN entries e ON e.id = s.article_id
WHERE s.channel IS NOT NULL AND s.scorer = coalesce({common.SCORER}, s.scorer)
GROUP BY month, s.channel
ORDER BY month DESC, contribution DESC
LIMIT 1000"""

ABSTENTIONS: Final = """SELECT s.abstained AS reason, s.scorer, e.source, a.language, e.title,
  e.first_seen_at, '/article/' || e.id AS page
FROM scores s
JOIN entries e ON e.id = s.article_id
JOIN articles a ON a.id = s.article_id
WHERE s.abstained IS NOT NULL AND (trim(:reason) = '' OR s.abstained = trim(:reason))
ORDER BY e.first_seen_at DESC, e.id
LIMIT 500"""

ABSTAINED_BY_REASON: Final = """SELECT s.abstained AS reason, s.scorer, a.language,
  count(*) AS articles, count(DISTINCT e.source) AS sources, max(e.first_seen_at) AS newest
FROM scores s
JOIN entries e ON e.id = s.article_id
JOIN articles a ON a.id = s.article_id
WHERE s.abstained IS NOT NULL
GROUP BY s.abstained, s.scorer, a.language
ORDER BY articles DESC, reason
LIMIT 500"""

_ARTICLE: Final = {
    "first_seen_at": common.SEEN,
    "source": common.SOURCE,
    "language": common.LANGUAGE,
    "title": "headline",
}
_FEAR: Final = {
    "relevance": "0-1: does it treat the AI boom as an economic or market matter",
    "fear": "0-1: strength of fear",
}
_SCORER: Final = {"scorer": "who read it"}
_PAGE: Final = {"page": common.PAGE}
_KIND: Final = {"kind": common.KIND, "channel": common.CHANNEL}
_REASON: Final = {"reason": "why there is no score, such as language:other"}

QUERIES: Final = {
    "most_fearful_today": Canned(
        "Most fearful today",
        "Articles of the newest session of the index, by contribution (relevance x fear).",
        MOST_FEARFUL,
        {**_ARTICLE, "contribution": common.CONTRIBUTED, **_FEAR, **_KIND, **_SCORER, **_PAGE,
         "url": "the publisher's address"},
    ),
    "what_moved": Canned(
        "Fearful stories of a date",
        "Stories of one New York session by contribution: first seen after the close before it "
        "and at or before its own, whether or not the index counts them. What they added to it in "
        "index points is on the page /day/DATE.",
        MOVED,
        {**_ARTICLE, "contribution": f"the strongest article's {common.CONTRIBUTED}",
         "copies": "fearful articles of the story in the session",
         "sources": "publishers of these", **_KIND, **_SCORER, **_PAGE},
        common.GIVEN_DATE,
    ),
    "search": Canned(
        "Search the news",
        "Full text of titles, summaries and bodies. Words are found in Simplified and "
        "Traditional Chinese alike and under a company's other names. The page /search also "
        "counts and marks them.",
        SEARCH,
        {**_ARTICLE, "fear": _FEAR["fear"], "relevance": _FEAR["relevance"], **_SCORER, **_PAGE},
        {"q": 'words, "words that stand together", -word to leave out, begin* for beginnings'},
    ),
    "mentions_by_week": Canned(
        "Companies and people by week",
        "How many articles name a company or person in each week, by any of its names.",
        MENTIONS,
        {"week": "its Monday, UTC", "name": "one name over three scripts",
         "articles": "articles that name it", "sources": "publishers of these"},
        {"name": "such as Nvidia; empty = all"},
    ),
    "channels_by_month": Canned(
        "Channels by month",
        "Through what the fear is said to reach markets, month by month.",
        CHANNELS,
        {"month": "YYYY-MM of the first sight, UTC", "channel": common.CHANNEL,
         "articles": "articles of the channel", "threats": "of which say that it could break",
         "acts": "of which say that it did fall",
         "contribution": f"sum of {common.CONTRIBUTED}", "mean_fear": "0-1"},
    ),
    "abstentions": Canned(
        "Abstentions",
        "Articles that a scorer could not score, with its reason. They are missing, not calm.",
        ABSTENTIONS,
        {**_REASON, **_SCORER, "source": common.SOURCE, "language": common.LANGUAGE,
         "title": "headline", "first_seen_at": common.SEEN, **_PAGE},
        {"reason": "as in abstentions_by_reason; empty = all"},
    ),
    "abstentions_by_reason": Canned(
        "Abstentions by reason",
        "How many articles each scorer could not score, for each reason and language.",
        ABSTAINED_BY_REASON,
        {**_REASON, **_SCORER, "language": common.LANGUAGE, "articles": "how many",
         "sources": "publishers of these", "newest": "when the newest was first seen, UTC"},
    ),
}  # fmt: skip
