"""Five million articles with texts: what ``bench.scale`` measures of one million, without its bars.

Takes some 40 minutes, 6 GB of memory, and room for 25 GB in the temporary folder (``TMPDIR``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bench import scale

if TYPE_CHECKING:
    from pathlib import Path

ROWS_OF_NEWS: Final = 5_000_000
SMOKE: Final = {"rows": 2_000, "rounds": 1, "articles": 2}
ROWS: Final = tuple(
    replace(row, at_most=None, label=row.label.replace("a million", "5 million"))
    for row in scale.ROWS
)


def run(folder: Path, rows: int = ROWS_OF_NEWS, **sizes: int) -> dict[str, Any]:
    """``scale.run`` of five million."""
    return scale.run(folder, rows, **sizes)
