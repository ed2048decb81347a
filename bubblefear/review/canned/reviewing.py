"""Canned queries on what reviewers said; what was undone counts nowhere."""

from __future__ import annotations

from typing import Final

from bubblefear.review.canned import common
from bubblefear.review.canned.shape import Canned
from bubblefear.store import reviews
from bubblefear.store.views import CONTRIBUTION

# Of two scorers the one that saw more fear is "high": its fear is then at least the distance
# asked for, which the index on (scorer, fear) finds without reading every score.
DISAGREEMENTS: Final = f"""SELECT e.title, e.source, 'two scorers' AS between_whom,
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
FROM ({reviews.CODES}) r
JOIN scores s ON s.article_id = r.article_id
JOIN entries e ON e.id = r.article_id
WHERE s.abstained IS NULL AND abs(r.fear / 3.0 - s.fear * s.relevance) >= 0.25
ORDER BY distance DESC, page
LIMIT 200"""

LABELS: Final = f"""SELECT r.reviewer, r.created_at, e.title, e.source, a.language, r.topic,
  r.fear AS grade, r.stance, r.kind, r.channel, round({CONTRIBUTION}, 3) AS contribution,
  '/article/' || e.id AS page
FROM ({reviews.CODES}) r
JOIN entries e ON e.id = r.article_id
JOIN articles a ON a.id = r.article_id
LEFT JOIN scores s ON s.article_id = r.article_id AND s.scorer = {common.SCORER}
WHERE trim(:name) = '' OR r.reviewer = trim(:name)
ORDER BY r.id DESC
LIMIT 1000"""

# The newest draw; who coded an item before it was drawn need not code it again.
AUDIT_TO_DO: Final = f"""SELECT i.number, '/article/' || i.article_id || '?blind=1' AS page,
  e.title, e.source, a.language, e.first_seen_at, i.sample
FROM audit_items i
JOIN entries e ON e.id = i.article_id
JOIN articles a ON a.id = i.article_id
WHERE i.sample = (SELECT name FROM audit_samples ORDER BY rowid DESC LIMIT 1)
  AND NOT EXISTS (SELECT 1 FROM reviews x WHERE x.article_id = i.article_id
    AND x.reviewer = trim(:name) AND x.fear IS NOT NULL AND {reviews.STANDING})
ORDER BY i.number"""

QUERIES: Final = {
    "disagreements": Canned(
        "Disagreements",
        "Articles on which two scorers, or a reviewer and a scorer, are a quarter of the scale "
        "or more apart. A reviewer's grade 0-3 is compared as grade / 3.",
        DISAGREEMENTS,
        {"title": "headline", "source": common.SOURCE,
         "between_whom": "two scorers, or reviewer and scorer",
         "one": "who saw more, or the reviewer, and what", "other": "the other, and what",
         "distance": "difference of relevance x fear, 0-1", "page": common.PAGE},
    ),
    "labels_by_coder": Canned(
        "Labels by coder",
        "The last label of each coder for each article, the newest first, beside what the scorer "
        "made of it. What was undone is left out.",
        LABELS,
        {"reviewer": "who", "created_at": "when, UTC", "title": "headline",
         "source": common.SOURCE, "language": common.LANGUAGE,
         "topic": "1 = the AI boom as an economic or market matter; empty = not said",
         "grade": "fear: 0 none ... 3 strong", "stance": "fear, relief or none",
         "kind": common.KIND, "channel": common.CHANNEL,
         "contribution": f"the scorer's {common.CONTRIBUTED}", "page": common.PAGE},
        {"name": "the coder's name; empty = everybody"},
    ),
    "audit_to_do": Canned(
        "Audit: articles to code",
        "Items of the newest audit sample that the reviewer of this name has not coded, in the "
        "order of coding. The links show the text and the form, and nothing of what the scorer or "
        "other reviewers said.",
        AUDIT_TO_DO,
        {"number": "order of coding", "page": "the article's page without scores",
         "title": "headline", "source": common.SOURCE, "language": common.LANGUAGE,
         "first_seen_at": common.SEEN, "sample": "name of the draw"},
        {"name": "the coder's name"},
    ),
}  # fmt: skip
