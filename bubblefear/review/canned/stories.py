"""Canned queries on stories, on what publishers changed, and on who publishes."""

from __future__ import annotations

from typing import Final

from bubblefear.review.canned import common
from bubblefear.review.canned.shape import Canned

JOINED: Final = """SELECT l.how, round(l.similarity, 3) AS similarity, l.shared,
  e.title, e.source, o.title AS earlier_title, o.source AS earlier_source, e.first_seen_at,
  round((julianday(e.first_seen_at) - julianday(o.first_seen_at)) * 24, 1) AS hours_later,
  '/article/' || e.id AS page
FROM story_links l
JOIN entries e ON e.id = l.article_id
JOIN entries o ON o.id = l.other_id
WHERE trim(:how) = '' OR l.how = trim(:how)
ORDER BY e.first_seen_at DESC, e.id
LIMIT 500"""

# The first text is in entries, each later one here.
CHANGED: Final = """SELECT seen_at, source, headline_before, headline, hours_later, page
FROM (SELECT v.seen_at, e.source, v.title AS headline,
    lag(v.title, 1, e.title) OVER (PARTITION BY v.entry_id ORDER BY v.seen_at, v.rowid)
      AS headline_before,
    round((julianday(v.seen_at) - julianday(e.first_seen_at)) * 24, 1) AS hours_later,
    '/article/' || e.id AS page
  FROM entry_versions v JOIN entries e ON e.id = v.entry_id)
WHERE headline <> headline_before
ORDER BY seen_at DESC, page
LIMIT 500"""

SOURCES: Final = f"""WITH seen AS (
  SELECT source, count(*) AS articles, min(first_seen_at) AS first, max(first_seen_at) AS last
  FROM entries GROUP BY source),
read AS (
  SELECT e.source, count(*) AS relevant
  FROM scores s JOIN entries e ON e.id = s.article_id
  WHERE s.relevance > 0 AND s.scorer = coalesce({common.SCORER}, s.scorer) GROUP BY e.source),
counted AS (
  SELECT source, min(entered) AS entered,
    group_concat(language || ' ' || round(100 * rate, 2), ', ') AS usual
  FROM (SELECT source, language, rate, entered, max(vintage) FROM coverage
    WHERE version = {common.VERSION} GROUP BY source, language)
  WHERE rate IS NOT NULL GROUP BY source)
SELECT n.source, n.articles, coalesce(r.relevant, 0) AS relevant,
  round(100.0 * coalesce(r.relevant, 0) / n.articles, 2) AS percent_relevant,
  c.usual AS usual_percent, c.entered, n.first, n.last
FROM seen n
LEFT JOIN read r ON r.source = n.source
LEFT JOIN counted c ON c.source = n.source
ORDER BY relevant DESC, n.articles DESC, n.source
LIMIT 5000"""

QUERIES: Final = {
    "why_joined": Canned(
        "Why articles were joined into stories",
        "Each later article with the earlier one that it repeats, and what decided. A story "
        "counts once for each source.",
        JOINED,
        {"how": "same = same words, near = nearly, meaning = other words or language",
         "similarity": "0-1: share of common words, or probability of the same story",
         "shared": "numbers and names that both tell, JSON; empty where words decided",
         "title": "the later headline", "source": "its publisher",
         "earlier_title": "the headline that it repeats", "earlier_source": "its publisher",
         "first_seen_at": "when the later was first seen, UTC",
         "hours_later": "hours between their first sights", "page": "the later article's page"},
        {"how": "same, near or meaning; empty = all"},
    ),
    "changed_headlines": Canned(
        "Headlines that were changed",
        "Headlines that a publisher changed after we had seen them, each with the one before it.",
        CHANGED,
        {"seen_at": "when the new headline was first seen, UTC", "source": common.SOURCE,
         "headline_before": "as it read before", "headline": "as it reads since",
         "hours_later": "hours after the article was first seen", "page": common.PAGE},
    ),
    "sources_by_coverage": Canned(
        "Sources and how much of them counts",
        "How many articles each source has, how many treat the AI boom, and the usual share that "
        "the index fixed for it. A source without a usual share is not in the index.",
        SOURCES,
        {"source": common.SOURCE, "articles": "articles first seen of it",
         "relevant": "of which treat the AI boom (relevance above 0)",
         "percent_relevant": "percent of its articles",
         "usual_percent": "the same as the index has fixed it, for each language",
         "entered": "session from which it counts; empty = from the base window, or not at all",
         "first": "first article first seen, UTC", "last": "last article first seen, UTC"},
    ),
}  # fmt: skip
