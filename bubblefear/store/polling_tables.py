"""Tables of polling: what was learned of each feed and host; the user's own choices are in feeds.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE feed_states ( -- how a feed is polled: learned from its answers
  url TEXT PRIMARY KEY REFERENCES feeds(url), -- which feed
  address TEXT, -- where it is asked now, after permanent redirects; NULL = at its url
  moved_at TEXT, -- when it was told so
  host TEXT NOT NULL, -- whom its last poll asked, as in hosts
  rhythm_minutes INTEGER, -- in which a quarter of its items is replaced; NULL = not known yet
  interval_minutes INTEGER NOT NULL, -- how often it is worth asking at present
  next_poll_at TEXT NOT NULL, -- not due before
  seconds REAL NOT NULL, -- how long its last answer took; the slow ones are asked first
  failures INTEGER NOT NULL, -- polls that failed one after another, up to the last
  failing_since TEXT -- the first of these; NULL = the last was fine
) STRICT""",
    """CREATE TABLE hosts ( -- the circuit breaker: hosts that did not answer lately
  host TEXT PRIMARY KEY, -- lower case, with the port where it is not the usual one
  failures INTEGER NOT NULL, -- rounds in which nothing of it answered, one after another
  closed_until TEXT, -- not asked before; NULL = may be asked
  reason TEXT NOT NULL, -- the last failure
  since TEXT NOT NULL, -- the first failure of the row of them
  run_id TEXT -- runs.id of the round that was counted last; NULL = none yet
) STRICT""",
    """CREATE TABLE poll_redirects ( -- hops of a poll that was sent elsewhere
  poll_id INTEGER NOT NULL REFERENCES polls(id), -- which poll
  position INTEGER NOT NULL, -- 0, 1, ... in their order
  status INTEGER NOT NULL, -- 301 and 308 are permanent
  target TEXT NOT NULL, -- the address that it sent to
  PRIMARY KEY(poll_id, position)
) STRICT, WITHOUT ROWID""",
)
