"""Sums per unit (source and language) and session: all that the index needs of the articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from models.index.appearances import Appearances
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class Cells:
    """One row per unit and session that has an appearance (most pairs have none).

    Attributes:
        unit: position in `units`, shape (cells,).
        session: position in the list of sessions, shape (cells,).
        count: appearances, shape (cells,): the denominator.
        sums: fear and its parts, shape (cells, components of the spec).
        units: (source, language) pairs.
        n_sessions: length of the list of sessions.
    """

    unit: np.ndarray
    session: np.ndarray
    count: np.ndarray
    sums: np.ndarray
    units: list[tuple[str, str]]
    n_sessions: int


def component_values(frame: pd.DataFrame, spec: IndexSpec) -> np.ndarray:
    """What each appearance adds to each component, shape (appearances, components)."""
    fear = frame["fear"].to_numpy(dtype="float64")
    columns = [fear, frame["relief"].to_numpy(dtype="float64")]
    columns += [np.where(_is(frame["kind"], name), fear, 0.0) for name in ("threat", "act")]
    columns += [np.where(_is(frame["channel"], name), fear, 0.0) for name in spec.channels]
    columns.append(np.where(_is(frame["recap"], True), 0.0, fear))
    return np.column_stack(columns)


def bears(frame: pd.DataFrame) -> np.ndarray:
    """Whether each appearance carries fear or relief (few do; the rest are the denominator)."""
    return ((frame["fear"] > 0) | (frame["relief"] > 0)).to_numpy()


def sum_cells(appearances: Appearances, spec: IndexSpec) -> Cells:
    """Add up the appearances of every unit and session."""
    frame, n_sessions = appearances.frame, len(appearances.sessions)
    pairs = frame["unit"].to_numpy() * n_sessions + frame["session"].to_numpy()
    used, cell = np.unique(pairs, return_inverse=True)
    bearing = bears(frame)
    values = component_values(frame[bearing], spec)
    sums = [np.bincount(cell[bearing], weights=column, minlength=len(used)) for column in values.T]
    return Cells(
        unit=used // n_sessions,
        session=used % n_sessions,
        count=np.bincount(cell, minlength=len(used)),
        sums=np.column_stack(sums),
        units=appearances.units,
        n_sessions=n_sessions,
    )


def _is(column: pd.Series, wanted: object) -> np.ndarray:
    """Whether each value equals `wanted`; a missing value does not."""
    return (column == wanted).fillna(value=False).to_numpy(dtype="bool")
