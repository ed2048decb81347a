"""Canned queries on the index, its vintages and the tests."""

from __future__ import annotations

from typing import Final

from bubblefear.review.canned import common
from bubblefear.review.canned.shape import Canned

# With max(), SQLite takes the other columns from the row of the maximum.
POINTS: Final = f"""SELECT date, round(value, 2) AS value, round(ma7, 2) AS ma7,
  round(ma30, 2) AS ma30, round(lo, 2) AS lo, round(hi, 2) AS hi, n, max(vintage) AS vintage
FROM index_points
WHERE version = {common.VERSION} AND series = {common.SERIES}
GROUP BY date HAVING n IS NOT NULL
ORDER BY date DESC
LIMIT 5000"""

SERIES: Final = f"""SELECT series, count(DISTINCT date) AS sessions, min(date) AS first,
  max(date) AS last, count(DISTINCT CASE WHEN value IS NULL THEN date END) AS missing
FROM index_points WHERE version = {common.VERSION}
GROUP BY series ORDER BY series
LIMIT 1000"""

REVISIONS: Final = f"""SELECT p.vintage, v.kind, v.as_of, round(p.value, 2) AS value,
  round(p.value - lag(p.value) OVER (ORDER BY p.vintage), 2) AS change,
  round(p.lo, 2) AS lo, round(p.hi, 2) AS hi, p.n, p.date, p.series
FROM index_points p
LEFT JOIN vintages v ON v.version = p.version AND v.vintage = p.vintage
WHERE p.version = {common.VERSION} AND p.series = {common.SERIES} AND p.date = {common.DATE}
ORDER BY p.vintage
LIMIT 1000"""

VINTAGES: Final = """SELECT v.vintage, v.version, v.kind, v.as_of, v.points,
  json_extract(v.constants, '$.scorer') AS scorer, s.sha256 AS seal
FROM vintages v
LEFT JOIN seals s ON s.version = v.version AND s.vintage = v.vintage
ORDER BY v.vintage DESC
LIMIT 1000"""

VERDICTS: Final = """SELECT hypothesis, family, status, estimate, lo, hi, p, q, size, mde, n,
  verdict, run_id
FROM test_results
WHERE run_id = (SELECT t.run_id FROM test_results t LEFT JOIN runs r ON r.id = t.run_id
                ORDER BY r.started_at DESC, t.run_id DESC LIMIT 1)
  AND (trim(:family) = '' OR family = trim(:family))
ORDER BY position
LIMIT 1000"""

ALERTS: Final = """SELECT session, rule, series, round(value, 2) AS value,
  round(figure, 2) AS figure, fired_at, delivery, delivered_at, version
FROM alerts ORDER BY session DESC, rule
LIMIT 500"""

_POINT: Final = {
    "value": "the mean of the base window is 100; empty = missing",
    "lo": "lower end of the 90 % band",
    "hi": "upper end of the 90 % band",
    "n": "articles behind the point",
}

QUERIES: Final = {
    "index_series": Canned(
        "One series of the index",
        "Every session of a series as the newest build has it, the newest first.",
        POINTS,
        {"date": "New York session", "value": _POINT["value"], "ma7": "trailing mean of 7 days",
         "ma30": "trailing mean of 30 days", "lo": _POINT["lo"], "hi": _POINT["hi"],
         "n": _POINT["n"], "vintage": "build in which the point became this, UTC"},
        common.GIVEN_SERIES,
    ),
    "series_of_the_index": Canned(
        "Series of the index",
        "What the index is taken apart into, and how far each part reaches.",
        SERIES,
        {"series": "its name", "sessions": "New York sessions with a point",
         "first": "first of them", "last": "last of them",
         "missing": "sessions on which there was too little news in some build"},
    ),
    "revisions": Canned(
        "How a day was revised",
        "One session of a series in each build that changed it. A first value that is never "
        "revised has one row.",
        REVISIONS,
        {"vintage": "instant of the build, UTC", "kind": "real-time or reconstructed",
         "as_of": "nothing first seen after this went in, UTC", "value": _POINT["value"],
         "change": "points since the build before", "lo": _POINT["lo"], "hi": _POINT["hi"],
         "n": "articles behind the point; empty = it was withdrawn",
         "date": "New York session", "series": "its name"},
        {**common.GIVEN_DATE, **common.GIVEN_SERIES},
    ),
    "builds": Canned(
        "Builds of the index",
        "Every vintage with what it changed and the seal over it and all before.",
        VINTAGES,
        {"vintage": "instant of the build, UTC", "version": "definition of the index",
         "kind": "real-time or reconstructed", "as_of": "nothing first seen after, UTC",
         "points": "points that it changed", "scorer": "whose scores went in",
         "seal": "SHA-256 over the vintage and the seal before"},
    ),
    "verdicts": Canned(
        "Verdicts of the tests",
        "Hypotheses of the newest run of tests, in the order declared. q is p after correction "
        "within its family: a p alone says little among so many.",
        VERDICTS,
        {"hypothesis": "as declared", "family": "within which p is corrected",
         "status": "whether it could be tested, or how far it was declared beforehand",
         "estimate": "the statistic that the hypothesis is about",
         "lo": "lower end of its interval", "hi": "upper end of its interval",
         "p": "p-value", "q": "after correction",
         "size": "rejection rate of the test under a simulated null",
         "mde": "smallest effect that the sample could have found", "n": "observations",
         "verdict": "in plain words", "run_id": "the run"},
        {"family": "such as predictive; empty = all"},
    ),
    "alerts_fired": Canned(
        "Alerts",
        "Rules of the daily job that fired, each once for a session.",
        ALERTS,
        {"session": "New York session", "rule": "as the job writes it", "series": "looked at",
         "value": "the series' value then", "figure": "what was compared with the limit",
         "fired_at": "when, UTC", "delivery": "shown (no webhook), pending or sent",
         "delivered_at": "when the webhook took it, UTC", "version": "of the index"},
    ),
}  # fmt: skip
