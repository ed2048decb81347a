"""Who makes the index, and what it would be without any one of them.

A unit is a source in one language. Where the index is a ratio, the numerator and the denominator
both lose the unit, and the rates of the others stay as they were fixed; the base window is
brought back to a mean of 100. Where every source has its own scale (`fear.v1.sources`), the panel
is fitted again without it: another source may take its place in a pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.index.fitting import fit
from models.index.levels import fit_scale, mixed, points_per_fear

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.fitting import Fitted
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class Shares:
    """What each unit brought in the sessions asked for, all of shape (units,).

    Attributes:
        entries: everything published.
        fearful: of which with fear.
        points: index points, added up over the sessions; 0 of a unit that is not in the index.
        expected: share of the denominator, 0-1.
    """

    entries: np.ndarray
    fearful: np.ndarray
    points: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class Without:
    """The index without one unit, set against the index.

    Attributes:
        unit: position of the unit.
        correlation: Pearson over the sessions that have both; None where one stands still.
        session: position of the session that it changes most; None where there is none.
        value: the index in that session.
        without: the index without the unit in that session.
    """

    unit: int
    correlation: float | None
    session: int | None
    value: float | None
    without: float | None


def shares(cells: Cells, fitted: Fitted, spec: IndexSpec, window: np.ndarray) -> Shares:
    """Entries, fearful entries and points of every unit.

    Args:
        cells: all sums per unit and session, those of units outside the index too.
        fitted: what was made of them.
        spec: the version.
        window: sessions asked for, shape (sessions,).

    Raises:
        ModelError: the index has no values.
    """
    if fitted.scale is None:
        raise ModelError(f"the index has no values: {fitted.reason}")
    size, asked, used = len(cells.units), window[cells.session], fitted.cells
    member = fitted.scale.members.member[used.unit]
    per_fear = points_per_fear(fitted.scale, spec)[member, used.session]
    inside = window[used.session] & (member >= 0)
    points = np.where(inside, per_fear * used.sums[:, 0], 0.0)
    exposure = np.where(inside & (per_fear > 0), used.exposure, 0.0)
    expected = np.bincount(used.unit, weights=exposure, minlength=size)
    return Shares(
        entries=np.bincount(cells.unit[asked], weights=cells.count[asked], minlength=size),
        fearful=np.bincount(cells.unit[asked], weights=cells.fearful[asked], minlength=size),
        points=np.bincount(used.unit, weights=points, minlength=size),
        expected=expected / max(float(expected.sum()), 1.0),
    )


def weightiest(found: Shares, top: int) -> list[int]:
    """The `top` units by points and the `top` by what is expected of them, each once.

    A source that writes much and never fears makes the index as well: it holds it down.
    """
    first = [unit for unit in np.argsort(-found.points, kind="stable")[:top] if found.points[unit]]
    second = np.argsort(-found.expected, kind="stable")[:top]
    return list(dict.fromkeys(map(int, [*first, *second[found.expected[second] > 0]])))


def level(fitted: Fitted, spec: IndexSpec) -> np.ndarray:
    """The index, shape (sessions,).

    Raises:
        ModelError: it has no values.
    """
    if fitted.scale is None:
        raise ModelError(f"the index has no values: {fitted.reason}")
    return mixed(fitted.scale, spec)


def level_without(cells: Cells, fitted: Fitted, spec: IndexSpec, unit: int) -> np.ndarray:
    """The index without a unit, shape (sessions,); NaN throughout where there would be none."""
    try:
        if spec.weighting == "sources":
            return level(fit(cells.only(cells.unit != unit), fitted.sessions, spec), spec)
        kept = fitted.cells.only(fitted.cells.unit != unit)
        return mixed(fit_scale(kept, fitted.base, spec), spec)
    except ModelError:
        return np.full(cells.n_sessions, np.nan)  # all fear of the base window was its own


def influence(unit: int, whole: np.ndarray, without: np.ndarray, window: np.ndarray) -> Without:
    """How far the index without a unit is the index.

    Args:
        unit: its position.
        whole: the index, shape (sessions,), NaN = missing.
        without: the same without the unit.
        window: sessions asked for, shape (sessions,).
    """
    both = np.flatnonzero(window & np.isfinite(whole) & np.isfinite(without))
    if not both.size:
        return Without(unit, None, None, None, None)
    x, y = whole[both], without[both]
    moves = np.ptp(x) > 0 and np.ptp(y) > 0
    most = int(both[np.argmax(np.abs(y - x))])
    correlation = float(np.corrcoef(x, y)[0, 1]) if moves else None
    return Without(unit, correlation, most, float(whole[most]), float(without[most]))
