"""The table of answered claims: every audit of a whole file stays.

The comments are the columns' descriptions, as in ``schema``.
"""

from __future__ import annotations

from typing import Final

TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE claim_results ( -- append-only: each audit's answer to each claim of a file
  run_id TEXT NOT NULL, -- runs.id
  file TEXT NOT NULL, -- name of the claims file
  sha256 TEXT NOT NULL, -- of its text
  position INTEGER NOT NULL, -- place in the file, from 0
  claim_id TEXT NOT NULL, -- identity of the claim within the file
  verdict TEXT NOT NULL, -- reproduced, not reproduced, contradicted, unavailable or not testable
  answer TEXT NOT NULL, -- JSON: as claims audit --json prints it, and its plots
  PRIMARY KEY(run_id, position)
) STRICT""",
)
