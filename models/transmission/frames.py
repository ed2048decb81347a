"""What every estimator asks of its input: complete, in order, and moving.

An estimator is given a frame or a series indexed by session (or by position) and says in one line
what is wrong with it, naming the rows; it never drops, fills or sorts. The families of
`models.transmission.families` cut the complete stretch first (`sample.complete_stretch`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.errors import ModelError

_SHOWN = 3
# A spread below this share of the level is rounding, not movement.
_STILL = 1e-12


def complete(frame: pd.DataFrame, least: int = 20) -> pd.DataFrame:
    """The frame as floats, if an estimator may use it.

    Args:
        frame: one column per series, one row per session, in order; at least `least` rows.
        least: rows needed.

    Raises:
        ModelError: naming the rows or columns: no or double columns, an index that is double or
            out of order, values that are missing, infinite or no numbers, a constant column, too
            few rows.
    """
    if not frame.shape[1]:
        raise ModelError("the frame has no columns")
    if frame.columns.duplicated().any():
        raise ModelError(f"two columns are called {frame.columns[frame.columns.duplicated()][0]}")
    _check_index(frame.index)
    table = _numbers(frame)
    bad = ~np.isfinite(table.to_numpy())
    if bad.any():
        names = ", ".join(str(name) for name in table.columns[bad.any(axis=0)])
        raise ModelError(f"{names}: no finite value in {_rows(table.index[bad.any(axis=1)])}")
    if len(table) < least:
        raise ModelError(f"{len(table)} rows where at least {least} are needed")
    for name in table:
        values = table[name].to_numpy()
        if np.ptp(values) <= _STILL * max(1.0, float(np.abs(values).max())):
            raise ModelError(f"{name} is constant from {table.index[0]} to {table.index[-1]}")
    return table


def complete_series(series: pd.Series, least: int = 20) -> pd.Series:
    """The same for one series; its name is kept.

    Raises:
        ModelError: as `complete`.
    """
    complete(series.to_frame(series.name or "the series"), least)
    return series.astype("float64")


def together(*series: pd.Series, least: int = 20) -> pd.DataFrame:
    """Series side by side; they must lie on one and the same index.

    Raises:
        ModelError: indices differ, or as `complete`.
    """
    first = series[0]
    for other in series[1:]:
        if not other.index.equals(first.index):
            stray = first.index.symmetric_difference(other.index)
            raise ModelError(
                f"{first.name} and {other.name} are not of the same sessions: "
                + (_rows(stray) if len(stray) else "their order differs")
            )
    names = [one.name if one.name is not None else f"x{place}" for place, one in enumerate(series)]
    return complete(pd.concat(list(series), axis=1, keys=names), least)


def _check_index(index: pd.Index) -> None:
    undated = int(np.sum(index.isna()))
    if undated:
        raise ModelError(f"{undated} rows have no date")
    if index.has_duplicates:
        raise ModelError(f"double: {_rows(index[index.duplicated()])}")
    if not index.is_monotonic_increasing:
        values = list(index)
        at = next(place for place in range(1, len(values)) if values[place] < values[place - 1])
        raise ModelError(f"the rows are out of order at {values[at]}")


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    try:
        return frame.astype("float64")
    except (ValueError, TypeError) as error:
        raise ModelError(f"a value is no number: {error}".splitlines()[0]) from error


def _rows(index: pd.Index) -> str:
    named = ", ".join(str(value) for value in index[:_SHOWN])
    more = f" and {len(index) - _SHOWN} more" if len(index) > _SHOWN else ""
    return f"{len(index)} rows: {named}{more}"
