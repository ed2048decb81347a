"""Tables of the transmission lab: what was declared, what is computed already, finer prices.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE declarations ( -- hypotheses written down, each file once: never changed
  sha256 TEXT PRIMARY KEY, -- of the text
  text TEXT NOT NULL, -- the whole file, so that what was declared can be read
  name TEXT NOT NULL, -- the file's name
  declared_at TEXT NOT NULL, -- when
  returns_read_at TEXT -- first test or claim audit on this database before that; NULL = none
) STRICT""",
    """CREATE TABLE kept_results ( -- tests already computed, by all that they depend on
  key TEXT PRIMARY KEY, -- hash of the sample, the choices and the method
  family TEXT NOT NULL, -- family of tests
  results TEXT NOT NULL, -- JSON: the results before their correction for many tests
  made_at TEXT NOT NULL -- when
) STRICT""",
    """CREATE TABLE intraday_prices ( -- bars within the day, for prices at the session's close
  symbol TEXT NOT NULL, -- such as BTC-USD
  at TEXT NOT NULL, -- end of the bar
  close REAL NOT NULL, -- last price in it
  origin TEXT NOT NULL, -- where the bar came from
  first_seen_at TEXT NOT NULL, -- when the bar was first stored
  PRIMARY KEY(symbol, at)
) STRICT, WITHOUT ROWID""",
)
