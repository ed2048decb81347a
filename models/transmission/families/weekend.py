"""What fear does to Bitcoin while New York is closed.

Weekends and holidays are windows of their own: no share trades, so what Bitcoin does with the
news of these days cannot come by way of technology shares. The news belongs to the session that
opens afterwards, and with it its fear; the part of it that was first seen after that window's end
(Monday's) is in the regressor too, which blurs the estimate and does not bias its sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from models.errors import ModelError
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.slopes import Question, slope_result
from models.transmission.innovations import ar_innovations
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, UnusableSampleError, closed_of, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec


def weekend(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Each crypto asset's return over closed days on the fear innovation of the session after."""
    return [_one(table, asset, spec) for asset in spec.crypto]


def _one(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> TestResult:
    name = f"weekend:{asset}"
    try:
        rows = _windows(table, asset, spec)
    except ModelError as error:
        return abstention(name, "weekend", str(error))
    question = Question(
        hypothesis=name,
        family="weekend",
        sign=-1,
        unit="percent over closed days per standard deviation of the fear innovation",
        detail={"series": "published", "window": "from the bar of a session to the next one's eve"},
    )
    return slope_result(question, rows, 1, newey_west_lags(len(rows)), spec)


def _windows(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> pd.DataFrame:
    """Return and innovation, one row for each session that follows closed days."""
    fear = complete_stretch(table, [FEAR], spec)[FEAR]
    innovations = ar_innovations(fear, spec.max_lags)
    if closed_of(asset) not in table:
        raise UnusableSampleError(f"no prices of {asset}")
    both = [table[closed_of(asset)], innovations.residuals / innovations.sd]
    rows = pd.concat(both, axis=1, join="inner").dropna()
    if len(rows) < spec.min_sessions:
        raise UnusableSampleError(
            f"{len(rows)} weekends and holidays with both prices and fear, "
            f"{spec.min_sessions} needed"
        )
    return rows
