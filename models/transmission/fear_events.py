"""The dates of an event study: those named, and those that fear alone chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import ModelError
from models.sessions import closes
from models.transmission.innovations import ar_innovations
from models.transmission.sample import FEAR, complete_stretch

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

# The largest innovations taken, and the sessions that must lie between any two events.
LARGEST = 10
APART = 5


def named_dates(table: pd.DataFrame, spec: TransmissionSpec) -> list[str]:
    """The events of the specification that lie in the sample.

    Raises:
        ModelError: naming a date that is no New York session.
    """
    first, last = str(table.index[0]), str(table.index[-1])
    inside = sorted(event for event in spec.events if first <= event <= last)
    sessions = closes(first, last).index
    for event in inside:
        if event not in sessions:
            raise ModelError(f"{event} is no New York session")
    return inside


def dates_by_fear(table: pd.DataFrame, named: list[str], spec: TransmissionSpec) -> list[str]:
    """The sessions of the largest rises of published fear beyond what its past told.

    The largest comes first; one nearer than five sessions to a larger one, or to a named date, is
    passed over. No price has a part in it.

    Raises:
        ModelError: there is too little fear.
    """
    stretch = complete_stretch(table, [FEAR], spec)
    surprises = ar_innovations(stretch[FEAR], spec.max_lags).residuals.dropna()
    at = {str(session): place for place, session in enumerate(table.index)}
    taken = [at[event] for event in named]
    chosen: list[str] = []
    for session in surprises.sort_values(ascending=False, kind="stable").index:
        place = at[str(session)]
        if len(chosen) == LARGEST or surprises[session] <= 0:
            break
        if all(abs(place - other) >= APART for other in taken):
            taken.append(place)
            chosen.append(str(session))
    return sorted(chosen)
