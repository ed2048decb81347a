"""The common sample: fear and returns side by side, session by session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.sessions import closes
from models.transmission.returns import as_dates, session_prices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transmission.spec import TransmissionSpec

FEAR = "fear"
REALTIME = "fear (real time)"


def level_of(symbol: str) -> str:
    """The column that holds a symbol's price, where `symbol` itself holds its return."""
    return f"level:{symbol}"


class UnusableSampleError(ModelError):
    """A sample that a test must not use; its message is the reason of the abstention."""


def complete_stretch(
    table: pd.DataFrame, columns: Sequence[str], spec: TransmissionSpec
) -> pd.DataFrame:
    """The stretch of sessions in which all these columns are there.

    It runs from the first to the last complete session; gaps inside it stay as rows of NaN, so
    that a lag is always one session.

    Raises:
        UnusableSampleError: a column is absent or constant, or too little is left.
    """
    for name in columns:
        if name not in table:
            raise UnusableSampleError(f"no prices of {name}")
    chosen = table[list(columns)]
    places = np.flatnonzero(chosen.notna().all(axis=1))
    if not len(places):
        raise UnusableSampleError(f"no session has a value of {_listed(columns)}")
    stretch = chosen.iloc[places[0] : places[-1] + 1]
    span = f"{stretch.index[0]} to {stretch.index[-1]}"
    if len(places) < spec.min_sessions:
        raise UnusableSampleError(
            f"{len(places)} complete sessions of {_listed(columns)} ({span}), "
            f"{spec.min_sessions} needed"
        )
    gaps = stretch.index[stretch.isna().any(axis=1)]
    if len(gaps) > spec.max_missing * len(stretch):
        raise UnusableSampleError(
            f"{len(gaps)} of {len(stretch)} sessions from {span} lack one of "
            f"{_listed(columns)}, the first {gaps[0]}"
        )
    for name in columns:
        if stretch[name].std() < 1e-12 * max(1.0, float(stretch[name].abs().max())):
            raise UnusableSampleError(f"{name} is constant from {span}")
    return stretch


def _listed(names: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(names))


def align(index: pd.DataFrame, prices: pd.DataFrame, spec: TransmissionSpec) -> pd.DataFrame:
    """Put index and returns on the sessions of the index.

    Args:
        index: columns `date` (sessions, ascending), `value` (published) and `realtime` (missing
            before its burn-in).
        prices: as `session_returns` takes them.
        spec: the choices of the run.

    Returns:
        Columns `fear`, `fear (real time)`, one per symbol that has prices (log returns in
        percent; changes in points for `spec.differenced`) and one per symbol's price
        (`level_of`); one row per session of the index, missing = NaN.

    Raises:
        ModelError: columns are missing, dates are double, out of order or no sessions, or a
            value is infinite.
    """
    fear = _checked(index, spec)
    levels = session_prices(prices, spec.symbols)
    rates = [name for name in spec.differenced if name in levels]
    returns = 100.0 * levels.apply(np.log).diff()
    returns[rates] = levels[rates].diff()
    wide = returns.join(levels.rename(columns=level_of))
    sessions = closes(str(fear.index[0]), str(fear.index[-1])).index
    stray = fear.index.difference(sessions)
    if len(stray):
        raise ModelError(f"the index has a value on {stray[0]}, which is no New York session")
    return fear.reindex(sessions).join(wide.reindex(sessions))


def _checked(index: pd.DataFrame, spec: TransmissionSpec) -> pd.DataFrame:
    missing = [name for name in ("date", "value", "realtime") if name not in index]
    if missing:
        raise ModelError(f"the index lacks the columns {', '.join(missing)}")
    if index.empty:
        raise ModelError("the index has no values")
    dates = as_dates(index["date"], "index")
    if dates.duplicated().any():
        raise ModelError(f"the index has two values on {dates[dates.duplicated()].iloc[0]}")
    later = dates.shift(1) > dates
    if later.any():
        raise ModelError(f"the index is out of order at {dates[later].iloc[0]}")
    fear = pd.DataFrame(
        {
            FEAR: index["value"].to_numpy(dtype="float64"),
            REALTIME: index["realtime"].to_numpy(dtype="float64"),
        },
        index=pd.Index(dates.to_numpy(), name="session"),
    )
    infinite = np.isinf(fear.to_numpy()).any(axis=1)
    if infinite.any():
        raise ModelError(f"the index is infinite on {fear.index[infinite][0]}")
    kept = fear.loc[spec.start : spec.end]
    if kept.empty:
        raise ModelError(f"the index has no value from {spec.start} to {spec.end}")
    return kept
