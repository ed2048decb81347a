"""Sums per unit (source and language) and session: all that the index needs of the articles."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        relevant: appearances with any relevance, shape (cells,).
        fearful: appearances with fear, shape (cells,).
        sums: fear and its parts, shape (cells, components of the spec).
        units: (source, language) pairs.
        n_sessions: length of the list of sessions.
        exposure: what fear is set against, shape (cells,): the count, or what `coverage` makes
            of it.
    """

    unit: np.ndarray
    session: np.ndarray
    count: np.ndarray
    relevant: np.ndarray
    fearful: np.ndarray
    sums: np.ndarray
    units: list[tuple[str, str]]
    n_sessions: int
    exposure: np.ndarray

    def only(self, keep: np.ndarray | slice) -> Cells:
        """Some cells (a mask, positions or a slice); units and sessions stay as counted."""
        columns = ("unit", "session", "count", "relevant", "fearful", "sums", "exposure")
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})


def component_values(frame: pd.DataFrame, spec: IndexSpec) -> np.ndarray:
    """What each bearing appearance adds to each component, shape (appearances, components)."""
    fear = frame["fear"].to_numpy(dtype="float64")
    columns = [fear, frame["relief"].to_numpy(dtype="float64")]
    columns += [_where(frame["kind"], name, fear) for name in ("threat", "act")]
    columns += [_where(frame["channel"], name, fear) for name in spec.channels]
    recap = frame["recap"].eq(other=True).fillna(value=False).to_numpy(dtype="bool")
    columns.append(np.where(recap, 0.0, fear))
    named = [set(text.split("|")) if isinstance(text, str) else set() for text in frame["entities"]]
    for name in spec.entities:
        columns.append(fear * np.fromiter((name in found for found in named), bool, len(named)))
    return np.column_stack(columns)


def sum_cells(appearances: Appearances, spec: IndexSpec) -> Cells:
    """Add up the appearances of every unit and session."""
    n_sessions = len(appearances.sessions)
    used, cell = np.unique(appearances.unit * n_sessions + appearances.session, return_inverse=True)
    bearing = appearances.bearing
    place = np.searchsorted(
        used, bearing["unit"].to_numpy() * n_sessions + bearing["session"].to_numpy()
    )
    values = component_values(bearing, spec)
    sums = np.zeros((len(used), values.shape[1]))
    np.add.at(sums, place, values)
    fearful = np.bincount(place, weights=values[:, 0] > 0, minlength=len(used))
    count = np.bincount(cell, minlength=len(used))
    return Cells(
        unit=used // n_sessions,
        session=used % n_sessions,
        count=count,
        relevant=np.bincount(cell[appearances.relevant], minlength=len(used)),
        fearful=fearful.astype("int64"),
        sums=sums,
        units=appearances.units,
        n_sessions=n_sessions,
        exposure=count.astype("float64"),
    )


def _where(column: pd.Series, wanted: str, fear: np.ndarray) -> np.ndarray:
    """The fear of those that equal `wanted`, 0 for the others; a missing value equals nothing."""
    return np.where((column == wanted).fillna(value=False).to_numpy(dtype="bool"), fear, 0.0)
