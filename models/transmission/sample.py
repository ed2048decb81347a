"""The common sample: fear and returns side by side, session by session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.sessions import closes
from models.transmission.alignment import aligned, closed_returns
from models.transmission.returns import as_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transmission.spec import TransmissionSpec

FEAR = "fear"
REALTIME = "fear (real time)"
PLACEBO = "placebo:"


def level_of(symbol: str) -> str:
    """The column that holds a symbol's price, where `symbol` itself holds its return."""
    return f"level:{symbol}"


def closed_of(symbol: str) -> str:
    """The column of a symbol's return while New York was closed: weekends and holidays."""
    return f"closed:{symbol}"


class UnusableSampleError(ModelError):
    """A sample that a test must not use; its message is the reason of the abstention."""


def complete_stretch(
    table: pd.DataFrame, columns: Sequence[str], spec: TransmissionSpec
) -> pd.DataFrame:
    """The stretch of sessions in which all these columns are there.

    It ends with the last complete session and begins with the first from which on no more than
    `spec.max_missing` of the sessions lack something (an index of news has a thin beginning), as
    long as half of all complete sessions are in it. Gaps inside stay as rows of NaN, so that a
    lag is always one session.

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
    stretch = chosen.iloc[_begin(places, spec.max_missing) : places[-1] + 1]
    span = f"{stretch.index[0]} to {stretch.index[-1]}"
    known = int(stretch.notna().all(axis=1).sum())
    if known < spec.min_sessions:
        raise UnusableSampleError(
            f"{known} complete sessions of {_listed(columns)} ({span}), {spec.min_sessions} needed"
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


def _begin(places: np.ndarray, max_missing: float) -> int:
    """The first complete session from which on few enough are missing; else the first of all."""
    sessions = places[-1] - places + 1
    missing = sessions - np.arange(len(places), 0, -1)
    fits = np.flatnonzero(missing <= max_missing * sessions)
    enough = len(fits) and fits[0] <= len(places) // 2
    return int(places[fits[0]] if enough else places[0])


def _listed(names: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(names))


def align(
    index: pd.DataFrame,
    prices: pd.DataFrame,
    spec: TransmissionSpec,
    intraday: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put index and returns on the sessions of the index.

    Args:
        index: columns `date` (sessions, ascending), `value` (published) and `realtime` (missing
            before its burn-in); any `placebo:NAME` beside them are indices of other topics.
        prices: daily bars as `returns.session_prices` takes them.
        spec: the choices of the run.
        intraday: bars within the day as `alignment.aligned` takes them.

    Returns:
        Columns `fear`, `fear (real time)`, the placebos, one per symbol that has prices (log
        returns in percent; changes in points for `spec.differenced`), one per symbol's price
        (`level_of`) and one per `spec.crypto` symbol's return while New York was closed
        (`closed_of`); one row per session of the index, missing = NaN.

    Raises:
        ModelError: columns are missing, dates are double, out of order or no sessions, or a
            value is infinite.
    """
    fear = _checked(index, spec)
    sessions = closes(str(fear.index[0]), str(fear.index[-1])).index
    stray = fear.index.difference(sessions)
    if len(stray):
        raise ModelError(f"the index has a value on {stray[0]}, which is no New York session")
    found = aligned(prices, spec.symbols, intraday, adjusted=spec.total_returns)
    wide = found.returns(spec.differenced).join(found.prices.rename(columns=level_of))
    for name in spec.crypto:
        if name in found.prices:
            wide[closed_of(name)] = closed_returns(prices, name, found.prices.index)
    return fear.reindex(sessions).join(wide.reindex(sessions))


def without_exact(
    spec: TransmissionSpec, prices: pd.DataFrame, intraday: pd.DataFrame | None
) -> TransmissionSpec:
    """The choices without those `crypto` symbols whose prices are all of the session's close.

    What is said of the daily bar's clock is then true of none of their returns.
    """
    if intraday is None or intraday.empty:
        return spec
    exact = aligned(prices, spec.symbols, intraday).exact.loc[spec.start : spec.end]
    left = tuple(name for name in spec.crypto if name not in exact or not exact[name].all())
    return replace(spec, crypto=left)


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
    for name in index.columns:
        if str(name).startswith(PLACEBO):
            fear[name] = index[name].to_numpy(dtype="float64")
    infinite = np.isinf(fear.to_numpy()).any(axis=1)
    if infinite.any():
        raise ModelError(f"the index is infinite on {fear.index[infinite][0]}")
    if spec.transform == "asinh":
        fear = (fear / 100.0).apply(np.arcsinh)
    kept = fear.loc[spec.start : spec.end]
    if kept.empty:
        raise ModelError(f"the index has no value from {spec.start} to {spec.end}")
    return kept
