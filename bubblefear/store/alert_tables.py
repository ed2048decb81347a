"""Table of the alerts that fired, so that no session is told of twice.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE alerts ( -- a rule that fired on a session: told once
  rule TEXT NOT NULL, -- as the job writes it, such as total.z>2
  version TEXT NOT NULL, -- of the index
  series TEXT NOT NULL, -- index_points.series that the rule looks at
  session TEXT NOT NULL, -- New York session that it fired on
  vintage TEXT NOT NULL, -- vintages.vintage that it was judged on
  value REAL NOT NULL, -- the series' value then
  figure REAL NOT NULL, -- what was compared: value, change, z, ma7 or ma30
  message TEXT NOT NULL, -- JSON as printed and sent
  fired_at TEXT NOT NULL, -- when
  delivery TEXT NOT NULL CHECK (delivery IN ('shown', 'pending', 'sent')), -- shown = no webhook
  delivered_at TEXT, -- when the webhook took it; NULL = not, or not yet
  PRIMARY KEY(rule, version, session)
) STRICT""",
)
