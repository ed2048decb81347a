"""What moved the index: every story's part in a date's value and in its change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError

if TYPE_CHECKING:
    from models.index.build import IndexResult

_KEYS = ["story_id", "article_id", "source", "language"]


def explain(result: IndexResult, date: str) -> pd.DataFrame:
    """Account for the total of one session, article by article.

    An article of the session adds its points to the level and to the change; one of the previous
    session (the last that has a value) is gone and takes its points out of the change.

    Args:
        result: a built index.
        date: the session, `YYYY-MM-DD`.

    Returns:
        Columns `story_id, article_id, source, language, level_points, change_points`, largest
        level first. `level_points` add up to the value, `change_points` to its difference from
        the previous session (all NaN where there is none).

    Raises:
        ModelError: the date is no session of the index, or its value is missing.
    """
    total = result.points[result.points["series"] == "total"].set_index("date")["value"]
    if date not in total.index:
        raise ModelError(f"{date} is no session of this index")
    if pd.isna(total[date]):
        raise ModelError(f"the index has no value on {date}: too few entries")
    earlier = total[total.index < date].dropna()
    now = _points_of(result, date)
    if earlier.empty:
        table = now.assign(change_points=np.nan)
    else:
        before = _points_of(result, str(earlier.index[-1]))
        gone = before.assign(level_points=0.0, change_points=-before["level_points"])
        table = pd.concat([now.assign(change_points=now["level_points"]), gone])
    ordered = table.sort_values(
        ["level_points", "change_points", "article_id"], ascending=[False, True, True]
    )
    return ordered.reset_index(drop=True)


def _points_of(result: IndexResult, date: str) -> pd.DataFrame:
    rows = result.contributions[result.contributions["date"] == date]
    return rows[[*_KEYS, "points"]].rename(columns={"points": "level_points"})
