"""Canned queries on polling, pages fetched later, problems and runs."""

from __future__ import annotations

from typing import Final

from bubblefear.review.canned.shape import Canned

FEED_HEALTH: Final = """SELECT f.source, f.url, f.enabled, count(p.id) AS polls,
  sum(p.error IS NOT NULL) AS failed, sum(p.saturated) AS saturated,
  max(p.polled_at) AS last_poll, sum(p.items_new) AS items_new,
  max(CASE WHEN p.error IS NULL THEN p.polled_at END) AS last_success,
  (SELECT error FROM polls x WHERE x.feed_url = f.url ORDER BY x.id DESC LIMIT 1) AS last_error
FROM feeds f
LEFT JOIN polls p ON p.feed_url = f.url
GROUP BY f.url
ORDER BY failed DESC, f.source, f.url"""

RHYTHM: Final = """SELECT f.source, f.url, s.rhythm_minutes, s.interval_minutes, s.next_poll_at,
  round(s.seconds, 2) AS seconds, s.failures, s.failing_since, s.address, s.moved_at
FROM feed_states s
JOIN feeds f ON f.url = s.url
WHERE f.enabled
ORDER BY s.next_poll_at, f.source, f.url
LIMIT 2000"""

LEFT_ALONE: Final = """SELECT h.host, h.closed_until, h.failures, h.since, h.reason,
  (SELECT count(*) FROM feed_states s WHERE s.host = h.host) AS feeds, h.run_id
FROM hosts h
ORDER BY h.closed_until IS NULL, h.closed_until DESC, h.host
LIMIT 1000"""

BACKFILL: Final = """SELECT list, source, count(*) AS addresses, sum(state = 'waiting') AS waiting,
  sum(state = 'done') AS done, sum(state = 'failed') AS failed, sum(state = 'refused') AS refused,
  round(100.0 * sum(state IN ('done', 'refused')) / count(*), 1) AS percent_settled,
  min(CASE WHEN state = 'waiting' THEN published_at END) AS oldest_waiting,
  max(asked_at) AS last_asked
FROM backfill
GROUP BY list, source
ORDER BY waiting DESC, list, source
LIMIT 2000"""

PROBLEMS: Final = """SELECT last_at, code, subject, reason, times, first_at
FROM problems ORDER BY last_at DESC, code LIMIT 200"""

RUNS: Final = """SELECT r.started_at, r.command, r.outcome, t.key AS stage,
  round(t.value, 1) AS seconds,
  round((julianday(r.finished_at) - julianday(r.started_at)) * 86400) AS whole_run, r.note,
  r.id AS run_id
FROM runs r
LEFT JOIN json_each(r.timings) t
ORDER BY r.started_at DESC, r.id, seconds DESC
LIMIT 1000"""

QUERIES: Final = {
    "feed_health": Canned(
        "Feed health",
        "Each feed's polls: failures, saturation (items may have been missed between two polls) "
        "and its last success.",
        FEED_HEALTH,
        {"source": "publisher", "url": "the feed", "enabled": "0 = removed by the user",
         "polls": "how often it was asked", "failed": "of which failed",
         "saturated": "of which had no item that was stored before",
         "last_poll": "when it was asked last, UTC", "items_new": "items first met in it",
         "last_success": "when it last answered well, UTC",
         "last_error": "why the last poll failed; empty = it did not"},
    ),
    "feed_rhythm": Canned(
        "Feed rhythm",
        "How often each feed is worth asking, as learned from its answers, and when it is due.",
        RHYTHM,
        {"source": "publisher", "url": "the feed",
         "rhythm_minutes": "minutes in which a quarter of its items is replaced; empty = not known",
         "interval_minutes": "minutes between polls at present",
         "next_poll_at": "not due before, UTC", "seconds": "how long its last answer took",
         "failures": "polls that failed one after another, up to the last",
         "failing_since": "the first of these, UTC",
         "address": "where it is asked now, if it moved", "moved_at": "when it moved, UTC"},
    ),
    "hosts_left_alone": Canned(
        "Hosts left alone",
        "Hosts that did not answer lately, and until when they are not asked.",
        LEFT_ALONE,
        {"host": "name, with the port where it is not the usual one",
         "closed_until": "not asked before, UTC; empty = may be asked",
         "failures": "rounds in which nothing of it answered, one after another",
         "since": "the first failure of these, UTC", "reason": "the last failure",
         "feeds": "feeds that it serves", "run_id": "the last round counted"},
    ),
    "backfill_progress": Canned(
        "Backfill progress",
        "How far the lists of addresses are read, for each list and source.",
        BACKFILL,
        {"list": "name of the list", "source": "publisher", "addresses": "how many in all",
         "waiting": "not asked for yet", "done": "read",
         "failed": "failed, asked for again", "refused": "given up, with a reason",
         "percent_settled": "percent read or refused",
         "oldest_waiting": "the list's date of the oldest one waiting, UTC",
         "last_asked": "when one was asked for last, UTC"},
    ),
    "problems_lately": Canned(
        "Problems lately",
        "Input that was refused or doubted, the newest first.",
        PROBLEMS,
        {"last_at": "last met, UTC", "code": "kind of problem",
         "subject": "the feed, page, file or symbol", "reason": "in words",
         "times": "how often", "first_at": "first met, UTC"},
    ),
    "runs_by_stage": Canned(
        "Runs and their seconds",
        "Every command that changed something, and how long each stage of it took.",
        RUNS,
        {"started_at": "when, UTC", "command": "what was run",
         "outcome": "done, partial or failed; empty = unfinished or killed",
         "stage": "part of the run", "seconds": "of the stage",
         "whole_run": "seconds from start to end", "note": "what was done, or why it failed",
         "run_id": "the run"},
    ),
}  # fmt: skip
