"""The only composer: one module for each stage of the daily job.

Each stage takes an open database, the settings and a clock (``now() -> 'YYYY-MM-DDTHH:MM:SSZ'``),
is keyed by what is stored and can be killed and run again.
"""

from __future__ import annotations
